"""Noise of lines: hard wraps, indents, blank lines, columns and margins."""

import random

from .kind import Kind, chunks, each_line, is_han, paragraphs


def _wrapped(width: int, indent: str = "", gap: str = "\n") -> Kind:
    def make(text: str, _chance: random.Random) -> str:
        return gap.join(gap.join(chunks(indent + line, width)) for line in paragraphs(text))

    return make


def _ragged(low: int, high: int) -> Kind:
    def cut(line: str, _number: int, chance: random.Random) -> str:
        out, at = [], 0
        while at < len(line):
            width = chance.randint(low, high)
            out.append(line[at : at + width])
            at += width
        return "\n".join(out)

    return each_line(cut)


def _measured(width: int) -> Kind:
    """Lines as wide as a fixed-pitch screen: a Chinese character takes two cells, a Latin one takes one."""

    def cut(line: str, _number: int, _chance: random.Random) -> str:
        out, cells = [""], 0
        for char in line:
            step = 1 if ord(char) < 128 else 2
            if cells + step > width:
                out.append("")
                cells = 0
            out[-1] += char
            cells += step
        return "\n".join(out)

    return each_line(cut)


def _no_mark_first(width: int) -> Kind:
    """Lines as a typesetter breaks them: no comma or full stop opens a line, it hangs at the end."""

    def cut(line: str, _number: int, _chance: random.Random) -> str:
        out = [""]
        for char in line:
            if len(out[-1]) >= width and char not in "，。、；：！？”）》,;:)":
                out.append("")
            out[-1] += char
        return "\n".join(out)

    return each_line(cut)


def _broken_at_commas(text: str, chance: random.Random) -> str:
    return "".join(char + "\n" if char in "，；,;" and chance.random() < 0.6 else char for char in text)


def _blank_lines_anywhere(text: str, chance: random.Random) -> str:
    return "".join(char + "\n\n" if is_han(char) and chance.randrange(45) == 0 else char for char in text)


def _margin_numbers(text: str, _chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 32)]
    return "\n".join(f"{number:>3}  {line}" for number, line in enumerate(lines, 1))


def _numbers_by_five(text: str, _chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 28)]
    return "\n".join(f"{line}    {number}" if number % 5 == 0 else line for number, line in enumerate(lines, 1))


def _centred(text: str, _chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 24)]
    return "\n".join(line.center(36, "　").rstrip("　") for line in lines)


def _trailing_spaces(text: str, chance: random.Random) -> str:
    return "\n".join(line + " " * chance.randint(1, 9) for line in _wrapped(30)(text, chance).split("\n"))


def _boxed(text: str, _chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 26)]
    return "\n".join(("+" + "-" * 54 + "+", *(f"| {line} |" for line in lines), "+" + "-" * 54 + "+"))


def _growing_indent(text: str, _chance: random.Random) -> str:
    return "\n".join("　" * (2 + number % 4) + line for number, line in enumerate(paragraphs(text)))


def _last_char_alone(text: str, _chance: random.Random) -> str:
    return "\n".join(f"{line[:-2]}\n{line[-2:]}" if len(line) > 20 else line for line in paragraphs(text))


def _returns(end: str) -> Kind:
    return lambda text, chance: end.join(_wrapped(40)(text, chance).split("\n"))


KINDS: dict[str, Kind] = {
    "lines: column of 12": _wrapped(12),
    "lines: column of 17, indented": _wrapped(17, "　　"),
    "lines: column of 35": _wrapped(35),
    "lines: column of 60, half indent": _wrapped(60, "    "),
    "lines: column of 25 with blank lines between": _wrapped(25, "　　", "\n\n"),
    "lines: ragged 14 to 30": _ragged(14, 30),
    "lines: ragged 40 to 70": _ragged(40, 70),
    "lines: screen of 76 cells": _measured(76),
    "lines: screen of 40 cells": _measured(40),
    "lines: typeset, marks hang": _no_mark_first(21),
    "lines: broken at commas": _broken_at_commas,
    "lines: blank lines anywhere": _blank_lines_anywhere,
    "lines: number in the margin": _margin_numbers,
    "lines: number behind every fifth line": _numbers_by_five,
    "lines: centred": _centred,
    "lines: trailing spaces": _trailing_spaces,
    "lines: drawn box": _boxed,
    "lines: indents that vary": _growing_indent,
    "lines: last two characters on a line of their own": _last_char_alone,
    "lines: carriage returns only": _returns("\r"),
    "lines: doubled carriage returns": _returns("\r\r\n"),
    "lines: separator characters": _returns("\u2028"),
}
