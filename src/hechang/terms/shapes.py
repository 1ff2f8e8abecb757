"""Shapes of JSON cells: a column that the program reads holds one form only, a JSON Schema in `terms/shapes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator


@dataclass(frozen=True)
class Shape:
    """A form of JSON: what it is called in both languages, with an example, and its schema."""

    name: str
    en: str
    zh: str
    schema: Mapping[str, Any]
    _validator: Draft202012Validator = field(repr=False, compare=False)

    @property
    def read_only(self) -> bool:
        """Tell whether only the program writes it: nobody mends by hand what was read, counted or published."""
        return bool(self.schema.get("readOnly"))

    def fits(self, text: str) -> bool:
        """Tell whether a text is JSON of this form.

        Examples
        --------
        >>> shape("texts").fits('["上海"]'), shape("texts").fits('[5]'), shape("texts").fits("上海")
        (True, False, False)
        """
        try:
            return self._validator.is_valid(orjson.loads(text))
        except orjson.JSONDecodeError:
            return False


@cache
def shape(name: str) -> Shape:
    """Return the form called `name`; an empty name is any JSON.

    Examples
    --------
    >>> shape("years").en, shape("").fits("5")
    ('a JSON list of years such as [2021, 2022]', True)
    """
    if not name:
        return Shape("", "valid JSON", "有效的 JSON", {}, Draft202012Validator({}))
    text = (files("hechang.terms") / "shapes" / f"{name}.json").read_text(encoding="utf-8")
    said = orjson.loads(text)
    zh = said.pop("zh")
    return Shape(name, said["title"], zh, said, Draft202012Validator(said))
