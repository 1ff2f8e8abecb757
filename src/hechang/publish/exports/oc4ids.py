"""Projects as an OC4IDS 0.9.5 project package, the open standard for data on infrastructure projects.

Only what everybody may read is written, and only what the register knows: a month is not made a day. The rules the
package is checked against stand in `oc4ids_rules.json`; they are ours, put down from the published field lists.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import shapely
from jsonschema_rs import Draft4Validator, ValidationError

from hechang.publish.results import for_public
from hechang.publish.rows import Row, records
from hechang.region.region import Region
from hechang.register.pipeline import pipeline
from hechang.terms.catalogue import export
from hechang.terms.errors import FileFault, InputError
from hechang.terms.findings import Finding, refuse
from hechang.terms.money import amount
from hechang.terms.specs import codes
from hechang.terms.units import Text

VERSION = "0.9"
PREFIX = "oc4ids-000000"  # a placeholder: a publisher registers its own with the Open Contracting Partnership
STATUS = {
    "planned": "identification", "signed": "preparation", "filed": "preparation", "land": "preparation",
    "started": "implementation", "library": "implementation", "completed": "completion", "producing": "maintenance",
}  # fmt: skip
LISTED = {
    "reserve": "identification", "starting": "implementation", "building": "implementation", "built": "completion"
}  # fmt: skip


@export(
    "oc4ids",
    zh="项目数据包 (OC4IDS 0.9.5)",
    en="Project package (OC4IDS 0.9.5)",
    source="Open Contracting for Infrastructure Data Standards 0.9.5, Open Contracting Partnership and CoST",
)
def oc4ids(
    region: Region, path: Path, *, prefix: Text = PREFIX, uri: Text = "", schema: Text = ""
) -> dict[str, int | bool]:
    """Write every public project as an OC4IDS project package, checked before it is written.

    Stages become the status of the standard: 策划 identification; 签约, 备案, 拿地 preparation; 开工, 入库
    implementation; 竣工 completion; 投产 maintenance. The stage itself is a classification, all dates stand in the
    description.
    The planned period has a start and an end only where the register knows the day. The responsible body is the
    public authority; that 建设单位 is the procuring entity is our reading. Made-up projects say so in their title.

    Parameters
    ----------
    path
        File to write.
    prefix
        Prefix of identifiers, `oc4ids-` and six letters or digits. Assumption: `oc4ids-000000`, which nobody has
        registered; ask for one before publishing.
    uri
        Address of the package; made from the revision when empty.
    schema
        The standard's own `project-schema.json`; when given each project is checked against it too.

    Returns
    -------
    dict
        projects, made_up, and whether the standard's own schema was used (`official`).

    Raises
    ------
    Refused
        with one finding a fault, where a project breaks the rules; nothing is written.
    InputError
        where no project is public.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="may be published", level=0) as e:
    ...     _ = e.put("projects", {"id": "p9", "name": "云湖水厂", "place": "a"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     oc4ids(e.after, Path(folder) / "package.json")
    {'projects': 1, 'made_up': 0, 'official': False}
    """
    made = package(for_public(region), prefix, uri)
    refuse(faults(made, schema), "The package breaks the standard", "数据包不符合标准")
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    made_up = sum(one["title"].startswith(MADE_UP) for one in made["projects"])
    return {"projects": len(made["projects"]), "made_up": made_up, "official": bool(schema)}


MADE_UP = "[虚构示例 made up] "


def package(region: Region, prefix: str = PREFIX, uri: str = "") -> dict[str, Any]:
    """Project package of what the reader of `region` sees.

    Examples
    --------
    >>> from hechang import tiny
    >>> package(tiny())["projects"][0]["status"]
    'preparation'
    """
    known = _known(region)
    if not known["projects"]:
        raise InputError(
            "No project may be read by everybody. Give projects the clearance 0 (公开)",
            "没有公开的项目。请将项目密级设为 0(公开)",
        )
    projects = [_project(one, known, prefix) for one in known["projects"]]
    return {
        "uri": uri or f"urn:x-hechang:{region.store.id}:{region.revision}:{region.day}",
        "publishedDate": max(one["updated"] for one in projects),
        "publisher": {"name": region.settings.name},
        "version": VERSION,
        "projects": projects,
    }


def _known(region: Region) -> dict[str, Any]:
    """Everything the projects are made from, by project."""
    found = region.table("projects").join(pipeline(region)).sort_index()
    log = region.store.revisions(region.store.lineage(region.branch_name, region.revision))
    return {
        "projects": records(found),
        "places": region.table("places", columns=["name"])["name"].to_dict(),
        "bodies": region.table("bodies", columns=["name"])["name"].to_dict(),
        "moments": dict(zip(log["seq"].astype(int), log["at"], strict=True)),
        "plans": _grouped(region, _PLANS),
        "documents": _grouped(region, _DOCUMENTS),
    }


_PLANS = """SELECT project, year, sum(invest_plan)::BIGINT AS plan, coalesce(min(currency), 'CNY') AS currency
            FROM project_years WHERE invest_plan IS NOT NULL GROUP BY project, year ORDER BY project, year"""
_DOCUMENTS = """SELECT DISTINCT x.project, d.id, d.title, d.published, d.url, d.sha256
                FROM (SELECT project, evidence AS document FROM project_events
                      UNION ALL SELECT object, document FROM attachments) x JOIN documents d ON d.id = x.document
                ORDER BY x.project, d.id"""


def _grouped(region: Region, sql: str) -> dict[str, list[Row]]:
    rows = records(region.query(sql).set_index("project"))
    return {str(id): list(part) for id, part in groupby(rows, key=itemgetter("project"))}


def _project(one: Row, known: Mapping[str, Any], prefix: str) -> Row:
    """One project; what is not known is left out, as the standard asks."""
    made_up = MADE_UP if one["synthetic"] else ""
    kind = "construction" if one["kind"] in ("new", "continued") else None
    return _kept({
        "id": f"{prefix}-{one['id']}",
        "identifiers": [{"id": one["code"], "scheme": "internal"}] if one["code"] else None,
        "updated": known["moments"][int(one["revision"])],
        "title": made_up + one["name"],
        "description": _description(one),
        "status": STATUS.get(one["stage"]) or LISTED.get(one["status"]),
        "period": _period(one),
        "sector": sectors(one["industry"] or one["name"]),
        "additionalClassifications": _classes(one),
        "type": kind,
        "locations": _locations(one, known["places"]),
        "budget": _budget(one, known["plans"].get(one["id"], [])),
        **_parties(one, known["bodies"]),
        "documents": [_document(row) for row in known["documents"].get(one["id"], [])],
        "completion": _completion(one),
    })  # fmt: skip


def _kept(fields: Mapping[str, Any]) -> Row:
    """Fields that say something: the standard wants no empty texts, lists and objects."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _description(one: Row) -> str:
    """Dates of all stages as precise as they are known, and notes."""
    said = ["虚构示例, 仅供演示 / made up, for demonstration only"] if one["synthetic"] else []
    for id, stage in codes("stages").items():
        actual, expected = one[f"{id}_actual"], one[f"{id}_estimated"]
        if actual or expected:
            said.append(f"{stage.zh} {stage.en}: {actual or '预计 expected ' + expected}")
    return "; ".join([*said, *([one["note"]] if one["note"] else [])])


def _moment(day: str | None) -> str | None:
    """Start of a day in Shanghai; None where only the month or the year is known."""
    return f"{day}T00:00:00+08:00" if day and len(day) == 10 else None


def _period(one: Row) -> Row:
    """The period as planned: estimated dates only, the actual end stands in `completion`."""
    return _kept({"startDate": _moment(one["started_estimated"]), "endDate": _moment(one["completed_estimated"])})


def _completion(one: Row) -> Row:
    day = one["completed_actual"]
    coarse = f"只知 {day} / only known: {day}" if day and len(day) < 10 else None
    return _kept({"endDate": _moment(day), "endDateDetails": coarse})


@cache
def _words() -> tuple[tuple[str, str], ...]:
    text = files("hechang.publish.exports").joinpath("oc4ids_sectors.csv").read_text(encoding="utf-8")
    return tuple((row["word"], row["sector"]) for row in csv.DictReader(text.splitlines()))


def sectors(text: str) -> list[str]:
    """Sectors of the standard that a text speaks of, parents first; our own reading of common words.

    Examples
    --------
    >>> sectors("城际站点配套"), sectors("集成电路封测")
    (['transport', 'transport.rail'], [])
    """
    hits = (sector for word, sector in _words() if word in text)
    return sorted({part for sector in hits for part in (sector.split(".")[0], sector)})


def _classes(one: Row) -> list[Row]:
    stage = codes("stages").get(one["stage"] or "")
    found = [{"scheme": "hechang-stage", "id": stage.code, "description": f"{stage.zh} {stage.en}"}] if stage else []
    return found + [{"scheme": f"hechang-{name}", "id": one[name]} for name in ("category", "industry") if one[name]]


def _locations(one: Row, places: Mapping[str, str]) -> list[Row]:
    """Place by its code; a geometry only where the register has one of the project itself."""
    shape = one["geometry"]
    drawn = json.loads(shapely.to_geojson(shapely.from_wkb(shape))) if shape else None
    code = one["place"]
    listed = {"scheme": "CN-GBT2260", "identifiers": [code]} if code else None
    found = _kept({"description": places.get(code or ""), "geometry": drawn, "gazetteer": listed})
    return [{"id": "1", **found}] if found else []


def _budget(one: Row, plans: Iterable[Row]) -> Row:
    """Total and yearly plans in units of the currency."""
    total = _value(one["invest_total"], one["currency"])
    years = [
        {"id": str(p["year"]), "amount": _value(p["plan"], p["currency"]), "period": _year(p["year"])} for p in plans
    ]
    group = {"id": "years", "description": "年度计划投资 / planned investment by year", "budgetBreakdown": years}
    return _kept({"amount": total, "budgetBreakdowns": [group] if years else None})


def _value(fen: int | None, currency: str | None) -> Row | None:
    return None if fen is None else {"amount": float(amount(int(fen), "元")), "currency": currency or "CNY"}


def _year(year: int) -> Row:
    return {"startDate": f"{year}-01-01T00:00:00+08:00", "endDate": f"{year}-12-31T23:59:59+08:00"}


def _parties(one: Row, bodies: Mapping[str, str]) -> Row:
    """The responsible body as public authority, the company as procuring entity."""
    body = next((id for id in (one["lead"], one["owner"]) if id in bodies), None)
    found = [{"id": body, "name": bodies[body], "roles": ["publicAuthority"]}] if body else []
    if one["company"]:
        found.append({"id": f"company-{one['company']}", "name": one["company"], "roles": ["procuringEntity"]})
    authority = {"id": body, "name": bodies[body]} if body else None
    return {"parties": found, "publicAuthority": authority}


def _document(row: Row) -> Row:
    link = row["url"] if row["url"] and ":" in row["url"] else None
    hash = f"SHA-256 {row['sha256']}"
    return _kept({"id": row["id"], "title": row["title"], "description": hash, "url": link,
                  "datePublished": _moment(row["published"])})  # fmt: skip


def faults(package: Mapping[str, Any], schema: str = "") -> list[Finding]:
    """What breaks the rules: ours always, and the standard's own file where `schema` names it.

    Examples
    --------
    >>> from hechang import tiny
    >>> made = package(tiny())
    >>> faults(made), faults(made | {"version": "new"})[0].field
    ([], 'version')
    """
    text = files("hechang.publish.exports").joinpath("oc4ids_rules.json").read_text(encoding="utf-8")
    found = list(_findings(_rules(json.loads(text)), package))
    if schema:
        official = _official(Path(schema))
        found += [f for one in package["projects"] for f in _findings(official, one)]
    ids = [one["id"] for one in package["projects"]]
    doubles = sorted({id for id in ids if ids.count(id) > 1}) if len(set(ids)) < len(ids) else []
    return found + [Finding(en=f"'{id}' stands twice", zh=f"“{id}”重复", field="id", value=id) for id in doubles]


def _official(path: Path) -> Draft4Validator:
    try:
        return _rules(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        raise FileFault(
            f"{path}: this is no JSON schema that can be read. Download project-schema.json of OC4IDS 0.9.5",
            f"{path}: 不是可读的 JSON schema。请下载 OC4IDS 0.9.5 的 project-schema.json",
        ) from error


def _rules(schema: Any) -> Draft4Validator:
    """Rules that stand alone: nothing is fetched from anywhere."""
    return Draft4Validator(schema, retriever=_fetch_nothing, validate_formats=False)


def _fetch_nothing(address: str) -> Any:
    raise ValueError(address)


def _findings(rules: Draft4Validator, what: Any) -> Iterable[Finding]:
    for error in rules.iter_errors(what):
        where = "/".join(str(part) for part in error.instance_path)
        value = json.dumps(error.instance, ensure_ascii=False)[:80]
        said = error.message[:200]
        yield Finding(
            en=f"{where}: {said}",
            zh=f"{where}: 不符合规则 {error.schema_path[-1]}: {value}",
            mend_en="Mend the row it was made from",
            mend_zh="请修正对应的数据行",
            field=where,
            value=value,
        )
