"""Verify an audit log or an evidence pack of hechang without hechang: python verify_audit.py [FOLDER_OR_ZIP].

Needs Python 3.9; with the package cryptography it checks signatures too. Files are named by their SHA-256; further:
  record     a line of log/records.jsonl; its leaf is H(0x00 + line); the tree over the leaves is that of RFC 9162
  revision   a line of log/revisions.jsonl; its hash is H(line); the record of the revision names it as "after"
  row        table, a line feed, JSON; its leaf is H(0x00 + row); the tree over an edit's rows has its revision's "root"
  checkpoint origin, number of records, root (base64), moment; a blank line; lines "— NAME base64(4 bytes, signature)"
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from contextlib import suppress
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SIGNED = find_spec("cryptography") is not None  # without it everything but the signatures is checked


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def leaf(text: str) -> bytes:
    """Leaf of RFC 9162."""
    return sha(b"\x00" + text.encode())


def node(left: bytes, right: bytes) -> bytes:
    """Inner node of RFC 9162."""
    return sha(b"\x01" + left + right)


def grow(nodes: list[bytes], size: int, digest: bytes) -> None:
    """Append leaf number `size` to a tree, kept as the roots of its full subtrees."""
    nodes.append(digest)
    for _ in range((size & -size).bit_length() - 1):
        right = nodes.pop()
        nodes[-1] = node(nodes[-1], right)


def root(nodes: list[bytes]) -> bytes:
    """Root over all leaves so far."""
    return reduce(lambda right, left: node(left, right), reversed(nodes)) if nodes else sha(b"")


def root_of(digest: bytes, index: int, size: int, path: list[str]) -> bytes:
    """Root that a leaf and its path make (RFC 9162, 2.1.3.2); nothing where the path cannot be theirs."""
    last, found = size - 1, digest
    for beside in map(bytes.fromhex, path):
        if last == 0:
            return b""
        if index % 2 or index == last:
            found = node(beside, found)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            found = node(found, beside)
        index, last = index // 2, last // 2
    return found if last == 0 and 0 <= index < size else b""


def checkpoint(note: str) -> tuple[int, bytes]:
    """Size and root of a note."""
    return int(note.split("\n")[1]), base64.b64decode(note.split("\n")[2])


def signed(note: str, public: str) -> bool:
    """Whether the owner of a public key (NAME+HASH+KEY) signed a note."""
    name, _, data = public.strip().split("+", 2)
    raw = base64.b64decode(data)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    text, _, lines = note.rpartition("\n\n")
    for word in map(str.split, lines.split("\n")):
        signature = base64.b64decode(word[2]) if len(word) == 3 and word[:2] == ["—", name] else b""
        if signature[:4] == sha(name.encode() + b"\n" + raw)[:4]:
            with suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], f"{text}\n".encode())
                return True
    return False


class Verifier:
    """Goes through the files of a pack; `faults` holds what is wrong, `done` what was looked at."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.public = self.text("public_key").strip()
        self.faults: list[str] = []
        self.done = dict.fromkeys(("records", "revisions", "checkpoints", "signatures", "proofs", "rows", "files"), 0)
        self.roots: dict[int, bytes] = {}  # by size

    def text(self, name: str) -> str:
        """A file as text, empty where it is not there."""
        return self.files.get(name, b"").decode()

    def check(self, good: bool, where: str, what: str) -> None:
        """Note a fault."""
        if not good:
            self.faults.append(f"{where}: {what}")

    def run(self) -> None:
        """Check everything there is."""
        notes = {n: self.text(n) for n in self.files if n.startswith(("checkpoints/", "anchors/")) and n.endswith("t")}
        if "log/records.jsonl" in self.files:
            self.log({checkpoint(note)[0] for note in notes.values()})
        for name, note in notes.items():
            self.note(name, note)
        for name, data in self.files.items():
            if name.startswith("proofs/"):
                self.proof(name, json.loads(data))
            if name.startswith("files/"):
                self.done["files"] += 1
                self.check(Path(name).stem == sha(data).hex(), name, "was changed / 被改动")

    def log(self, sizes: set[int]) -> None:
        """Records and revisions, one by one; the roots at the sizes that were signed."""
        nodes: list[bytes] = []
        told: dict[int, str] = {}
        records, revisions = (self.text(f"log/{n}.jsonl").split("\n")[:-1] for n in ("records", "revisions"))
        for at, line in enumerate(records, start=1):
            said = json.loads(line)
            self.check(said["seq"] == at, f"record {at}", "missing or out of order / 缺失或次序不对")
            if "revision" in said:
                self.check(said["revision"] not in told, f"record {at}", "second of its revision / 同一版本重复")
                told[said["revision"]] = said["after"]
            grow(nodes, at, leaf(line))
            if at in sizes or at == len(records):
                self.roots[at] = root(nodes)
        before = "0" * 64
        for at, line in enumerate(revisions, start=1):
            said = json.loads(line)
            self.check((said["seq"], said["previous"]) == (at, before), f"revision {at}", "does not follow / 不衔接")
            before = sha(line.encode()).hex()
            self.check(told.pop(at, "") == before, f"revision {at}", "is not as the log has it / 与日志不符")
        self.check(not told, "log", f"speaks of revisions that are gone / 所述版本缺失: {sorted(told)}")
        self.done.update(records=len(records), revisions=len(revisions))

    def note(self, name: str, note: str) -> None:
        """One checkpoint: that it is signed, and that it signs these records."""
        self.done["checkpoints"] += 1
        size, said = checkpoint(note)
        if self.done["records"]:
            self.check(self.roots.get(size) == said, name, "signs other records / 签的不是这些记录")
        if SIGNED:
            self.done["signatures"] += 1
            self.check(bool(self.public) and signed(note, self.public), name, "not signed by the key / 签名无效")

    def proof(self, name: str, one: dict[str, Any]) -> None:
        """One revision, from its rows up to the checkpoint."""
        self.done["proofs"] += 1
        said, revision = json.loads(one["record"]), json.loads(one["written"])
        found = root_of(leaf(one["record"]), one["seq"] - 1, one["size"], one["path"])
        self.check(found.hex() == one["root"] and said["seq"] == one["seq"], name, "not in the tree / 记录不在树中")
        self.check(said["after"] == sha(one["written"].encode()).hex(), name, "is another revision / 版本不符")
        for row in one.get("rows", []):
            self.done["rows"] += 1
            made = root_of(leaf(row["row"]), row["index"], row["count"], row["path"])
            self.check(made.hex() == revision["root"], f"{name} {row['table']} {row['id']}", "was changed / 被改动")
        if one["checkpoint"]:
            self.check(checkpoint(one["checkpoint"]) == (one["size"], found), name, "signed otherwise / 与所签不符")
            self.note(name, one["checkpoint"])


def files_of(path: Path) -> dict[str, bytes]:
    """Read a pack, zipped or not."""
    if path.is_dir():
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    with zipfile.ZipFile(path) as kept:
        return {name: kept.read(name) for name in kept.namelist()}


def main() -> int:
    """Check, say what was found, return 0 (whole) or 1 (broken)."""
    found = Verifier(files_of(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
    try:
        found.run()
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        found.check(False, "pack", f"cannot be read / 无法读取: {error!r}")
    nothing = "" if found.done["records"] or found.done["proofs"] else "Nothing to verify / 没有可核验的内容"
    unsigned = "" if SIGNED else "Signatures not checked: pip install cryptography / 未核验签名, 请安装"
    told = ["; ".join(f"{n} {name}" for name, n in found.done.items()), unsigned, nothing, *found.faults]
    sys.stdout.write("\n".join(filter(None, told)) + "\n" + ("" if found.faults or nothing else "Whole / 完整\n"))
    return 1 if found.faults or nothing else 0


if __name__ == "__main__":
    sys.exit(main())
