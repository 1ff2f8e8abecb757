"""The form of a collection round: one row a project, what the register knows is there, only the rest is asked.

Yellow cells are asked, light grey ones are known (to be corrected only where wrong), grey ones need nothing. A form
comes back through `preview`: only cells that were edited count, an emptied cell takes its value away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from hechang.intake.sheets.meta import meta_rows
from hechang.intake.sheets.sense import CHAIN
from hechang.intake.sheets.showing import NUMERIC, show
from hechang.intake.sheets.template import PLANNED_TOO, note, period_titles
from hechang.intake.sheets.workbook import HEAD, SAFE, WARNED, Cell, add_choices, add_meta, choices, typed
from hechang.region.region import Region
from hechang.register.rounds import BEGUN
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import Field, codes, table

OF_PROJECT = ("name", "code", "place", "kind", "company", "lead", "invest_total")
OF_MONTH = ("invest_done", "progress", "problem")
HEADER = 2  # row of the header from 0: above it stand the title and what the colours mean
SPARE = 200  # empty rows below with drop-downs, for new projects
CHOICES = 2_000  # places or bodies beyond which a column has no drop-down, own assumption
STYLES = {"asked": "#FFF2CC", "known": "#F2F2F2", "idle": "#D9D9D9"}
LEGEND = {
    "asked": ("please fill in", "请填写"),
    "known": ("known: correct only if wrong", "系统已有: 有误才改"),
    "idle": ("nothing needed this time", "本期不需填写"),
}
WIDTHS = {"id": 4, "name": 26, "company": 18, "lead": 18, "place": 14, "problem": 30, "code": 14, "kind": 6}
WIDTH, HEIGHT = 11, 30  # of the other columns, in characters; of each row, in points: two lines


@dataclass(frozen=True)
class Form:
    """What a form holds: its columns, their texts (index = id, columns as in `cells`), which cells are asked."""

    cells: Mapping[str, Cell]
    texts: pd.DataFrame
    asked: pd.DataFrame


def write_form(
    region: Region,
    path: Path | str,
    ids: pd.Index | None = None,
    *,
    period: str,
    asks: Sequence[str] = (),
    meta: Mapping[str, str] | None = None,
    lang: str = "zh",
) -> Path:
    """Write a form for some projects that asks what the register does not know yet of one month.

    Parameters
    ----------
    region
        The register; its revision is kept in the form, so that what others change meanwhile is not undone.
    path
        Where the xlsx goes.
    ids
        Projects, in the order wanted; all by place and code when None.
    period
        Month asked for, `2022-08`.
    asks
        Columns that may be asked (see `askable`); all that make sense when empty.
    meta
        Texts that come back as `meta_of(book).extra`, like the round and the body.
    lang
        `zh` or `en`.

    Raises
    ------
    InputError
        for a period that is no month; NotKnown for a column or a project that does not exist.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> from hechang.intake.sheets.preview import preview
    >>> path = write_form(tiny(), Path(tempfile.mkdtemp()) / "a.xlsx", period="2022-09")
    >>> preview(tiny(), "projects", path).counts["unchanged"]
    4
    """
    rows = _projects(region, ids).index
    write_forms(region, {Path(path): (rows, meta or {})}, period=period, asks=asks, lang=lang)
    return Path(path)


def write_forms(
    region: Region,
    wanted: Mapping[Path, tuple[pd.Index, Mapping[str, str]]],
    *,
    period: str,
    asks: Sequence[str] = (),
    lang: str = "zh",
) -> None:
    """Write several forms, by path: (projects, texts that come back); all else as in `write_form`.

    The register is read once for all of them, so that nine forms take little longer than one.
    """
    made = forms(region, {str(path): ids for path, (ids, _) in wanted.items()}, period=period, asks=asks, lang=lang)
    for path, (_, meta) in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_workbook(region, made[str(path)], {"period": period, **meta}, lang))


def _workbook(region: Region, made: Form, extra: Mapping[str, str], lang: str) -> bytes:
    held = BytesIO()
    with xlsxwriter.Workbook(held, SAFE) as book:
        sheet = book.add_worksheet("填报表" if lang == "zh" else "Form")
        _above(book, sheet, made, (extra["period"], lang))
        _body(book, sheet, made)
        words = {at: _words(region, cell.field, lang) for at, cell in enumerate(made.cells.values())}
        add_choices(book, sheet, words, (HEADER + 1, HEADER + len(made.texts) + SPARE))
        _figures(sheet, made)
        add_meta(book, meta_rows(region, "projects", sheet.get_name(), made.texts, extra))
        _printed(sheet, made, lang)
    return held.getvalue()


def askable() -> tuple[str, ...]:
    """Names of the columns a form can ask for: fields, stages (the actual date), `STAGE:estimated`.

    Examples
    --------
    >>> askable()[:2], "started:estimated" in askable(), "invest_done" in askable()
    (('code', 'kind'), True, True)
    """
    return (*(f for f in OF_PROJECT if f not in ("name", "place")), *_stages(), "invest_plan", *OF_MONTH)


def form(region: Region, ids: pd.Index | None, *, period: str, asks: Sequence[str] = (), lang: str = "zh") -> Form:
    """Gather what a form holds; arguments as in `write_form`."""
    return forms(region, {"": _projects(region, ids).index}, period=period, asks=asks, lang=lang)[""]


def forms(
    region: Region, ids: Mapping[str, pd.Index], *, period: str, asks: Sequence[str] = (), lang: str = "zh"
) -> dict[str, Form]:
    """Gather what several forms hold, by name; the register is read once."""
    _refuse(period, asks)
    every = pd.Index(dict.fromkeys(id for part in ids.values() for id in part), dtype=object)
    values, returns = _values(region, _projects(region, every), period)
    titles = _cells(period, "", lang)
    cells = {name: cell for name, cell in titles.items() if name in values.columns}
    texts = pd.DataFrame({n: show(region, c.field, values[n], lang) for n, c in cells.items() if n != "id"})
    texts.insert(0, "id", texts.index.astype(str))
    asks = asks or askable()
    whole = Form(cells, texts, _asked(values[list(cells)], period, asks))
    return {name: _of(region, whole, part, (period, asks, returns), lang) for name, part in ids.items()}


def _of(region: Region, whole: Form, ids: pd.Index, known: tuple[str, Sequence[str], pd.DataFrame], lang: str) -> Form:
    """Form of some projects, with the month before known of them and without columns that neither ask nor tell.

    The columns of the month stay: a project may have started in it, and new ones may come.
    """
    period, asks, returns = known
    texts, asked, cells = whole.texts.loc[ids], whole.asked.loc[ids], dict(whole.cells)
    before = returns[returns["project"].isin(ids)]
    earlier = str(before["period"].max()) if len(before) else ""
    if earlier:
        then = before[before["period"] == earlier].drop_duplicates("project").set_index("project")["invest_done"]
        cells = {n: c for n, c in _cells(period, earlier, lang).items() if n in cells or n == "before"}
        texts = texts.assign(before=show(region, cells["before"].field, then.reindex(ids), lang))
        asked = asked.assign(before=False)
    kept = {*OF_MONTH} & {*asks}
    used = [n for n in cells if n in kept or asked[n].any() or texts[n].ne("").any() or texts.empty]
    return Form({n: cells[n] for n in used}, texts[used], asked[used])


def _refuse(period: str, asks: Sequence[str]) -> None:
    if not (is_date(period) and len(period) == 7):
        raise InputError(f"period='{period}' is no month; write it as 2022-08", f"period“{period}”应写成 2022-08")
    for name in asks:
        if name not in askable():
            raise not_known("column of a form", "填报列", name, askable())


def _projects(region: Region, ids: pd.Index | None) -> pd.DataFrame:
    known = region.table("projects", columns=OF_PROJECT)
    if ids is None:
        return known.sort_values(["place", "code", "name"], kind="stable")
    lost = ids[~ids.isin(known.index)]
    if len(lost):
        raise not_known("project", "项目", str(lost[0]), [], "hechang export projects FILE.xlsx")
    return known.loc[ids]


def _stages() -> list[str]:
    """Columns of dates in the order of the stages, the estimated one before the actual one."""
    return [
        name for code in codes("stages") for name in (*([f"{code}:estimated"] if code in PLANNED_TOO else []), code)
    ]


def _values(region: Region, projects: pd.DataFrame, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the register knows, one column for each column of the form; and the sums of the months before."""
    ids = {"ids": [*projects.index.astype(str)] or [""]}
    mine = "WHERE project IN (SELECT unnest($ids))"
    events = region.query(f"SELECT project, stage, estimated, actual FROM project_events {mine} ORDER BY id", **ids)
    events = events.drop_duplicates(["project", "stage"]).set_index(["stage", "project"])
    seen = set(events.index.get_level_values("stage"))
    made = projects.assign(id=projects.index.astype(str))
    for name in _stages():
        stage, _, kind = name.partition(":")
        dates = events[kind or "actual"]
        made[name] = dates.xs(stage) if stage in seen else None
    plan = region.query(f"SELECT project, invest_plan FROM project_years {mine} AND year = $year ORDER BY id",
                        year=int(period[:4]), **ids)  # fmt: skip
    made["invest_plan"] = plan.drop_duplicates("project").set_index("project")["invest_plan"]
    columns = ", ".join(OF_MONTH)
    now = region.query(f"SELECT project, {columns} FROM returns {mine} AND period = $period ORDER BY id",
                       period=period, **ids).drop_duplicates("project").set_index("project")  # fmt: skip
    before = region.query(f"""
        SELECT project, period, invest_done FROM returns {mine} AND period < $period AND length(period) = 7
               AND invest_done IS NOT NULL ORDER BY id""", period=period, **ids)  # fmt: skip
    return made.assign(**{name: now[name] for name in OF_MONTH}), before


def _cells(period: str, earlier: str, lang: str) -> dict[str, Cell]:
    """All columns a form can have, by name."""
    zh, at = lang == "zh", 1 if lang == "zh" else 0
    projects, events = table("projects"), table("project_events")
    made = {"id": Cell("编号(勿改)" if zh else "Id (do not change)", projects.field("id"))}
    made |= {n: Cell(projects.field(n).title(lang), projects.field(n), n in ("name",)) for n in OF_PROJECT}
    for name in _stages():
        stage, _, kind = name.partition(":")
        code = codes("stages")[stage]
        title = f"{'预计' * bool(kind)}{code.zh}日期" if zh else f"{code.en} on{' (estimated)' * bool(kind)}"
        made[name] = Cell(title, events.field(kind or "actual"))
    said, returns = period_titles(period, lang), table("returns")
    made["invest_plan"] = Cell(said["invest_plan"], table("project_years").field("invest_plan"))
    if earlier:
        made["before"] = Cell(period_titles(earlier, lang)["invest_done"], returns.field("invest_done"))
    made |= {name: Cell(said[name], returns.field(name)) for name in OF_MONTH}
    hints = {"invest_done": ("sum since January", "当年 1 月起累计数"), "before": ("for reference", "供参考")}
    notes = {n: "\n".join(filter(None, (hints.get(n, ("", ""))[at], note(c.field, lang)))) for n, c in made.items()}
    return {n: Cell(c.title, c.field, c.required, notes[n]) for n, c in made.items()}


def _asked(values: pd.DataFrame, period: str, asks: Sequence[str]) -> pd.DataFrame:
    """Tell which cells are asked: unknown, among `asks`, and of sense for the project.

    Of the dates only those up to the step after the last one taken; nothing of a year in which the project was
    already in production when it began; no money and progress of the month before it has started.
    """
    known = values.notna()
    reached = pd.concat([known[s] * n for n, s in enumerate(CHAIN, 1)], axis=1).max(axis=1)
    active = ~(values["producing"].astype("string") < period[:4]).fillna(False)
    sense = pd.DataFrame(True, index=values.index, columns=values.columns)
    for number, stage in enumerate(CHAIN):
        sense[stage] = reached >= number
    sense["planned"] = False
    sense["land"] = known["signed"] & ~known["started"]
    sense["library"] = known["started"] & ~known["completed"]
    for stage in PLANNED_TOO:
        sense[f"{stage}:estimated"] = ~known[stage]
    for name in ("invest_plan", *OF_MONTH):
        sense[name] = active
    for name in ("invest_done", "progress"):
        sense[name] = active & known[list(BEGUN)].any(axis=1)
    sense[[c for c in sense.columns if c not in asks]] = False
    return sense & ~known


def _words(region: Region, field: Field, lang: str) -> list[str]:
    """Words of a drop-down: codes, places and bodies by their names; none where there are too many."""
    return region.once(("words of a form", field.kind, field.target, lang), lambda: _looked_up(region, field, lang))


def _looked_up(region: Region, field: Field, lang: str) -> list[str]:
    if field.kind == "place":
        places = region.table("places", columns=["kind"], where={"kind": ["county", "city", "zone"]}).index
        if len(places) >= CHOICES:
            return []
        return sorted(show(region, field, pd.Series(places, dtype="string[pyarrow]"), lang))
    if field.kind == "ref":
        names = region.table(field.target, columns=["name"])["name"].dropna().drop_duplicates()
        return sorted(names) if len(names) < CHOICES else []
    return choices(field, lang)


def _above(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, made: Form, said: tuple[str, str]) -> None:
    """Title, what the colours mean, and the header with notes."""
    period, zh = said[0], said[1] == "zh"
    month = f"{period[:4]}年{int(period[5:])}月重大项目填报表" if zh else f"Major projects: form for {period}"
    sheet.write_string(0, 1, month, book.add_format({"bold": True, "font_size": 16}))
    for at, (style, words) in enumerate(LEGEND.items()):
        colour = book.add_format({"bg_color": STYLES[style], "border": 1, "align": "center"})
        sheet.merge_range(1, 1 + 2 * at, 1, 2 + 2 * at, words[zh], colour)
    plain = book.add_format(HEAD | {"align": "center"})
    asked = book.add_format(HEAD | {"align": "center", "bg_color": "#FFD966"})
    sheet.set_row(0, 26)
    sheet.set_row(HEADER, 48)
    for at, (name, cell) in enumerate(made.cells.items()):
        sheet.write_string(HEADER, at, cell.head, asked if name in OF_MONTH else plain)
        if cell.note:
            sheet.write_comment(HEADER, at, cell.note, {"author": "hechang", "x_scale": 2})


def _body(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, made: Form) -> None:
    """Cells with what the register knows, coloured by what is wanted of them."""
    border = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "font_size": 10}
    formats = {
        (style, numeric): book.add_format(
            border | {"bg_color": colour} | ({} if numeric else {"num_format": "@", "text_wrap": True})
        )
        for style, colour in STYLES.items()
        for numeric in (True, False)
    }
    number = sheet.write_number
    for at, (name, cell) in enumerate(made.cells.items()):
        numeric = cell.field.kind in NUMERIC
        sheet.set_column(at, at, WIDTHS.get(name, WIDTH), None if numeric else book.add_format({"num_format": "@"}))
        filled = made.texts[name].ne("")
        style = filled.map({True: "known", False: "idle"}).mask(made.asked[name], "asked")
        values = typed(cell.field, made.texts[name])
        for row, (value, kind) in enumerate(zip(values, style, strict=True), HEADER + 1):
            write = sheet.write_blank if value is None else sheet.write_string if isinstance(value, str) else number
            write(row, at, value, formats[kind, numeric])
    for row in range(len(made.texts)):
        sheet.set_row(HEADER + 1 + row, HEIGHT)


def _figures(sheet: xlsxwriter.worksheet.Worksheet, made: Form) -> None:
    """Warn in the sheet itself of negative amounts and of per cent outside 0-100."""
    rules = {"money": {"criteria": ">=", "value": 0}, "number": {"criteria": "between", "minimum": 0, "maximum": 100}}
    last = HEADER + len(made.texts) + SPARE
    for at, cell in enumerate(made.cells.values()):
        rule = rules.get(cell.field.kind)
        if rule and (cell.field.kind == "money" or cell.field.unit == "%"):
            sheet.data_validation(HEADER + 1, at, last, at, {"validate": "decimal", **rule, **WARNED})


def _printed(sheet: xlsxwriter.worksheet.Worksheet, made: Form, lang: str) -> None:
    """Frozen header, filter, and a print that fits the width of a sheet and repeats the header."""
    last = HEADER + max(1, len(made.texts))
    sheet.freeze_panes(HEADER + 1, 2)
    sheet.autofilter(HEADER, 0, last, len(made.cells) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER)
    sheet.print_area(0, 1, last, len(made.cells) - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页" if lang == "zh" else "&CPage &P of &N")
