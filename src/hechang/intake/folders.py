"""Many files: those of folders one after the other; none stops the others, and what was read is not read again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hechang.intake.one_by_one import Step, Tell, quiet
from hechang.intake.proposals import Proposed, propose
from hechang.region.region import Region
from hechang.terms.findings import errors

BATCH = 200  # files of one edit: what a kill loses at most; own assumption
HEAVY = 64_000_000  # bytes of files after which an edit is closed, however few they are; own assumption
BESIDE, REGION = ".meta.json", "hechang.toml"


def files_in(paths: Iterable[Path | str]) -> list[str]:
    """Return files, those of folders in the order of their names; hidden ones and `NAME.meta.json` are left out.

    A folder without files stands for itself: reading it tells so.

    Examples
    --------
    >>> files_in(["no-such-file.txt"])
    ['no-such-file.txt']
    """
    found: list[str] = []
    for path in paths:
        found += (_is_folder(Path(path)) and list(_inside(path))) or [str(path)]
    return list(dict.fromkeys(found))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is none: reading it will say so
        return False


def _inside(folder: Path | str) -> Iterator[str]:
    for home, folders, names in os.walk(folder):
        if REGION in names:  # what a region keeps is no document of the folder it lies in
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(BESIDE):
                yield str(Path(home) / name)


def propose_folder(
    region: Region,
    paths: Sequence[Path | str],
    *,
    by: str,
    why: str,
    kind: str = "report",
    batch: int = BATCH,
    tell: Tell = quiet,
) -> Proposed:
    """Read many files into a region, some in each edit; called again after a kill it goes on where it was.

    Parameters
    ----------
    region
        Where the proposals go.
    paths
        Files and folders.
    by, why, kind
        As of `propose`.
    batch
        Files of one edit [files].
    tell
        Called after each file.

    Returns
    -------
    Proposed
        The region after the last edit, ids of new documents, counts by kind, files known before (by their bytes, which
        are not read again), and a finding for each file that could not be read.
    """
    files = files_in(paths)
    whole = Proposed(region)
    at = Step(0, len(files))
    for part in _parts(files, batch):
        before = at

        def told(step: Step, before: Step = before) -> None:
            tell(replace(before, done=before.done + step.done, known=before.known + step.known,
                         failed=before.failed + step.failed))  # fmt: skip

        made = propose(whole.region, part, by=by, why=why, kind=kind, tell=told)
        whole = _added(whole, made)
        at = Step(at.done + len(part), len(files), len(whole.known), len(errors(whole.findings)))
    return whole


def _added(whole: Proposed, made: Proposed) -> Proposed:
    counts = {kind: whole.counts.get(kind, 0) + n for kind, n in made.counts.items()}
    news = [one for one in made.findings if not (one.severity == "warning" and one.file in made.known)]
    return Proposed(
        made.region,
        [*whole.documents, *made.documents],
        {**whole.counts, **counts},
        [*whole.known, *made.known],
        [*whole.findings, *news],
    )


def _parts(files: Sequence[str], size: int) -> Iterator[list[str]]:
    """Files of one edit each: at most `size`, and few where they are large."""
    part: list[str] = []
    weight = 0
    for path in files:
        part.append(path)
        weight += _weight(path)
        if len(part) >= size or weight >= HEAVY:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _weight(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0
