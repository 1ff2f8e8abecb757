"""The doors of the product, and what is looked at behind each: words, time, memory, and that nothing was written."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from corpus.case import ATTACHMENT, BACKUP, IMPORT, REPORT, Case
from hechang.intake.limited import process
from hechang.intake.read import read_file
from hechang.intake.sheets.faults import kinds
from hechang.intake.sheets.pending import plain_name
from hechang.intake.uploads import Purpose, receive
from hechang.region.backups import restore
from hechang.region.marked_files import refuse_marked_file
from hechang.register.attachments import file_type
from hechang.terms.errors import HechangError, Refused
from hechang.terms.findings import Finding, errors

LONGEST = 5.0  # seconds of work, here and in the limited process: others may use the machine too
STUCK = 25  # seconds by the clock after which a file is given up
CHILD = Path(__file__).with_name("measured.py")
PLACES = ("not-", "date-", "negative", "formula-", "place-", "out-of-range")  # faults of cells: they name the cell


@dataclass
class Seen:
    """What became of a file: kinds of what was told, what it reads as, what is wrong with the telling."""

    kinds: list[str] = field(default_factory=list)
    refused: bool = False
    read: dict[str, list[Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def tried(case: Case, region, client) -> Seen:
    """Bring a file to its door."""
    seen = Seen()
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(STUCK)
    start = spent()
    try:
        _doors(case, region, client, seen)
    except HechangError as error:
        _error(error, seen)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(sys.exc_info()[2])[-1]
        seen.wrong.append(f"{type(error).__name__}: {str(error)[:200]} ({Path(last.filename).name}:{last.lineno})")
    finally:
        signal.alarm(0)
    seen.seconds = spent() - start
    if seen.seconds > LONGEST:
        seen.wrong.append(f"took {seen.seconds:.1f} s")
    return seen


def spent() -> float:
    """Seconds that this process, those it waited for and the limited ones have worked."""
    return sum(os.times()[:4]) + sum(map(_worked, process._pool(os.getpid()).waiting))


def _worked(worker: process.Worker) -> float:
    said = Path(f"/proc/{worker.process.pid}/stat")
    if not said.exists():
        return 0.0
    told = said.read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _give_up(*_: Any) -> None:
    raise TimeoutError("stuck")


def _doors(case: Case, region, client, seen: Seen) -> None:
    if case.door == IMPORT:
        _import(case, region, seen)
    elif case.door == REPORT:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / plain_name(case.file)
            path.write_bytes(case.data)
            _, _, findings = read_file(path, path.name)
        _findings(findings, seen)
        seen.refused = bool(errors(findings))
    elif case.door == BACKUP:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "b.zip").write_bytes(case.data)
            try:
                restore(Path(folder) / "b.zip", Path(folder) / "new.hc")
            except HechangError as error:
                _error(type(error)(error.en.replace(folder, ""), error.zh.replace(folder, "")), seen)
            finally:
                left = sorted(path.name for path in Path(folder).iterdir())
                seen.read["left"] = left
        seen.wrong += [f"left {left}"] if left != ["b.zip", "new.hc"][: 1 if seen.refused else 2] else []
    elif case.door == ATTACHMENT:
        refuse_marked_file(case.data, case.file)
        file_type(case.data, case.file)
    else:
        _json(case, client, seen)


def _import(case: Case, region, seen: Seen) -> None:
    upload, preview = receive(region, BytesIO(case.data), case.file, Purpose(table=case.table))
    upload.drop()
    _findings(preview.findings, seen)
    seen.refused = not preview.ready
    seen.wrong += _looks_readable(json.dumps(preview.as_dict(), ensure_ascii=False, allow_nan=False, default=str))
    for name, frame in preview.rows.items():
        for column in (c for c in frame.columns if not c.startswith("@")):
            seen.read[f"{name}.{column}"] = [None if pd.isna(value) else value for value in frame[column].tolist()]


def _json(case: Case, client, seen: Seen) -> None:
    headers = {"content-type": "application/json", "origin": "http://127.0.0.1:8000", "if-match": '"1"'}
    answer = client.ask("PATCH", "/api/tables/projects/rows/p1", content=case.data, headers=headers)
    seen.refused = answer.status_code >= 400
    if answer.status_code >= 500:
        seen.wrong.append(f"{answer.status_code} {answer.text[:200]}")
    elif seen.refused:
        error = answer.json()["error"]
        seen.kinds.append(error["kind"])
        seen.wrong += _words(error["zh"], error["en"])


def _error(error: HechangError, seen: Seen) -> None:
    seen.refused = True
    seen.wrong += _words(error.zh, error.en)
    if isinstance(error, Refused):
        _findings(error.findings, seen)
    else:
        seen.kinds.append(_kind(error.en))


def _findings(findings: Any, seen: Seen) -> None:
    for one in findings:
        seen.kinds.append(one.kind)
        seen.wrong += _words(one.say("zh"), one.say("en")) + _mended(one)


def _mended(one: Finding) -> list[str]:
    wrong = [] if one.mend_en and one.mend_zh else [f"no mend: {one.kind} {one.en[:80]}"]
    wrong += [] if one.file else [f"no file: {one.kind}"]
    return wrong + ([f"no cell: {one.kind}"] if one.kind.startswith(PLACES) and not one.cell else [])


def _words(zh: str, en: str) -> list[str]:
    wrong = [f"no Chinese: {zh[:80]}"] if not re.search("[\u4e00-\u9fff]", zh) else []
    wrong += [f"no English: {en[:80]}"] if not re.search("[a-z]{2}", en) else []
    wrong += [f"long: {len(zh)}/{len(en)} {en[:80]}"] if max(len(zh), len(en)) > 2_000 else []
    return wrong + _looks_readable(zh + en)


def _looks_readable(text: str) -> list[str]:
    """Words of a program, not of a person."""
    found = re.search(r"Traceback|Error\b(?! )|0x[0-9a-f]{8}|/tmp/|site-packages|\x00", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return ["half a character in the answer"]
    return [f"not for people: {text[max(0, found.start() - 60) : found.end() + 40]}"] if found else []


def _kind(said: str) -> str:
    """Kind of a fault of a whole file, by its words."""
    for name, kind in kinds().items():
        pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(kind.en))
        if re.fullmatch(pattern, said.partition(" → ")[0], re.DOTALL):
            return name
    return "refused"


def held() -> float:
    """MB this process holds, after everything that can be let go is."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return _status("VmRSS")


def peak() -> float:
    """MB this process held at most since `forget_peak`."""
    return _status("VmHWM")


def forget_peak() -> None:
    """Count the peak anew."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    return int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1000
