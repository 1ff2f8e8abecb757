"""Web."""
from typing import Any

MIX: list[dict[str, Any]] = [
    {"group": "one row", "weight": 25, "paths": [f"/api/tables/projects/p{n:08d}" for n in range(11, 59_000, 97)]},
    {
        "group": "table",
        "weight": 25,
        "paths": [
            "/api/tables/projects?limit=50",
            *(f"/api/tables/projects?limit=50&offset={n}" for n in range(50, 500, 50)),
            *(f"/api/tables/projects?limit=50&sort=-invest_total&filter=place%3D'{p}'" for p in range(320200, 320210)),
        ],
    },
    {"group": "projects", "weight": 15, "paths": ["/api/projects?limit=50", "/api/projects/facets", *(f"/api/projects/p{n:08d}" for n in range(100, 110))]},
    {"group": "lists", "weight": 15, "paths": ["/api/lists", "/api/lists/signed-not-filed?limit=50", "/api/lists/behind-schedule?limit=50", "/api/lists/lights?limit=50"]},
    {"group": "today", "weight": 10, "paths": ["/api/today", "/api/today/late", "/api/today/waiting"]},
    {"group": "tiles", "weight": 10, "paths": [f"/api/tiles/projects/8/{x}/{y}.mvt" for x in range(211, 214) for y in range(102, 105)]},
]
