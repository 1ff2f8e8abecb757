"""Map layers in GeoJSON: numbers that are none, shapes that are none, coordinates of elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpus.case import ANY, IMPORT, REFUSED, TAKEN, Case, by_chance, harmed

BOX = [[120.0, 31.0], [120.1, 31.0], [120.1, 31.1], [120.0, 31.1], [120.0, 31.0]]


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _known()
    chance = by_chance(seed, "layers")
    whole = layer(polygon(BOX))
    for at in range(2):
        way, data = harmed(whole, chance)
        yield _one(f"{way} {seed}/{at}", data, (ANY,))


def layer(*shapes: Any, crs: str = "") -> bytes:
    """Features of the layer `lakes`, one a shape."""
    features = [
        {"type": "Feature", "properties": {"name": f"湖{at}", "layer": "lakes"}, "geometry": shape}
        for at, shape in enumerate(shapes)
    ]
    made: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        made["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(made, ensure_ascii=False).encode()


def polygon(*rings: Any) -> dict[str, Any]:
    """A polygon of rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def moved(ring: Any, east: float, north: float) -> Any:
    """Move a ring."""
    return [[x + east, y + north] for x, y in ring]


def _known() -> Iterator[Case]:
    bow = [[120.0, 31.0], [120.1, 31.1], [120.1, 31.0], [120.0, 31.1], [120.0, 31.0]]
    hole = moved([[x, y] for x, y in BOX], 5, 0)
    many = [[120 + at * 1e-7, 31 + (at % 2) * 1e-7] for at in range(60_000)]
    raw = layer(polygon(BOX))
    known: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "sound": (raw, (TAKEN,)), "NaN": (raw.replace(b"120.0", b"NaN", 1), (REFUSED,)),
        "1e400": (raw.replace(b"120.0", b"1e400", 1), (REFUSED,)),
        "bow tie, latitude first, outside, hole outside, no area, empty, all at once": (
            layer(polygon(bow), polygon([[y, x] for x, y in BOX]), polygon(moved(BOX, 5e5, 3e6)), polygon(BOX, hole),
            polygon([[120, 31]] * 4), polygon()),
            ("shape-invalid", "shape-swapped", "shape-outside", "shape-empty")),
        "not closed": (layer(polygon(BOX[:-1])), (ANY,)), "two points": (layer(polygon(BOX[:2])), (ANY,)),
        "metres": (layer(polygon([[500_000.0 + x, 3_400_000.0 + y] for x, y in BOX])), ("shape-outside",)),
        "across the date line": (layer(polygon([[179, 1], [181, 1], [181, 2], [179, 1]])), (REFUSED,)),
        "heights": (layer({"type": "Point", "coordinates": [120, 31, 5]}), (ANY,)),
        "many corners": (layer({"type": "LineString", "coordinates": many}), (ANY,)),
        "nesting": (b'{"type":"FeatureCollection","features":' + b"[" * 100_000, (REFUSED,)),
        "mixed": (layer({"type": "Point", "coordinates": [120, 31]}, polygon(BOX), None), (ANY,)),
        "no features": (layer(), (ANY,)), "shifted datum": (layer(polygon(BOX), crs="GCJ-02"), (ANY,)),
        "metres by name": (layer(polygon(BOX), crs="urn:ogc:def:crs:EPSG::3857"), ("datum",)),
        "other type": (b'{"type":"Topology","objects":{}}', (REFUSED,)), "text": (b'"x"', (REFUSED,)),
        "key twice": (raw.replace(b'"layer"', b'"name": "x", "layer"'), (ANY,)),
        "path": (b'{"type":"FeatureCollection","name":"/vsicurl/http://127.0.0.1:1/","features":[]}', (REFUSED,)),
        "remote link": (b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
                        b'"geometry":{"$ref":"file:///etc/passwd"}}]}', (REFUSED,)),
        "strange properties": (raw.replace(b'"name": "',
        b'"__proto__": {"a": []}, "geometry": 5, "": null, "name": "'), (ANY,)),
    }  # fmt: skip
    for name, (data, expect) in known.items():
        yield _one(name, data, expect)
    yield Case("layer for a table without shapes", IMPORT, "a.geojson", raw, ("no-geometry-column",), "returns")


def _one(name: str, data: bytes, expect: tuple[str, ...]) -> Case:
    return Case(f"layer: {name}", IMPORT, "a.geojson", data, expect, "features")
