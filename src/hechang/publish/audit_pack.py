"""The whole audit log as one file, with a verifier that needs nothing of hechang."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from hechang.store.contract import Outside, Store
from hechang.store.proofs import log_of

MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file: the same log makes the same pack
VERIFIER = "verify_audit.py"
README = ("audit_zh.md", "audit_en.md")


def audit_pack(store: Store, path: Path, outside: Sequence[Outside] = ()) -> dict[str, int]:
    """Write records, revisions, checkpoints, anchors, public key, verifier and how to use it; no row of the register.

    Returns
    -------
    dict
        Number of records, revisions and checkpoints.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     audit_pack(tiny().store, Path(folder) / "audit.zip")["records"]
    1
    """
    log = store.ask(log_of)
    texts = {
        "log/records.jsonl": _lines(log.records),
        "log/revisions.jsonl": _lines(log.revisions),
        "public_key": f"{log.public_key}\n" if log.public_key else "",
    }
    texts |= {f"checkpoints/{note.split()[1].zfill(12)}.txt": note for note in log.checkpoints}
    texts |= {f"anchors/{one.name}": one.note for one in outside}
    zipped(path, {name: text.encode() for name, text in texts.items()} | tools())
    return {"records": len(log.records), "revisions": len(log.revisions), "checkpoints": len(log.checkpoints)}


def _lines(texts: Sequence[str]) -> str:
    return "".join(f"{text}\n" for text in texts)


def tools() -> dict[str, bytes]:
    """What goes into every pack: the verifier, and how to use it in both languages."""
    here = files("hechang.publish")
    found = {name.replace("audit_", "README."): here.joinpath("assets", name).read_bytes() for name in README}
    return found | {VERIFIER: here.joinpath(VERIFIER).read_bytes()}


def zipped(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a zip, in the order of their names, always alike."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, MOMENT)
            info.external_attr = 0o644 << 16
            pack.writestr(info, contents[name], zipfile.ZIP_DEFLATED)
