"""The bulletin 简报 of a month: a Word file in the office's own template or ours, and a text for WeChat."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hechang.publish.briefing import View, briefing
from hechang.publish.bulletin_words import bulletin_words, said
from hechang.region.region import Region
from hechang.terms.errors import FileFault, InputError
from hechang.terms.words import words

LONGEST = 800  # characters of the text, so that it fits into one message
NAME = 22  # characters of a project's name in the text
UNPACKED = 64 * 1024 * 1024  # bytes of a template when unpacked


def bulletin(
    region: Region, round: str, path: Path | str, *, template: Path | str | None = None, lang: str = "zh"
) -> Path:
    """Write the bulletin of a round, or of a month without one, as DOCX.

    Parameters
    ----------
    region
        The register; its day is the day of the bulletin.
    round
        Name, id or month of a round; or a month (`2022-08`).
    path
        Where the .docx goes.
    template
        The office's own .docx with placeholders like `{{ period }}` and `{%tr for body in bodies %}`; ours when None.
    lang
        `zh` or `en`.

    Raises
    ------
    NotKnown
        for what is neither a round nor a month.
    FileFault
        for a template that is no Word file.
    InputError
        for a placeholder that does not exist, with those that do, or one that is written wrongly.
    """
    made = bulletin_bytes(region, round, template=template, lang=lang)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)
    return target


def bulletin_bytes(region: Region, round: str, *, template: Path | str | None = None, lang: str = "zh") -> bytes:
    """Return the bulletin as the bytes of a .docx; as `bulletin`.

    Examples
    --------
    >>> from hechang import tiny
    >>> bulletin_bytes(tiny(), "2022-08")[:2]
    b'PK'
    """
    view = context(region, round, lang)
    made = BytesIO()  # so that a full disk or a faulty template leaves no half file
    if template is None:
        with as_file(files("hechang.publish").joinpath("templates/bulletin.docx")) as ours:
            _fill(ours, view, made)
    else:
        _fill(_word_file(Path(template)), view, made)
    return made.getvalue()


def context(region: Region, round: str, lang: str = "zh") -> View:
    """All that a template may name; `w` holds the words of the headings.

    Examples
    --------
    >>> from hechang import tiny
    >>> context(tiny(), "2022-08", "en")["w"]["t_body"]
    'Body'
    """
    words(lang)  # refuses a language nobody speaks here
    return briefing(region, round, lang) | {"w": dict(bulletin_words(lang))}


def _word_file(path: Path) -> Path:
    """Return the template when it is a Word file of a size one can open."""
    if not path.is_file():
        raise FileFault(f"No such file: {path}. Check the path", f"没有这个文件: {path}。请检查路径")
    wrong = FileFault(
        f"{path.name} is no Word file (.docx). Save the template as .docx and try again",
        f"{path.name} 不是 Word 文件(.docx)。请将模板另存为 .docx 后重试",
    )
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
            if "word/document.xml" not in parts.namelist() or size > UNPACKED:
                raise wrong
    except (zipfile.BadZipFile, OSError) as error:
        raise wrong from error
    return path


def _fill(path: Path, view: View, out: BytesIO) -> None:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(str(path))
        _refuse_unknown(path, document.get_undeclared_template_variables(environment), view)
        document.render(view, environment, autoescape=True)
        document.save(out)
    except UndefinedError as error:
        raise InputError(
            f"{path.name}: {error}. Placeholders: {_known(view)}",
            f"{path.name}: 占位符有误({error})。可用: {_known(view)}",
        ) from error
    except TemplateError as error:
        raise InputError(
            f"{path.name}: a placeholder is written wrongly ({error}). Write it like {{{{ period }}}}",
            f"{path.name}: 占位符写法有误({error})。请写成 {{{{ period }}}}",
        ) from error
    except (KeyError, ValueError) as error:  # what python-docx makes of a file that only looks like one of Word
        raise FileFault(
            f"{path.name} cannot be opened as a Word file ({error}). Save it again from Word",
            f"{path.name} 无法作为 Word 文件打开({error})。请用 Word 重新另存",
        ) from error


def _refuse_unknown(path: Path, named: Iterable[str], view: View) -> None:
    unknown = sorted(set(named) - set(view))
    if unknown:
        raise InputError(
            f"{path.name} names placeholders that do not exist: {', '.join(unknown)}. Known are: {_known(view)}",
            f"{path.name} 中有不存在的占位符: {'、'.join(unknown)}。可用: {_known(view)}",
        )


def _known(view: View) -> str:
    """Placeholders by name; a list with the names of its columns."""
    return ", ".join(_shape(name, value) for name, value in sorted(view.items()) if name != "w")


def _shape(name: str, value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"{name}[{'/'.join(value[0])}]"
    return f"{name}[]" if isinstance(value, list) else name


def bulletin_text(region: Region, round: str, *, lang: str = "zh") -> str:
    """Write the bulletin as plain text to be pasted into a message: short lines, at most 800 characters.

    Raises
    ------
    NotKnown
        for what is neither a round nor a month, or a language other than those of `words.LANGUAGES`.

    Examples
    --------
    >>> from hechang import tiny
    >>> bulletin_text(tiny(), "2022-08").splitlines()[1]
    '投资：2个项目计划2,400 万元，完成1,400 万元，完成率58.3 %'
    """
    view = context(region, round, lang)
    tries = (_lines(view, lang, most) for most in range(5, -1, -1))
    return next(text for text in (*("\n".join(lines) for lines in tries), "") if len(text) <= LONGEST)


def _lines(view: View, lang: str, most: int) -> list[str]:
    lines = [said("w_head", lang, **view)]
    if view["bodies"]:
        lines.append(said("w_returns", lang, asked=view["asked_bodies"], taken=view["taken"], late=view["late"]))
    if view["outstanding"]:
        lines.append(said("w_open", lang, names=_cut(view["outstanding_names"], 120)))
    lines += [said("w_money", lang, **view), said("w_due", lang, **view)]
    lines += [said("w_list" if one["previous"] else "w_list_first", lang, **one) for one in view["lists"]]
    lines += _laggards(view, lang, most)
    if view["conflicts"] or view["totals"]:
        lines.append(said("w_conflicts", lang, conflicts=view["conflict_count"], totals=view["total_count"]))
    if view["problems"]:
        lines.append(said("w_problems", lang, n=view["problem_count"], often=_cut(view["problem_often"], 80)))
    lines.append(said("w_basis", lang, **view))
    return [*lines, view["synthetic"]] if view["synthetic"] else lines


def _laggards(view: View, lang: str, most: int) -> list[str]:
    shown = view["late_projects"][:most]
    named = [one | {"name": _cut(one["name"], NAME), "owner": _cut(one["owner"], NAME)} for one in shown]
    return [said("w_laggards", lang), *(said("w_laggard", lang, **one) for one in named)] if shown else []


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
