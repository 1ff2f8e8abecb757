"""From an error to one clear message and an exit status, in one place. No traceback reaches a user."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from typer import TyperException

from hechang.cli.speech import Desk, locale_language, speak_any_text, take_place
from hechang.terms.errors import FileFault, HechangError, Refused, UsageError

DONE, FAULT, USAGE = 0, 1, 2
STOPPED = 130  # what the command line library makes of Ctrl+C
SHOWN = 20  # findings printed for people; --json carries all

# what the command line library says of a wrong line, in Chinese
SAID = (
    (r"No such command '(.+?)'.*", r"没有这个命令: \1"),
    (r"No such option: (\S+).*", r"没有这个选项: \1"),
    (r"Missing argument '(.+?)'.*", r"缺少参数: \1"),
    (r"Missing option '(.+?)'.*", r"缺少选项: \1"),
    (r"Option '(.+?)' requires an argument.*", r"选项需要一个值: \1"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.+?)\).*", r"多余的参数: \1"),
    (r"Invalid value for (.+?): (.*)", r"\1 的值不对: \2"),
)


def guarded(argv: list[str]) -> int:
    """Run one command line; every fault ends in a message and a status."""
    desk = Desk((locale_language(os.environ),), "--json" in argv, "", False)
    speak_any_text()
    try:
        desk, rest = take_place(argv, os.environ)
        return _run(rest, desk)
    except TyperException as wrong:
        return _fail(desk, wrong_line(wrong))
    except HechangError as fault:
        return _fail(desk, fault)
    except BrokenPipeError:  # the reader went away, as `head` does
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
        return DONE
    except (Exception, KeyboardInterrupt) as fault:
        if os.environ.get("HECHANG_DEBUG") == "1":
            raise
        return _fail(desk, _foreign(fault))


def _run(rest: list[str], desk: Desk) -> int:
    from hechang.cli.app import app

    status = app(args=rest or ["--help"], obj=desk, prog_name="hechang", standalone_mode=False)
    if status == STOPPED:
        raise KeyboardInterrupt
    return status if isinstance(status, int) else DONE


def wrong_line(wrong: TyperException) -> UsageError:
    """Put the library's complaint into our form, with the help that mends it.

    Examples
    --------
    >>> wrong_line(TyperException("No such option: --x")).zh
    '用法有误。没有这个选项: --x。用法见: hechang --help'
    """
    said = wrong.format_message()
    where = getattr(getattr(wrong, "ctx", None), "command_path", "hechang")
    zh = next((re.sub(p, r, said, flags=re.S) for p, r in SAID if re.fullmatch(p, said, re.S)), said)
    return UsageError(f"{said.rstrip('.')}. See: {where} --help", f"用法有误。{zh}。用法见: {where} --help")


def _foreign(fault: BaseException) -> HechangError:
    if isinstance(fault, KeyboardInterrupt):
        return HechangError("Stopped. Nothing was half applied.", "已中止, 未留下半成品。")
    return _of_system(fault) if isinstance(fault, OSError) else _unforeseen(fault)


def _of_system(fault: OSError) -> FileFault:
    name = f"{fault.filename}: " if fault.filename else ""
    why = fault.strerror or str(fault) or type(fault).__name__
    return FileFault(
        f"{name}{why}. Check the path, the rights and the free space",
        f"{name}无法读写({why})。请检查路径、权限和磁盘空间",
    )


def _unforeseen(fault: BaseException) -> HechangError:
    descriptor, path = tempfile.mkstemp(prefix="hechang-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(fault)))
    return HechangError(
        f"Something unforeseen went wrong ({type(fault).__name__}). Nothing is half applied. Details: {path}",
        f"出现意料之外的错误({type(fault).__name__}), 未留下半成品。详情已写入: {path}",
    )


def _document(fault: HechangError) -> dict[str, Any]:
    findings = fault.findings if isinstance(fault, Refused) else []
    said = {"kind": type(fault).__name__, "en": fault.en, "zh": fault.zh}
    return {"error": {**said, "findings": [found.as_dict() for found in findings]}}


def _fail(desk: Desk, fault: HechangError) -> int:
    desk.tell(fault.en, fault.zh)
    found = fault.findings if isinstance(fault, Refused) else []
    for one in found[:SHOWN]:
        desk.tell(f"  {one.say('en')}", f"  {one.say('zh')}")
    if len(found) > SHOWN:
        desk.tell(f"  … {len(found)} in all, see --json", f"  … 共 {len(found)} 处, 全部见 --json")
    if desk.as_json:
        desk.answer(_document(fault))
    return USAGE if isinstance(fault, UsageError) else FAULT
