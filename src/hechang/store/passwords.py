"""Passwords: which ones are taken, and how they are kept (argon2id, as OWASP and RFC 9106 have it)."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from base64 import b64encode
from functools import cache
from importlib.resources import files

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from hechang.terms.errors import InputError

LONG = 12  # characters that are enough of any kind
SHORT = 8  # characters that are enough of KINDS kinds
KINDS = 3
MOST = 256  # characters; more would only be work
NAMED = 3  # characters of a login from which on a password may not hold it
MEMORY = 19 * 1024  # KiB
ROUNDS = 2
AT_ONCE = 2  # hashes worked out at a time: each takes memory and a core
_SALT, _LENGTH = 16, 32  # bytes


class Hasher:
    """Works out hashes, a few at a time.

    Parameters
    ----------
    memory
        Memory of one hash [KiB].
    rounds
        How often that memory is gone through.

    Examples
    --------
    >>> hasher = Hasher(memory=8, rounds=1)
    >>> kept = hasher.hash("korrekt pferd batterie")
    >>> hasher.right(kept, "korrekt pferd batterie"), hasher.right(kept, "something else"), hasher.right(None, "x")
    (True, False, False)
    """

    def __init__(self, *, memory: int = MEMORY, rounds: int = ROUNDS) -> None:
        self._memory, self._rounds = memory, rounds
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._today = f"$argon2id$v=19$m={memory},t={rounds},p=1$"
        parts = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (_SALT, _LENGTH))
        self._nobodys = self._today + "$".join(parts)

    def hash(self, password: str) -> str:
        """Return what is kept of a password: cost, salt and hash."""
        salt = secrets.token_bytes(_SALT)
        made = Argon2id(salt=salt, length=_LENGTH, iterations=self._rounds, lanes=1, memory_cost=self._memory)
        with self._turn:
            return made.derive_phc_encoded(_bytes(password))

    def right(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one kept; where there is none, after as much work."""
        with self._turn:
            try:
                Argon2id.verify_phc_encoded(_bytes(password), kept or self._nobodys)
            except InvalidKey:
                return False
        return kept is not None

    def old(self, kept: str) -> bool:
        """Tell whether a hash was made with another cost than today's."""
        return not kept.startswith(self._today)


def plain(password: str) -> str:
    """Return a password in one form, whatever keyboard it was typed on.

    Examples
    --------
    >>> plain("Ａｂｃ１２３")
    'Abc123'
    """
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return plain(password)[:MOST].encode("utf-8", "surrogatepass")  # no password is refused for a broken character


def check_password(password: str, login: str = "") -> None:
    """Refuse a password that is easily guessed; it is never repeated in the message.

    Raises
    ------
    InputError
        for one that is too short, among the commonest, or holds the login.

    Examples
    --------
    >>> check_password("Tiger-8 auf dem Dach")
    >>> check_password("tiger-8")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: A password has at least 12 characters, or 8 of three kinds: ...
    """
    text = plain(password)
    if len(text) < SHORT or (len(text) < LONG and kinds(text) < KINDS):
        raise InputError(
            f"A password has at least {LONG} characters, or {SHORT} of three kinds: "
            "small letters, capitals, digits, others",
            f"密码至少 {LONG} 个字符, 或至少 {SHORT} 个字符且含三类字符(小写、大写、数字、其他)",
        )
    if len(text) > MOST:
        raise InputError(f"A password has at most {MOST} characters", f"密码最多 {MOST} 个字符")
    if is_common(text):
        raise InputError(
            "This password is among the commonest and is tried first. Choose another",
            "该密码属于最常见的密码, 容易被猜中。请另选",
        )
    if holds_login(text, login):
        raise InputError("A password may not hold the login. Choose another", "密码不得包含登录名。请另选")


def kinds(text: str) -> int:
    """Count the kinds of characters in a text: small letters, capitals, digits, others.

    Examples
    --------
    >>> kinds("aB1"), kinds("aB1!"), kinds("密码")
    (3, 4, 1)
    """
    tests = (str.islower, str.isupper, lambda c: c.isascii() and c.isdigit())
    other = any(not any(test(c) for test in tests) for c in text)
    return sum(any(test(c) for c in text) for test in tests) + other


def is_common(text: str) -> bool:
    """Tell whether a password is among the commonest, in any case, or one thing again and again.

    Examples
    --------
    >>> is_common("PassWord1"), is_common("abcabcabcabc"), is_common("Tiger-8 auf dem Dach")
    (True, True, False)
    """
    folded = text.casefold()
    half = range(1, len(folded) // 2 + 1)
    again = any(folded == (folded[:n] * len(folded))[: len(folded)] for n in half)
    return again or folded in commonest()


def holds_login(text: str, login: str) -> bool:
    """Tell whether a password is, or holds, the login.

    Examples
    --------
    >>> holds_login("Planer-Wuxi-2022", "planer-wuxi"), holds_login("Li is in the garden", "li")
    (True, False)
    """
    folded, name = text.casefold(), plain(login).casefold()
    return folded == name or (len(name) >= NAMED and name in folded)


@cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords that are long enough to pass otherwise, in small letters."""
    text = files("hechang.store").joinpath("commonest.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
