"""How values are written on a page: figures with thousands marks, money in 万元 and 亿元, moments in Shanghai time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from hechang.terms.catalogue import Option
from hechang.terms.dates import SHANGHAI
from hechang.terms.errors import InputError
from hechang.terms.money import amount, show_money
from hechang.terms.sources import parse_source
from hechang.terms.specs import Field, codes
from hechang.terms.specs import table as table_spec
from hechang.terms.words import word, words

EMPTY = "—"


def number(value: Any, places: int = 1) -> str:
    """Write a figure with thousands marks and at most `places` decimals; nothing is a dash.

    Examples
    --------
    >>> number(47300000), number(61.249), number(75.0), number(None)
    ('47,300,000', '61.2', '75', '—')
    """
    if value is None:
        return EMPTY
    if isinstance(value, int):
        return f"{value:,d}"
    text = f"{float(value):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(fen: int | None, lang: str) -> str:
    """Write an amount shortly: 亿元 with two decimals or whole 万元, in English millions; `exact_money` has all.

    Examples
    --------
    >>> money(35_123_400_000, "zh"), money(1_200_000_000, "en"), money(None, "zh")
    ('3.51 亿元', '12 million CNY', '—')
    """
    if fen is None:
        return EMPTY
    if abs(fen) < 1_000_000:
        return exact_money(fen, lang)
    if lang == "en":
        return f"{number(fen / 100_000_000, 2 if abs(fen) < 10_000_000_000 else 0)} million CNY"
    step = 100_000_000 if abs(fen) >= 10_000_000_000 else 1_000_000
    return show_money(round(fen / step) * step, lang)


def exact_money(fen: int | None, lang: str) -> str:
    """Write an amount in yuan, to the cent.

    Examples
    --------
    >>> exact_money(123456, "zh"), exact_money(100, "en")
    ('1,234.56 元', '1 CNY')
    """
    return EMPTY if fen is None else f"{amount(fen, '元'):,f} {'元' if lang == 'zh' else 'CNY'}"


def moment(at: str | None) -> str:
    """Write a UTC moment in Shanghai time to the minute.

    Examples
    --------
    >>> moment("2022-09-27T15:59:59.999999Z")
    '2022-09-27 23:59'
    """
    if not at:
        return EMPTY
    return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def code(name: str, value: str | None, lang: str) -> str:
    """Word for a code; an unknown code stays as it is.

    Examples
    --------
    >>> code("stages", "signed", "zh"), code("stages", None, "en")
    ('签约', '—')
    """
    if value is None:
        return EMPTY
    found = codes(name).get(value)
    return found.title(lang) if found else value


def pick(row: Mapping[str, Any], field: str, lang: str) -> Any:
    """Value of `field` in `lang`: English stands in `FIELD_en` where somebody wrote it.

    Examples
    --------
    >>> pick({"name": "无锡", "name_en": "Wuxi"}, "name", "en"), pick({"name": "无锡", "name_en": None}, "name", "en")
    ('Wuxi', '无锡')
    """
    other = row.get(f"{field}_en") if lang == "en" else None
    return other or row.get(field)


def source_words(text: str | None, lang: str, *, names: bool = True) -> str:
    """Say where a row comes from, without the identifiers nobody reads; `names` of persons are not for the public.

    Examples
    --------
    >>> source_words("import:01J#项目!A7:K7", "zh"), source_words("import:01J#a.csv!6:6", "en")
    ('项目!A7:K7', 'line 6')
    >>> source_words("person:zhang", "en", names=False)
    'a person'
    """
    try:
        source = parse_source(text or "")
    except InputError:
        return text or EMPTY
    if source.kind == "import":
        return cell_words(source.place, lang) or word("file", lang)
    if source.kind == "statement":
        return word("sentence", lang)
    return source.ref if names else word("person", lang)


def without_name(source: str) -> str:
    """Return a source as everybody may see it: a person stays a person, without the name.

    Examples
    --------
    >>> without_name("person:zhang"), without_name("statement:s1")
    ('person', 'statement:s1')
    """
    return "person" if source.startswith("person:") else source


def cell_words(place: str, lang: str) -> str:
    """Write sheet and cell; a line of a text file, kept as `FILE!614:614`, by its number alone.

    Examples
    --------
    >>> cell_words("a.csv!614:614", "zh"), cell_words("项目!B7", "en")
    ('第 614 行', '项目!B7')
    """
    first, _, last = place.rpartition("!")[2].partition(":")
    return word("line", lang).format(n=first) if first.isdecimal() and first == last else place


def figure(value: float | None, unit: str, lang: str) -> str:
    """Write a figure with its unit, or say that there is none.

    Examples
    --------
    >>> figure(61.2, "%", "zh"), figure(None, "%", "en")
    ('61.2 %', 'no data')
    """
    return word("no_data", lang) if value is None else f"{number(value)} {unit}".strip()


def why(text: str | None, lang: str) -> str:
    """Say in one language why a figure is missing; both stand in the text, Chinese first.

    Examples
    --------
    >>> why("没有车站 / no station", "en"), why("没有车站 / no station", "zh"), why(None, "en")
    ('no station', '没有车站', 'no data')
    """
    if not text:
        return word("no_data", lang)
    zh, _, en = text.partition(" / ")
    return (en or zh) if lang == "en" else zh


def parts(row: Mapping[str, Any], lang: str) -> str:
    """Write what a figure is made of: numerator and denominator, or why there is none.

    Examples
    --------
    >>> parts({"value": 75.0, "numerator": 75, "denominator": 100}, "en")
    '75 / 100'
    """
    if row["value"] is None:
        return why(row.get("why_missing"), lang)
    if row.get("numerator") is None:
        return ""
    return f"{number(row['numerator'])} / {number(row['denominator'])}"


@cache
def field(table: str, column: str) -> Field:
    """Return the specification of a column; raises NotKnown."""
    return table_spec(table).field(column)


def cell(table: str, column: str, value: Any, lang: str) -> str:
    """Write one value of a table as its column means it: money, code, yes or no, anything else as text.

    Examples
    --------
    >>> cell("projects", "invest_total", 100_000_000_000, "zh"), cell("projects", "status", "building", "en")
    ('10 亿元', 'Under construction')
    """
    if value is None:
        return EMPTY
    described = field(table, column)
    if described.kind == "money":
        return money(value, lang)
    if described.kind == "code":
        return code(described.target, value, lang)
    if column == "level":
        return code("clearances", str(value), lang)
    return number(value, 4) if described.kind == "number" else str(value)


def word_or(key: str, otherwise: str, lang: str) -> str:
    """Word of the interface, or `otherwise` where a card of somebody else uses a word we do not know.

    Examples
    --------
    >>> word_or("column_minutes", "minutes", "en"), word_or("column_x", "x", "zh")
    ('Minutes', 'x')
    """
    return words(lang).get(key, otherwise)


def unit(name: str, lang: str) -> str:
    """Unit in words: `days` and `percentage points` have Chinese names, most units are the same everywhere.

    Examples
    --------
    >>> unit("days", "zh"), unit("%", "zh")
    ('天', '%')
    """
    return word_or("unit_" + name.replace(" ", "_"), name, lang)


def option(one: Option, lang: str) -> str:
    """Title of an option with its unit.

    Examples
    --------
    >>> option(Option("limit", float, "min", 60.0), "en")
    'Longest trip (min)'
    """
    title = word_or("option_" + one.name, one.name, lang)
    return title if one.unit in ("", "text") else f"{title} ({unit(one.unit, lang)})"


CHOICES = {"level": ("city", "county", "town"), "hub": ("rail", "port", "airport")}  # options with a few values


def option_value(one: Option, value: Any, lang: str) -> str:
    """Value of an option in words, where it has some.

    Examples
    --------
    >>> option_value(Option("level", str, "text", "county"), "county", "zh")
    '县(市、区)'
    """
    if one.name == "level":
        return code("place_kinds", str(value), lang)
    return word_or(f"value_{value}", f"{value:g}" if isinstance(value, float) else str(value), lang)


def timetable(counted: Mapping[str, Any], lang: str) -> str:
    """Say which trips a figure rests on: one entry of `hechang.atlas.timetables.counted`.

    Examples
    --------
    >>> one = {"mode": "metro", "feed": "", "day": "2022-09-27", "typical": True, "trips": 120}
    >>> timetable(one | {"time_basis": "assumed", "assumption": "every 5 min"}, "en")
    'Metro, typical weekday 2022-09-27: 120 trips, times: Assumed (every 5 min)'
    """
    day = word("timetable_typical" if counted["typical"] else "timetable_day", lang).format(day=counted["day"])
    values = {
        "mode": code("modes", counted["mode"], lang),
        "day": day,
        "trips": number(counted["trips"]),
        "basis": code("time_bases", counted["time_basis"], lang),
    }
    said = word("timetable_said", lang).format(**values)
    return f"{said} ({counted['assumption']})" if counted["assumption"] else said


def basis(text: str, lang: str) -> str:
    """Say what a date rests on: `stated`, or `inferred` with its reason.

    Examples
    --------
    >>> basis("stated", "zh"), basis("inferred: event date", "en")
    ('文中写明', 'inferred: event date')
    """
    head, colon, rest = text.partition(":")
    return word_or("basis_" + head, head, lang) + colon + rest
