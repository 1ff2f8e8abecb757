"""Make our own template of the bulletin: python tools/make_bulletin_template.py

Words and figures come in when a bulletin is written; here stand layout, fonts and loops only. Chinese fonts are those
of official papers (方正小标宋 is not free: 宋体 bold stands for it); a machine without them shows what it has.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TARGET = Path(__file__).parent.parent / "src/hechang/publish/templates/bulletin.docx"
RED, GREY, BLACK = RGBColor(0xC0, 0x00, 0x00), RGBColor(0x59, 0x59, 0x59), RGBColor(0, 0, 0)
SONG, HEI, FANG, LATIN = "宋体", "黑体", "仿宋", "Times New Roman"


def font(style, east: str, size: float, *, bold=False, colour=BLACK, latin=LATIN) -> None:
    """Set the Latin and the Chinese font of a style; python-docx sets only the first."""
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), bold
    style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), east)


def space(style, before: float = 0, after: float = 0, line: float = 1.0) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line


def styles(doc) -> None:
    made = doc.styles
    font(made["Normal"], FANG, 12)
    space(made["Normal"], after=4, line=1.35)
    font(made["Title"], SONG, 24, bold=True, colour=RED)
    space(made["Title"], after=6)
    made["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = made["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        made["Title"].element.pPr.remove(border)
    font(made["Heading 1"], HEI, 14, bold=False)
    space(made["Heading 1"], before=14, after=6)
    made["Heading 1"].paragraph_format.keep_with_next = True
    font(made["Heading 2"], HEI, 12, bold=False)
    space(made["Heading 2"], before=6, after=2)
    made["Heading 2"].paragraph_format.keep_with_next = True
    font(made["List Bullet"], FANG, 11)
    space(made["List Bullet"], after=2, line=1.2)
    cells = made.add_style("Cell", 1)
    cells.base_style = made["Normal"]
    font(cells, FANG, 9.5)
    space(cells, before=2, after=2)
    small = made.add_style("Small", 1)
    small.base_style = made["Normal"]
    font(small, FANG, 9.5, colour=GREY)
    space(small, before=4, after=2, line=1.2)


def rule(paragraph, size: int = 12) -> None:
    """Draw the red line under the head."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", "4"), ("color", "C00000")):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def shade(cell, colour: str) -> None:
    made = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        made.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(made)


def put(cell, text: str, *, right=False, heading=False, keep=False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    paragraph.paragraph_format.keep_with_next = keep or heading or None
    run = paragraph.add_run(text)
    run.bold = heading
    paragraph.alignment = (
        WD_ALIGN_PARAGRAPH.CENTER if heading else WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    )


def grid(
    doc, loop: str, columns: list[tuple[str, str, float, bool]], last: list[str] | None = None, keep=False
) -> None:
    """Make a table with one row a turn of `loop`: columns are heading, cell, width in cm, aligned right.

    `last` are the cells of a total; with `keep` the table is not broken over pages.
    """
    table = doc.add_table(rows=4 + bool(last), cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    rows = table.rows
    for at, (head, text, width, right) in enumerate(columns):
        table.columns[at].width = Cm(width)  # Word reads the cells, others the grid
        for row in rows:
            row.cells[at].width = Cm(width)
        put(rows[0].cells[at], head, heading=True)
        shade(rows[0].cells[at], "F2DCDB")
        put(rows[2].cells[at], text, right=right, keep=keep)
        if last:
            put(rows[4].cells[at], last[at], right=right)
            rows[4].cells[at].paragraphs[0].runs[0].bold = True
    put(rows[1].cells[0], f"{{%tr for {loop} %}}")
    put(rows[3].cells[0], "{%tr endfor %}")
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        unsplit = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(unsplit)


def head(doc) -> None:
    doc.add_paragraph("{{ office }}", style="Title")
    doc.add_paragraph("{{ title }}", style="Title")
    line = doc.add_paragraph("{{ period }}{% if round %} · {{ round }}{% endif %} · {{ day }}")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    rule(line)
    doc.add_paragraph("{%p if synthetic %}")
    warn = doc.add_paragraph()
    run = warn.add_run("{{ synthetic }}")
    run.font.color.rgb, run.bold = RED, True
    warn.alignment = WD_ALIGN_PARAGRAPH.CENTER
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{{ summary }}").paragraph_format.first_line_indent = Pt(24)


def returns(doc) -> None:
    doc.add_heading("{{ w.h_returns }}", 1)
    doc.add_paragraph("{%p if bodies %}")
    grid(doc, "b in bodies if b.id", [
        ("{{ w.t_body }}", "{{ b.name }}", 4.6, False), ("{{ w.t_state }}", "{{ b.state }}", 2.6, False),
        ("{{ w.t_returned }}", "{{ b.returned }}", 2.6, False), ("{{ w.t_late }}", "{{ b.late }}", 1.6, True),
        ("{{ w.t_answered }}", "{{ b.answered }}", 2.6, True), ("{{ w.t_questions }}", "{{ b.questions }}", 1.9, True),
    ], keep=True)  # fmt: skip
    doc.add_paragraph("{%p else %}")
    doc.add_paragraph("{{ w.no_round }}")
    doc.add_paragraph("{%p endif %}")


def money(doc) -> None:
    doc.add_heading("{{ w.h_money }}", 1)
    grid(
        doc,
        "b in bodies",
        [
            ("{{ w.t_body }}", "{{ b.name }}", 4.1, False), ("{{ w.t_count }}", "{{ b.count }}", 1.8, True),
            ("{{ w.t_plan }}", "{{ b.plan }}", 2.7, True), ("{{ w.t_done }}", "{{ b.done }}", 2.7, True),
            ("{{ w.t_share }}", "{{ b.share }}", 1.7, True), ("{{ w.t_points }}", "{{ b.points }}", 3.2, True),
        ],
        ["{{ w.t_total }}", "{{ counted }}", "{{ plan }}", "{{ done }}", "{{ share }}", "{{ points }}"],
        keep=True,
    )  # fmt: skip
    doc.add_paragraph("{{ w.note_money }}", style="Small")


def lists(doc) -> None:
    doc.add_heading("{{ w.h_lists }}", 1)
    grid(doc, "l in lists", [
        ("{{ w.t_list }}", "{{ l.name }}", 5.2, False), ("{{ w.t_number }}", "{{ l.count }}", 1.5, True),
        ("{{ w.t_new }}", "{{ l.new }}", 1.4, True), ("{{ w.t_left }}", "{{ l.left }}", 1.4, True),
        ("{{ w.t_rule }}", "{{ l.rule }}", 6.5, False),
    ], keep=True)  # fmt: skip
    doc.add_paragraph("{{ w.note_new }}", style="Small")


def laggards(doc) -> None:
    doc.add_heading("{{ w.h_laggards }}", 1)
    doc.add_paragraph("{%p if late_projects %}")
    grid(doc, "p in late_projects", [
        ("{{ w.t_at }}", "{{ p.n }}", 0.9, True), ("{{ w.t_project }}", "{{ p.name }} {{ p.synthetic }}", 4.7, False),
        ("{{ w.t_owner }}", "{{ p.owner }}", 3.6, False), ("{{ w.t_plan }}", "{{ p.plan }}", 2.0, True),
        ("{{ w.t_done }}", "{{ p.done }}", 2.0, True), ("{{ w.t_points }}", "{{ p.behind }}", 3.0, True),
    ])  # fmt: skip
    doc.add_paragraph("{%p else %}")
    doc.add_paragraph("{{ w.no_laggards }}")
    doc.add_paragraph("{%p endif %}")


def conflicts(doc) -> None:
    doc.add_heading("{{ w.h_conflicts }}", 1)
    doc.add_paragraph("{%p if conflicts %}")
    grid(doc, "c in conflicts", [
        ("{{ w.t_project }}", "{{ c.project }}", 4.6, False), ("{{ w.t_field }}", "{{ c.field }}", 3.6, False),
        ("{{ w.t_claims }}", "{{ c.claims }}", 7.8, False),
    ])  # fmt: skip
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if conflict_more %}")
    doc.add_paragraph("{{ conflict_more }}", style="Small")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if totals %}")
    doc.add_paragraph("{{ w.note_totals }}", style="Small").paragraph_format.keep_with_next = True
    grid(doc, "t in totals", [
        ("{{ w.t_body }}", "{{ t.body }}", 5.2, False), ("{{ w.t_stated }}", "{{ t.stated }}", 3.6, True),
        ("{{ w.t_summed }}", "{{ t.summed }}", 3.6, True), ("{{ w.t_apart }}", "{{ t.apart }}", 3.6, True),
    ])  # fmt: skip
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if not conflicts and not totals %}")
    doc.add_paragraph("{{ w.no_conflicts }}")
    doc.add_paragraph("{%p endif %}")


def problems(doc) -> None:
    doc.add_heading("{{ w.h_problems }}", 1)
    doc.add_paragraph("{%p if problems %}")
    grid(doc, "g in problems", [
        ("{{ w.t_body }}", "{{ g.body }}", 4.1, False), ("{{ w.t_number }}", "{{ g.count }}", 1.4, True),
        ("{{ w.t_problem }}", "{{ g.text }}", 10.5, False),
    ])  # fmt: skip
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p if not problems %}")
    doc.add_paragraph("{{ w.no_problems }}")
    doc.add_paragraph("{%p endif %}")


def sources(doc) -> None:
    doc.add_heading("{{ w.h_sources }}", 1)
    doc.add_paragraph("{%p if sources %}")
    grid(doc, "s in sources", [
        ("{{ w.t_body }}", "{{ s.body }}", 4.6, False), ("{{ w.t_file }}", "{{ s.file }}", 8.2, False),
        ("{{ w.t_hash }}", "{{ s.hash }}", 3.2, False),
    ])  # fmt: skip
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{{ basis }}", style="Small")


def footer(doc) -> None:
    paragraph = doc.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def main() -> None:
    doc = Document()
    page = doc.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.4)
    page.top_margin, page.bottom_margin = Cm(2.4), Cm(2.2)
    styles(doc)
    for part in (head, returns, money, lists, laggards, conflicts, problems, sources, footer):
        part(doc)
    doc.core_properties.author, doc.core_properties.title = "hechang", "bulletin"
    doc.save(str(TARGET))


if __name__ == "__main__":
    main()
