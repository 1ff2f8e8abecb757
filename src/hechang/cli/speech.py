"""How a command speaks: the language, and what goes to standard output and what beside it.

Results go to standard output; messages and progress go to standard error, so that `--json` is one clean document.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from math import isnan
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hechang.terms.errors import UsageError, not_known
from hechang.terms.words import LANGUAGES

DEFAULT_REGION = "region.hc"
WIDE = 160  # columns of a table that goes into a file or a pipe


def locale_language(environ: Mapping[str, str]) -> str:
    """Language of the user's locale: `zh` or `en`.

    Examples
    --------
    >>> locale_language({"LANG": "zh_CN.UTF-8"}), locale_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    names = ("HECHANG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environ[name] for name in names if environ.get(name)), "")
    return "zh" if said.lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Desk:
    """Where a command works: its languages, whether it answers in JSON, and the region it was given."""

    languages: tuple[str, ...]
    as_json: bool
    region: str
    chosen: bool  # the languages were named on the line, not taken from the locale

    @property
    def lang(self) -> str:
        """Language of the messages."""
        return self.languages[0]

    def word(self, en: str, zh: str) -> str:
        """Return the one of two texts that this user reads."""
        return zh if self.lang == "zh" else en

    def tell(self, en: str, zh: str) -> None:
        """Say something beside the result, on standard error."""
        _console(sys.stderr).print(Text(self.word(en, zh)))

    def answer(self, document: Any, *lines: str | Table) -> None:
        """Give the result: the document with `--json`, else the lines and tables."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=_plain) + "\n")
            return
        for line in lines:
            _console(sys.stdout).print(Text(line) if isinstance(line, str) else line)

    def table(self, rows: Sequence[Mapping[str, Any]], titles: Mapping[str, tuple[str, str]]) -> Table:
        """Make a table; `titles` maps the columns to what stands above them, columns that no row has are left out."""
        made = Table(box=None, pad_edge=False)
        shown = [name for name in titles if any(name in row for row in rows)]
        for name in shown:
            number = all(isinstance(row.get(name), int | float | None) for row in rows)
            made.add_column(Text(self.word(*titles[name])), justify="right" if number else "left", overflow="fold")
        for row in rows:
            made.add_row(*(Text(cell(row.get(name))) for name in shown))
        return made

    @contextmanager
    def work(self, en: str, zh: str) -> Iterator[None]:
        """Show that something is being done: a spinner on a terminal, one line elsewhere."""
        console = _console(sys.stderr)
        if not console.is_terminal:
            self.tell(f"{en} …", f"{zh} …")
            yield
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            bar.add_task(self.word(en, zh), total=None)
            yield


def cell(value: Any) -> str:
    """Text of a value in a table; nothing for what is missing.

    Examples
    --------
    >>> cell(61.20), cell(None), cell({"value": 3, "unit": "万元"})
    ('61.2', '', '3 万元')
    """
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, Mapping) and {"value", "unit"} <= value.keys():
        return f"{cell(value['value'])} {value['unit']}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {cell(part)}" for name, part in value.items())
    if isinstance(value, list):
        return " → ".join(cell(part) or "-" for part in value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and abs(value) > 9999 else str(value)


def speak_any_text() -> None:
    """Let no character stop a command: what the terminal or pipe cannot show is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _console(stream: Any) -> Console:
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, highlight=False, emoji=False)


def _plain(value: Any) -> Any:
    as_python = getattr(value, "item", None) or getattr(value, "as_dict", None)
    return as_python() if as_python else str(value)


def _take(line: list[str], name: str) -> tuple[str | None, list[str]]:
    for place, word in enumerate(line):
        if word == name:
            if place + 1 == len(line):
                raise UsageError(f"{name} needs a value", f"{name} 需要一个值")
            return line[place + 1], line[:place] + line[place + 2 :]
        if word.startswith(f"{name}="):
            return word.partition("=")[2], line[:place] + line[place + 1 :]
    return None, line


def take_place(argv: Sequence[str], environ: Mapping[str, str]) -> tuple[Desk, list[str]]:
    """Take `--lang`, `--json` and `--region` off the line, wherever they stand; return the desk and the rest.

    Examples
    --------
    >>> desk, rest = take_place(["list", "signed-not-filed", "--json", "--lang", "zh"], {})
    >>> desk.lang, desk.as_json, desk.region, rest
    ('zh', True, 'region.hc', ['list', 'signed-not-filed'])
    """
    line, tail = _until_dashes(list(argv))
    lang, line = _take(line, "--lang")
    region, line = _take(line, "--region")
    languages = tuple((lang or locale_language(environ)).split(","))
    for name in languages:
        if name not in LANGUAGES:
            wrong = not_known("language", "语言", name, LANGUAGES)
            raise UsageError(f"{wrong.en} Write --lang zh or --lang en", f"{wrong.zh}请写 --lang zh 或 --lang en")
    place = region or environ.get("HECHANG_REGION") or DEFAULT_REGION
    desk = Desk(languages, "--json" in line, place, lang is not None)
    return desk, [word for word in line if word != "--json"] + tail


def _until_dashes(line: list[str]) -> tuple[list[str], list[str]]:
    cut = line.index("--") if "--" in line else len(line)
    return line[:cut], line[cut:]


def _help_language() -> str:
    try:
        return take_place(sys.argv[1:], os.environ)[0].lang
    except UsageError:
        return locale_language(os.environ)


HELP_LANGUAGE = _help_language()  # help is written when the commands are declared, once in a process


def both(en: str, zh: str) -> str:
    """Choose a text of the help."""
    return zh if HELP_LANGUAGE == "zh" else en
