"""Photos, permits and other files as evidence of a row: kept by content, known by their first bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.dates import parse_date
from hechang.terms.errors import FileFault, InputError, NotKnown, not_known
from hechang.terms.ids import content_hash
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes

LARGEST = 20 * 1024 * 1024  # bytes
# what an attachment can hang on
OBJECTS = (
    "projects", "project_events", "approvals", "standard_land", "returns", "tasks", "task_returns", "milestones",
    "slips", "plan_actions", "agreements", "hazards", "cases", "inspections", "places",
)  # fmt: skip
ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",), "PDF": (".pdf",), "DOCX": (".docx",), "XLSX": (".xlsx",),
     "ZIP": (".zip",)}
)  # fmt: skip
PICTURES = ("JPEG", "PNG")
RUNS = (".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".sh", ".apk", ".lnk")
_STARTS = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"%PDF-", "PDF"), (b"PK\x03\x04", "ZIP"))
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")


@dataclass(frozen=True)
class About:
    """What is said of a file: title, kind (code list `attachment_kinds`), day and spot [degrees] of a photo, note."""

    title: str
    kind: str = "other"
    taken: str = ""
    lon: float | None = None
    lat: float | None = None
    note: str = ""


def file_type(data: bytes, name: str) -> str:
    """Tell what a file is by its content: JPEG, PNG, PDF, DOCX, XLSX or ZIP.

    Raises
    ------
    FileFault
        for programs, files with macros, anything else, or a name that ends otherwise than the content.

    Examples
    --------
    >>> file_type(b"%PDF-1.7 ...", "permit.PDF")
    'PDF'
    >>> file_type(b"MZ...", "photo.jpg")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.FileFault: photo.jpg is a program. Attach photos, PDF or office files
    """
    if data.startswith(_PROGRAMS):
        raise FileFault(
            f"{name} is a program. Attach photos, PDF or office files",
            f"{name} 是可执行程序。只能附照片、PDF 或办公文件",
        )
    found = next((kind for start, kind in _STARTS if data.startswith(start)), "")
    found = _office(data, name) if found == "ZIP" else found
    if not found:
        raise FileFault(
            f"{name} is none of {', '.join(ENDINGS)}. Save it as one of these",
            f"{name} 不是 {'、'.join(ENDINGS)} 文件。请另存为其中一种",
        )
    if not name.lower().endswith(ENDINGS[found]):
        raise FileFault(
            f"{name} is a {found} file by its content. Rename it to end in {ENDINGS[found][0]}",
            f"{name} 的内容是 {found} 文件。请将扩展名改为 {ENDINGS[found][0]}",
        )
    return found


def _office(data: bytes, name: str) -> str:
    """Kind of a zip file by the names inside; nothing is unpacked."""
    try:
        inside = [one.lower() for one in zipfile.ZipFile(io.BytesIO(data)).namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise FileFault(
            f"{name} is damaged: it cannot be opened. Save it again", f"{name} 已损坏, 无法打开。请重新保存"
        ) from fault
    risky = [one for one in inside if one.endswith((*RUNS, "vbaproject.bin"))]
    if risky:
        raise FileFault(
            f"{name} holds a program or macro ({risky[0]}). Take it out and try again",
            f"{name} 含有程序或宏({risky[0]})。请去除后再试",
        )
    marks = {"word/document.xml": "DOCX", "xl/workbook.xml": "XLSX"}
    return next((kind for mark, kind in marks.items() if mark in inside), "ZIP")


def read_file(path: Path) -> bytes:
    """Read a file to attach.

    Raises
    ------
    FileFault
        where it cannot be read, is empty or larger than 20 MB.

    Examples
    --------
    >>> read_file(Path("nowhere.jpg"))
    Traceback (most recent call last):
    ...
    hechang.terms.errors.FileFault: nowhere.jpg cannot be read (No such file or directory). Check the path
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise FileFault(
            f"{path} cannot be read ({why}). Check the path", f"{path} 无法读取({why})。请检查路径"
        ) from fault
    if size > LARGEST:
        said = f"{size / 1024 / 1024:.1f} MB"
        raise FileFault(
            f"{path.name} has {said}, at most 20 MB can be attached. Make it smaller",
            f"{path.name} 有 {said}, 附件最大 20 MB。请压缩后再试",
        )
    if not data:
        raise FileFault(f"{path.name} is empty. Attach another file", f"{path.name} 是空文件。请另选文件")
    return data


def attach(region: Region, object: str, path: Path, about: About, *, by: str, why: str) -> Region:
    """Keep a file as evidence of a row: the file, its document and the attachment in one edit.

    Parameters
    ----------
    object
        Id of a project, event, approval step, task … the file belongs to.
    path
        JPEG, PNG, PDF, DOCX, XLSX or ZIP file of at most 20 MB.
    about
        Title, kind, and for photos day and spot.

    Returns
    -------
    Region
        With the attachment; owner, scope and clearance are those of the row, 内部 at least.

    Raises
    ------
    NotKnown
        for an object nobody knows.
    FileFault
        for a file that cannot be attached.
    InputError
        for a kind, day or spot that cannot be.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> path = Path(tempfile.mkdtemp()) / "permit.pdf"
    >>> _ = path.write_bytes(b"%PDF-1.7 ...")
    >>> about = About("施工许可证", kind="permit", taken="2022.9.20")
    >>> after = attach(tiny(), "p1", path, about, by="zhang", why="visit")
    >>> attached(after, ["p1"])[["title", "kind", "taken", "path"]].values.tolist()
    [['施工许可证', 'permit', '2022-09-20', 'permit.pdf']]
    """
    data = read_file(path)
    with region.edit(by=by, why=why) as e:
        put(e, object, (path.name, data), about)
    return e.after


def put(edit: Edit, object: str, file: tuple[str, bytes], about: About) -> str:
    """Add an attachment to an edit and return its id; `file` is its name and content. Raises as `attach`.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="visit") as e:
    ...     id = put(e, "p1", ("permit.pdf", b"%PDF-1.7"), About("施工许可证", kind="permit"))
    >>> id in attached(e.after, ["p1"]).index
    True
    """
    name, data = file
    given = _checked(about)
    _refuse_no_picture(given, file_type(data, name), name)
    held = _held_by(edit.region, object)
    document = _document(edit, str(given["title"]), file, held)
    return edit.put("attachments", {"object": object, "document": document, **given, **held})[0]


def _checked(about: About) -> dict[str, str | float]:
    """Cells of the attachment, without empty ones."""
    if not about.title.strip():
        raise InputError("An attachment needs a title", "附件须有标题")
    if about.kind not in codes("attachment_kinds"):
        raise not_known("kind of attachment", "附件类别", about.kind, codes("attachment_kinds"))
    taken = parse_date(about.taken) if about.taken else ""
    if taken is None:
        raise InputError(
            f"taken='{about.taken}' is no day; write it as 2022-09-27",
            f"拍摄日期“{about.taken}”不是日期; 请写成 2022-09-27",
        )
    cells = {"title": about.title.strip(), "kind": about.kind, "taken": taken, "note": about.note.strip()}
    return {key: text for key, text in cells.items() if text} | _spot(about.lon, about.lat)


def _spot(lon: float | None, lat: float | None) -> dict[str, float]:
    if lon is None and lat is None:
        return {}
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(
            f"lon={lon}, lat={lat} is no spot. Give both in degrees, e.g. lon 120.3, lat 31.5",
            f"经度 {lon}、纬度 {lat} 不是有效位置。请同时填写, 如经度 120.3、纬度 31.5",
        )
    return {"lon": lon, "lat": lat}


def spot_of(text: str) -> tuple[float | None, float | None]:
    """Read a spot written as `LON,LAT` [degrees]; nothing gives nothing.

    Examples
    --------
    >>> spot_of("120.3, 31.5"), spot_of("")
    ((120.3, 31.5), (None, None))
    """
    if not text.strip():
        return None, None
    numbers = [parse_number(part) for part in text.split(",")]
    if len(numbers) != 2 or None in numbers:
        raise InputError(f"'{text}' is no spot; write it as 120.3,31.5", f"“{text}”不是位置; 请写成 120.3,31.5")
    lon, lat = (float(number) for number in numbers if number is not None)
    return lon, lat


def _refuse_no_picture(given: Mapping[str, object], kind: str, name: str) -> None:
    if given["kind"] == "photo" and kind not in PICTURES:
        raise FileFault(
            f"{name} is a {kind} file, no photo. Attach a JPEG or PNG, or give another kind",
            f"{name} 是 {kind} 文件, 不是照片。请附 JPEG 或 PNG, 或改选其他类别",
        )


def _held_by(region: Region, object: str) -> dict[str, object]:
    """Owner, scope, clearance and made-up mark of the row a file is attached to."""
    parts = [f'SELECT owner, scope, level, synthetic FROM "{name}" WHERE id = $id' for name in OBJECTS]
    rows = region.query(" UNION ALL ".join(parts), id=object)
    if rows.empty:
        raise NotKnown(
            f"Nothing with the id '{object}' takes attachments. Give the id of a project, event, step or task",
            f"没有编号为“{object}”的对象可附文件。请填项目、节点、审批事项或任务的编号",
        )
    row = rows.iloc[0]
    level = max(1, int(row["level"]))
    return {"owner": row["owner"], "scope": row["scope"], "level": level, "synthetic": bool(row["synthetic"])}


def _document(edit: Edit, title: str, file: tuple[str, bytes], held: Mapping[str, object]) -> str:
    """Id of the document of a file; the same file attached elsewhere is kept once."""
    name, data = file
    same = {"sha256": content_hash(data), "scope": held["scope"], "level": held["level"]}
    known = edit.region.table("documents", columns=["path"], where=same)
    if len(known):
        return str(known.index[0])
    row = {"title": title, "kind": "other", "path": name, "sha256": edit.blob(data), **held}
    return edit.put("documents", row)[0]


def attached(region: Region, objects: Iterable[str] | None) -> pd.DataFrame:
    """Attachments of some rows (of all when None), photos first, newest first.

    Returns
    -------
    DataFrame
        Indexed by id: object, kind, title, taken, lon, lat [degrees], note, document, path (file name), sha256,
        source, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> attached(tiny(), ["p1"]).empty
    True
    """
    sql = """SELECT a.id, a.object, a.kind, a.title, a.taken, a.lon, a.lat, a.note, a.document, d.path, d.sha256,
                    a.source, a.synthetic
             FROM attachments a LEFT JOIN documents d ON d.id = a.document
             WHERE $ids IS NULL OR a.object IN (SELECT unnest($ids))
             ORDER BY a.kind IS DISTINCT FROM 'photo', a.taken DESC NULLS LAST, a.id DESC"""
    ids = None if objects is None else [str(id) for id in objects]
    return region.query(sql, ids=ids).set_index("id")
