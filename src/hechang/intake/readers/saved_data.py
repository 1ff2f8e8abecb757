"""Texts that lie in data of a program: the answer of a service, a record, a list of a notebook (JSON or Python)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from hechang.intake.decode import decode
from hechang.intake.extract import Block, Extract, File
from hechang.intake.script import CJK
from hechang.intake.unreadable import unreadable
from hechang.terms.catalogue import reader
from hechang.terms.errors import FileFault

DEEPEST = 60  # data inside data
LITERAL = 2_000_000  # characters of a literal of Python that is still read
_LABEL = re.compile(r"(?:(?:Out\[\d{1,6}\]:|[A-Za-z_]\w{0,40} ?=)[ \n]?)?(?=[\[{])")
_HAN = re.compile(f"[{CJK}]")


@reader("saved-data", zh="程序数据", en="Data of a program", source="RFC 8259; Python literals")
def saved_data(file: File) -> Extract | None:
    """Take the texts out of data of a program, in their order; None where the bytes are something else.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Raises
    ------
    FileFault
        for data nested too deep.

    Examples
    --------
    >>> saved_data(File(json.dumps({"code": 0, "body": json.dumps(["要加快"])}).encode(), "a.json")).text.strip()
    '要加快'
    """
    try:
        decoded = decode(file.data)
    except FileFault:
        return None
    text = decoded.text.strip()
    label = _LABEL.match(text)
    held = _parsed(text[label.end() :]) if label else None
    texts = list(_texts(held)) if isinstance(held, dict | list) else []
    if not texts:
        return None
    blocks: list[Block] = []
    at = 0
    for text in texts:
        blocks.append(Block("paragraph", at, at + len(text)))
        at += len(text) + 1
    return Extract(
        "".join(f"{text}\n" for text in texts), decoded.encoding, True, format="saved-data", blocks=tuple(blocks)
    )


def holds_data(text: str) -> bool:
    """Tell whether a text is to be read as data of a program, by how it begins and ends.

    Examples
    --------
    >>> holds_data('{"text": "要加快"}'), holds_data("Out[7]: ['要加快']"), holds_data("[摘要]会议召开。")
    (True, True, False)
    """
    said = text.strip()
    return _LABEL.match(said) is not None and said[-1:] in ("}", "]") and ('"' in said or "'" in said)


def _parsed(text: str) -> Any:
    """What a text means as JSON or as a literal of Python; None where it is neither."""
    try:
        return json.loads(text)
    except RecursionError:
        raise unreadable("deep") from None
    except ValueError:
        if text[:1] == "{" and "\n{" in text:
            return _lines(text)
        if len(text) > LITERAL:
            return None
    try:
        return ast.literal_eval(text)
    except (RecursionError, MemoryError):
        raise unreadable("deep") from None
    except (ValueError, SyntaxError, TypeError):
        return None


def _lines(text: str) -> list[Any] | None:
    """Records line by line (JSON Lines); None where a line is none."""
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except RecursionError:
        raise unreadable("deep") from None
    except ValueError:
        return None


def _texts(held: Any, deep: int = 0) -> Iterator[str]:
    """Texts with Chinese characters in them; a text that is data again is opened."""
    if deep > DEEPEST:
        raise unreadable("deep")
    if isinstance(held, dict):
        held = list(held.values())
    if isinstance(held, list | tuple):
        for one in held:
            yield from _texts(one, deep + 1)
    elif isinstance(held, str):
        inner = _parsed(held.strip()) if held.strip()[:1] in ("{", "[") and held.strip()[-1:] in ("}", "]") else None
        if isinstance(inner, dict | list):
            yield from _texts(inner, deep + 1)
        elif _HAN.search(held):
            yield held.replace("\r\n", "\n")
