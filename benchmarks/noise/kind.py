"""What a kind of noise is, and the few ways in which most kinds disturb a text."""

import random
import re
from collections.abc import Callable, Sequence

Kind = Callable[[str, random.Random], str]

HAN = re.compile(r"[\u4e00-\u9fff]")
SENTENCE_END = re.compile(r"(?<=[。！？!?])")


def is_han(char: str) -> bool:
    """Whether a character is a common Chinese one."""
    return "\u4e00" <= char <= "\u9fff"


def paragraphs(text: str) -> list[str]:
    """Lines of the text that hold something, without the white space around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def chunks(text: str, width: int) -> list[str]:
    """The text cut into pieces of `width` characters; the last may be shorter."""
    return [text[at : at + width] for at in range(0, len(text), width)]


def around(before: Sequence[str], after: Sequence[str], gap: str = "\n") -> Kind:
    """Noise that puts some lines before the body and some after it."""

    def make(text: str, _chance: random.Random) -> str:
        return gap.join((*before, text.strip("\n"), *after))

    return make


def between(lines: Sequence[str], every: int) -> Kind:
    """Noise that puts one of `lines` behind about every `every`-th paragraph."""

    def make(text: str, chance: random.Random) -> str:
        out: list[str] = []
        for line in paragraphs(text):
            out.append(line)
            if chance.randrange(every) == 0:
                out.append(chance.choice(list(lines)))
        return "\n".join(out)

    return make


def inside(pieces: Sequence[str], every: int) -> Kind:
    """Noise that puts one of `pieces` behind about every `every`-th Chinese character."""

    def make(text: str, chance: random.Random) -> str:
        return "".join(
            char + chance.choice(list(pieces)) if is_han(char) and chance.randrange(every) == 0 else char
            for char in text
        )

    return make


def each_line(change: Callable[[str, int, random.Random], str], gap: str = "\n") -> Kind:
    """Noise that changes every paragraph, knowing its number."""

    def make(text: str, chance: random.Random) -> str:
        return gap.join(change(line, number, chance) for number, line in enumerate(paragraphs(text)))

    return make


def mapped(table: dict[str, str]) -> Kind:
    """Noise that replaces characters by others that stand for the same."""
    codes = {ord(old): new for old, new in table.items()}

    def make(text: str, _chance: random.Random) -> str:
        return text.translate(codes)

    return make


def sometimes(table: dict[str, str], share: float) -> Kind:
    """Noise that replaces a share of the characters in `table`."""

    def make(text: str, chance: random.Random) -> str:
        return "".join(table[char] if char in table and chance.random() < share else char for char in text)

    return make


def after_marks(marks: str, piece: str, share: float = 1.0) -> Kind:
    """Noise that puts `piece` behind a share of the given punctuation marks."""

    def make(text: str, chance: random.Random) -> str:
        return "".join(char + piece if char in marks and chance.random() < share else char for char in text)

    return make


def then(*kinds: Kind) -> Kind:
    """Several kinds of noise, one after the other."""

    def make(text: str, chance: random.Random) -> str:
        for kind in kinds:
            text = kind(text, chance)
        return text

    return make
