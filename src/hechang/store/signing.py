"""Signed notes after C2SP (signed-note, Ed25519): a text, a blank line, and lines that say who signed it.

The private key lies outside every region, in HECHANG_KEYS (default ~/.config/hechang/keys), one file a region, readable
by its owner only. The public key is written as C2SP does: NAME+HASH+KEY.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEYS = "HECHANG_KEYS"
HOME = "~/.config/hechang/keys"
ED25519 = b"\x01"  # kind of key
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,100}")
_LINE = re.compile(r"— (\S+) (\S+)")


class Key(NamedTuple):
    """A private key and the name it signs as."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key as text: NAME+HASH+KEY."""
        found = ED25519 + self.private.public_key().public_bytes_raw()
        return f"{self.name}+{_hash(self.name, found).hex()}+{base64.b64encode(found).decode()}"

    def sign(self, text: str) -> str:
        """Return the note: the text, a blank line and our line below it; `text` ends with a line feed."""
        found = _hash(self.name, ED25519 + self.private.public_key().public_bytes_raw())
        signature = base64.b64encode(found + self.private.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


def _hash(name: str, key: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + key).digest()[:4]


def signed(note: str, keys: Iterable[str]) -> bool:
    r"""Tell whether a note bears a good signature of one of the public keys, given as text.

    Examples
    --------
    >>> key = Key("demo", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> note = key.sign("three\nlines\nof text\n")
    >>> signed(note, [key.public]), signed(note.replace("three", "four"), [key.public]), signed("x", [key.public])
    (True, False, False)
    """
    text, blank, lines = note.rpartition("\n\n")
    known = {(name, id): key for name, id, key in (_public(one) for one in keys)}
    for name, data in _LINE.findall(lines) if blank else ():
        raw = _decoded(data)
        key = known.get((name, raw[:4]))
        if key is not None and _good(key, raw[4:], f"{text}\n"):
            return True
    return False


def _good(key: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    with suppress(InvalidSignature):
        key.verify(signature, text.encode())
        return True
    return False


def _public(text: str) -> tuple[str, bytes, Ed25519PublicKey | None]:
    """Name, hash and key of a public key; None where it is none."""
    name, _, rest = text.strip().partition("+")
    raw = _decoded(rest.partition("+")[2])
    fits = raw[:1] == ED25519 and len(raw) == 33 and _hash(name, raw).hex() == rest.partition("+")[0]
    return name, _hash(name, raw), Ed25519PublicKey.from_public_bytes(raw[1:]) if fits else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


# --- where keys lie -----------------------------------------------------------------------------------------------
def key_path(store: str) -> Path | None:
    """Return where the private key of a region lies on this machine; None where its name could lead elsewhere."""
    if not _NAME.fullmatch(store):
        return None
    with suppress(RuntimeError):  # ~name of nobody
        return Path(os.environ.get(KEYS) or HOME).expanduser() / f"{store}.key"
    return None


def key_of(store: str, published: str | None) -> Key | None:
    """Return the key a region signs with on this machine, made when it has none yet; None where it cannot sign here.

    Parameters
    ----------
    store
        Id of the region.
    published
        The public key the region names, None before it has one: then, and only then, a key is made.
    """
    path = key_path(store)
    if path is None:
        return None
    try:
        if not path.exists() and published is None:
            _make(path, store)
        key = Key(store, Ed25519PrivateKey.from_private_bytes(_seed(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError):  # a home that may only be read, or a file that is no key
        return None
    return key if published in (None, key.public) else None


def _seed(text: str) -> bytes:
    return _decoded(text.strip().split("+", 4)[-1])[1:]


def _make(path: Path, store: str) -> None:
    """Write a new key so that nobody but its owner ever reads it, and nobody reads half of it."""
    made = Key(store, Ed25519PrivateKey.generate())
    _, id, _ = made.public.split("+", 2)
    secret = base64.b64encode(ED25519 + made.private.private_bytes_raw()).decode()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"PRIVATE+KEY+{store}+{id}+{secret}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another program was faster: its key counts
            path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
