"""What a region is: name, day, languages. Kept in its own `hechang.toml`; unknown settings are errors."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from typing import Any

from hechang.region.llm_settings import TABLE, of_table
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, not_known
from hechang.terms.words import LANGUAGES

NAME = "hechang.toml"
WANTED = {
    "day": ('"2022-09-27", or "" for today', ' "2022-09-27", 或写 "" 表示当天'),
    "languages": ('["zh", "en"] or one of the two', ' ["zh", "en"] 或其中之一'),
    "demo": ("true or false", " true 或 false"),
}


@dataclass(frozen=True)
class Settings:
    """Settings of one region; an empty `day` means today, `demo` marks a demonstration.

    `approval_number` is the 审图号 its maps were approved under; empty: not filled in, and the maps say so.
    `public_of` is the revision a public copy was made of: it is read by everybody and written by nobody.
    """

    name: str = "hechang"
    day: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    plan: str = ""
    demo: bool = False
    approval_number: str = ""
    public_of: str = ""


def read_settings(about: str, path: str = NAME) -> Settings:
    """Read settings as TOML from where `path` says; raises InputError for what they cannot mean.

    Examples
    --------
    >>> read_settings('name = "x"').name
    'x'
    """
    try:
        found = tomllib.loads(about)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is no valid TOML: {error}", f"{path} 不是有效的 TOML: {error}") from error
    if TABLE in found:  # checked here, kept apart: no page shows it, no public copy takes it along
        of_table(found.pop(TABLE), path)
    known = {field.name for field in fields(Settings)}
    for key, value in found.items():
        if key not in known:
            raise not_known(f"setting of {path}", f"设置({path})", key, known)
        _refuse_value(path, key, value)
    return Settings(**{**found, "languages": tuple(found.get("languages", LANGUAGES))})


def _refuse_value(path: str, key: str, value: Any) -> None:
    """Raise InputError for a value that its setting cannot have."""
    right = {
        "day": value == "" or (isinstance(value, str) and is_date(value) and len(value) == 10),
        "languages": isinstance(value, list) and bool(value) and all(name in LANGUAGES for name in value),
        "demo": isinstance(value, bool),
    }
    if not right.get(key, isinstance(value, str)):
        wanted_en, wanted_zh = WANTED.get(key, ("a text in quotes", "加引号的文字"))
        raise InputError(
            f"{path}: {key} = {value!r} cannot be; write {wanted_en}",
            f"{path}: {key} = {value!r} 无效; 请写{wanted_zh}",
        )


def written(settings: Settings) -> str:
    """Write settings as TOML."""
    values = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(settings).items()}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"
