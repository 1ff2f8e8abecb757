"""Reference pages from the rows that everything else is made from: tables, code lists, cards, commands.

`python -m tools.reference DIR` writes them as Markdown, in both languages side by side.
"""

import inspect
import sys
from collections.abc import Iterable
from pathlib import Path

from hechang.cli.app import verbs
from hechang.terms import specs
from hechang.terms.catalogue import cards, options


def grid(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(titles)
    lines = [names, ["---"] * len(names), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def tables() -> str:
    """Every table with its columns, types, units and where the need was seen."""
    parts = ["# Tables 数据表\n", "Columns of every table 通用列\n", _columns(specs.COMMON)]
    for table in specs.tables().values():
        parts += [
            f"## {table.name} · {table.zh} · {table.en}\n",
            f"Matched on: {', '.join(table.key)}\n",
            _columns(table.fields),
        ]
    return "\n".join(parts)


def _columns(fields: Iterable[specs.Field]) -> str:
    titles = ("column", "type", "unit", "required", "zh", "en", "source")
    return grid(
        titles, ([getattr(field, title if title != "column" else "name") for title in titles] for field in fields)
    )


def codes() -> str:
    """Every code list a column points to."""
    names = sorted(
        {field.target for table in specs.tables().values() for field in table.fields if field.kind == "code"}
    )
    parts = [
        f"## {name}\n\n" + grid(("code", "zh", "en"), ((c.code, c.zh, c.en) for c in specs.codes(name).values()))
        for name in names
    ]
    return "\n".join(["# Code lists 代码表\n", *parts])


def catalogue() -> str:
    """Every card that is installed, with its options and what it says of itself."""
    parts = ["# Cards 卡片\n"]
    for card in cards():
        rows = ((f"--{o.name.replace('_', '-')}", o.unit, o.default) for o in options(card).values())
        text = inspect.getdoc(card.run) or ""
        head = f"## {card.id} · {card.zh} · {card.en}\n\n{card.kind} {card.unit}. {card.source}\n"
        parts += [head, grid(("option", "unit", "default"), rows), f"```text\n{text}\n```\n"]
    return "\n".join(parts)


def commands() -> str:
    """Every verb with an example."""
    return "# Commands 命令\n\n" + grid(
        ("verb", "en", "zh", "example"), ((v["verb"], v["en"], v["zh"], f"`{v['example']}`") for v in verbs())
    )


def main(folder: Path) -> None:
    """Write all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in (tables, codes, catalogue, commands):
        (folder / f"{page.__name__}.md").write_text(page(), encoding="utf-8")
    print(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
