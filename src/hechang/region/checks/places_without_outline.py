"""Places a map cannot draw."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

ONE = Fault(
    "place-without-outline",
    "{value} has no outline: the map shows 'no data'",
    "{value} 没有边界, 地图显示“无数据”",
    "Import its outline: hechang import places FILE.geojson",
    "请导入边界: hechang import places FILE.geojson",
    "warning",
)
MANY = ONE._replace(
    en="{n} of {all} places of kind '{kind}' have no outline", zh="{kind_zh} {all} 个中有 {n} 个没有边界"
)


@check("places-without-outline", zh="没有边界的地点", en="Places without outline", source="own: 无数据即显示无数据")
def places_without_outline(region: Region) -> list[Finding]:
    """Find cities and counties without outline one by one, and other kinds of places in one finding a kind.

    Examples
    --------
    >>> from hechang import tiny
    >>> [finding.id for finding in places_without_outline(tiny())]
    ['a', 'b', 'c', 'x', 'y']
    """
    one = region.query(
        "SELECT id, name AS value FROM places WHERE kind IN ('city', 'county') AND geometry IS NULL ORDER BY id"
    )
    many = region.query(
        """WITH k AS (SELECT kind, count(*) - count(geometry) AS n, count(*) AS "all" FROM places
                      WHERE kind NOT IN ('city', 'county') GROUP BY kind)
           SELECT kind AS id, kind, kind AS value, n, "all" FROM k WHERE n > 0 ORDER BY kind"""
    )
    many = many.assign(kind_zh=many["kind"].map({code: entry.zh for code, entry in codes("place_kinds").items()}))
    return found(one, ONE, "places", "geometry") + found(many, MANY, "places", "geometry")
