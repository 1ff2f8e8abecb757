"""What a region is: name, day, languages. Kept in its own `hechang.toml`; unknown settings are errors."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, not_known

NAME = "hechang.toml"


@dataclass(frozen=True)
class Settings:
    """Settings of one region; an empty `day` means today, `demo` marks a demonstration."""

    name: str = "hechang"
    day: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    plan: str = ""
    demo: bool = False


def read_settings(folder: Path) -> Settings:
    """Read `hechang.toml`; raises InputError for what it cannot mean."""
    path = folder / NAME
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no valid TOML: {error}", f"{path} 不是有效的 TOML: {error}") from error
    known = {field.name for field in fields(Settings)}
    for key in found:
        if key not in known:
            raise not_known(f"setting of {path}", f"设置({path})", key, known)
    made = Settings(**{**found, "languages": tuple(found.get("languages", ("zh", "en")))})
    if made.day and (not is_date(made.day) or len(made.day) != 10):
        raise InputError(f"{path}: day = '{made.day}' is no day", f"{path}: day = “{made.day}”不是日期")
    return made


def write_settings(folder: Path, settings: Settings) -> None:
    """Write `hechang.toml`."""
    values = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(settings).items()}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    (folder / NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
