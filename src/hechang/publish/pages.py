"""From view data to HTML: one Jinja2 environment, strict about forgotten values, escaping everything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hechang.publish import columns, showing
from hechang.publish.links import Links
from hechang.terms import specs
from hechang.terms.words import word

MENU: Mapping[str, tuple[str, ...]] = {  # what each entry leads to: a page and what it is about
    "today": ("today",), "lights": ("list", "lights"), "rounds": ("rounds",), "tasks": ("tasks",),
    "projects": ("projects",), "programmes": ("programmes",), "map": ("map",), "documents": ("documents",),
    "log": ("log",), "catalogue": ("catalogue",), "sources": ("sources",),
}  # fmt: skip


@cache
def environment(lang: str = "zh") -> Environment:
    """Return the environment of all templates in one language."""
    made = Environment(
        loader=PackageLoader("hechang.publish", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["t"] = lambda key: word(key, lang)  # of a plain word: worked out when the template is compiled
    made.filters |= {"number": showing.number, "moment": showing.moment}
    # as filters, which cost less than calls, for the page of evidence there is ten thousand times
    made.filters["title_in"] = lambda name, table: showing.field(table, name).title(lang)
    made.filters["cell_of"] = lambda value, table, name: showing.cell(table, name, value, lang)
    return made


def render(template: str, view: Mapping[str, Any], lang: str, links: Links) -> str:
    """Write one page.

    Parameters
    ----------
    template
        Name without `.html`, e.g. `today`.
    view
        What the view function gave; `page` holds the frame of every page.
    lang
        `zh` or `en`.
    links
        How other pages are named.

    Raises
    ------
    jinja2.UndefinedError
        where a template names a value the view does not give.
    """
    names = view["page"]["reader"] != "public"
    known = view.get("names", {})
    said = {
        "source_words": lambda text: showing.source_words(text, lang, names=names),
        "owner": lambda name: columns.owner(name, lang, known),
        "written": lambda column, row: columns.written(column, row, lang, known),
    }
    tools = {**_tools(lang, links), **said}

    def part(name: str, here: str) -> Markup:
        made = environment(lang).get_template(f"{name}.html")
        return Markup(links.once(f"{name} {here}", lambda: made.render(page=view["page"], here=here, **tools)))

    return environment(lang).get_template(f"{template}.html").render(**view, **tools, part=part)


def _tools(lang: str, links: Links) -> dict[str, Any]:
    return {
        "lang": lang,
        "other": "en" if lang == "zh" else "zh",
        "menu": MENU,
        "t": lambda key, **values: word(key, lang).format(**values) if values else word(key, lang),
        "url": links.to,
        "asset": links.asset,
        "data": links.data,
        "switch": links.switch,
        "live": links.live,
        "code": lambda name, value: showing.code(name, value, lang),
        "figure": lambda value, unit: showing.figure(value, unit, lang),
        "why": lambda text: showing.why(text, lang),
        "cell": lambda table, column, value: showing.cell(table, column, value, lang),
        "basis": lambda text: showing.basis(text, lang),
        "cell_words": lambda place: showing.cell_words(place, lang),
        "unit": lambda name: showing.unit(name, lang),
        "option": lambda one: showing.option(one, lang),
        "choices": lambda one: showing.CHOICES.get(one.name, ()),
        "said_option": lambda one, value: showing.option_value(one, value, lang),
        "when_empty": lambda one: showing.word_or("empty_" + one.name, "", lang),
        "timetable": lambda counted: showing.timetable(counted, lang),
        "column": lambda name: showing.word_or("column_" + name, name, lang),
        "pick": lambda row, field: showing.pick(row, field, lang),
        "money": lambda fen: showing.money(fen, lang),
        "exact": lambda fen: showing.exact_money(fen, lang),
        "table_title": lambda name: specs.table(name).title(lang),
        "field_title": lambda table, name: showing.field(table, name).title(lang),
    }
