"""Cards: one analysis, one file. The decorator describes it, the entry point finds it, nothing else is edited.

A card is found by walking the modules that packages name under the entry point group `hechang`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

from hechang.terms.errors import InputError, UsageError, not_known
from hechang.terms.numbers import parse_number
from hechang.terms.units import Unit

GROUP = "hechang"
LARGEST = 10**8  # of a whole number: no day, minute or row counts further
KINDS = {
    "measure": "指标",
    "list": "清单",
    "check": "检查",
    "decision": "决策",
    "reader": "读取器",
    "export": "导出",
}


@dataclass(frozen=True)
class Card:
    """What a card says of itself; `run` is the plain function behind it."""

    id: str
    kind: str
    zh: str
    en: str
    unit: str
    source: str
    version: str
    run: Callable[..., Any]
    edges: tuple[float, ...] = ()  # borders of the classes a map draws, in `unit`; of equally many places where empty

    @property
    def module(self) -> str:
        """Module the card lives in."""
        return self.run.__module__

    def title(self, lang: str) -> str:
        """Name of the card in `lang`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Option:
    """One option of a card: its type (int, float, str, bool), unit and default."""

    name: str
    type: type
    unit: str
    default: Any


def _decorator(kind: str, id: str, zh: str, en: str, unit: str, source: str, version: str) -> Callable[..., Any]:
    def mark(run: Callable[..., Any]) -> Callable[..., Any]:
        run.card = Card(id, kind, zh, en, unit, source, version, run)  # type: ignore[attr-defined]
        return run

    return mark


def measure(
    id: str, *, zh: str, en: str, unit: str, source: str, version: str = "1", edges: tuple[float, ...] = ()
) -> Callable[..., Any]:
    """Mark a function `(region, *, options) -> frame indexed by place` as a measure; `edges` class it on maps."""

    def mark(run: Callable[..., Any]) -> Callable[..., Any]:
        run.card = Card(id, "measure", zh, en, unit, source, version, run, edges)  # type: ignore[attr-defined]
        return run

    return mark


def listing(id: str, *, zh: str, en: str, source: str, version: str = "1") -> Callable[..., Any]:
    """Mark a function `(region, *, options) -> frame of rows with reasons` as a list 清单."""
    return _decorator("list", id, zh, en, "", source, version)


def check(id: str, *, zh: str, en: str, source: str, version: str = "1") -> Callable[..., Any]:
    """Mark a list of data faults: `(region) -> list of findings`; `hechang check` runs them all at once."""
    return _decorator("check", id, zh, en, "", source, version)


def decision(id: str, *, zh: str, en: str, source: str, version: str = "1") -> Callable[..., Any]:
    """Mark a function `(region, *, options) -> Decision` as a decision."""
    return _decorator("decision", id, zh, en, "", source, version)


def reader(id: str, *, zh: str, en: str, source: str, version: str = "1") -> Callable[..., Any]:
    """Mark a function `(file) -> text of a document, or None` (`extract.File`) as a reader of one kind of document."""
    return _decorator("reader", id, zh, en, "", source, version)


def export(id: str, *, zh: str, en: str, source: str, version: str = "1") -> Callable[..., Any]:
    """Mark a function `(region, path, *, options)` that writes one kind of file."""
    return _decorator("export", id, zh, en, "", source, version)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise InputError(
            f"The cards of '{name}' cannot be loaded ({type(error).__name__}: {error}). Mend or uninstall that package",
            f"“{name}”中的卡片无法加载({type(error).__name__}: {error})。请修复或卸载该包",
        ) from error


def _modules(root: str) -> Iterator[str]:
    package = _import(root)
    yield root
    if hasattr(package, "__path__"):
        for info in pkgutil.walk_packages(package.__path__, f"{root}."):
            yield info.name


@cache
def _names() -> tuple[str, ...]:
    roots = sorted({point.value for point in entry_points(group=GROUP)})
    return tuple(name for root in roots for name in _modules(root))


def _cards_in(name: str) -> list[Card]:
    module = _import(name)
    found = (getattr(value, "card", None) for value in vars(module).values() if inspect.isfunction(value))
    return [card for card in found if isinstance(card, Card) and card.module == name]


def cards_under(root: str) -> list[Card]:
    """Return the cards of one package, by id; nothing else is imported."""
    return sorted((card for name in _modules(root) for card in _cards_in(name)), key=lambda card: card.id)


def cards(kind: str = "") -> list[Card]:
    """Return all cards of a kind (all kinds when empty), by id; imports the modules that hold them."""
    found = [card for name in _names() for card in _cards_in(name)]
    doubles = {card.id for card in found if sum(card.id == other.id for other in found) > 1}
    if doubles:
        raise UsageError(
            f"Two cards are called '{min(doubles)}'; remove one package", f"有两个卡片都叫“{min(doubles)}”, 请卸载其一"
        )
    return sorted((card for card in found if kind in ("", card.kind)), key=lambda card: card.id)


def card(id: str, kind: str) -> Card:
    """Return one card, importing its own module only; raises NotKnown with the nearest name."""
    stem = id.replace("-", "_")
    near = [name for name in _names() if name.rpartition(".")[2] == stem]
    for found in (found for name in near for found in _cards_in(name)):
        if found.id == id and found.kind == kind:
            return found
    every = {found.id: found for found in cards(kind)}
    if id not in every:
        raise not_known(kind, KINDS[kind], id, every, "hechang catalogue")
    return every[id]


def options(card: Card) -> dict[str, Option]:
    """Options of a card from its signature; every option has a unit type and a default."""
    hints = get_type_hints(card.run, include_extras=True)
    found = {}
    for name, parameter in list(inspect.signature(card.run).parameters.items())[1:]:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        plain, unit = _unpack(hints[name])
        found[name] = Option(name, plain, unit, parameter.default)
    return found


def _unpack(hint: Any) -> tuple[type, str]:
    inner = [a for a in get_args(hint) if a is not type(None)]
    if hasattr(hint, "__metadata__"):
        units = [m.name for m in hint.__metadata__ if isinstance(m, Unit)]
        return get_origin(get_args(hint)[0]) or get_args(hint)[0], units[0] if units else ""
    return _unpack(inner[0]) if inner else (hint, "")


def read_options(card: Card, given: dict[str, Any]) -> dict[str, Any]:
    """Read options given as text or values; unknown and unreadable ones are errors, defaults fill the rest.

    Raises
    ------
    NotKnown
        for an option the card does not have.
    InputError
        for a value of the wrong type: `limit='soon' is not a number of min`.
    """
    known = options(card)
    for name in given:
        if name not in known:
            raise not_known(f"option of '{card.id}'", f"选项({card.id})", name, known)
    return {name: _value(known[name], given[name]) if name in given else known[name].default for name in known}


def _value(option: Option, given: Any) -> Any:
    if given is None or given == "" or (isinstance(given, option.type) and not isinstance(given, bool)):
        return option.default if given == "" else given
    if option.type is bool:
        word = str(given).lower()
        if word in ("1", "true", "yes", "是", "0", "false", "no", "否"):
            return word in ("1", "true", "yes", "是")
    number = parse_number(str(given))
    if option.type is int and number is not None and number == int(number) and abs(number) < LARGEST:
        return int(number)
    if option.type is float and number is not None:
        return float(number)
    if option.type is str:
        return str(given)
    kind_en, kind_zh = ("a number", "数字") if option.type in (int, float) else ("yes or no", "是或否")
    raise InputError(
        f"{option.name}='{given}' is not {kind_en}{' of ' + option.unit if option.unit else ''}",
        f"{option.name}='{given}' 不是{kind_zh}{'(单位 ' + option.unit + ')' if option.unit else ''}",
    )
