"""The optional second reader as a user sets it: table `[llm]` of `hechang.toml`. Without it no word leaves the machine.

    [llm]
    url = "https://llm.example.cn/v1"     # address of an OpenAI-compatible service
    model = "name-of-the-model"
    hosts = ["llm.example.cn"]            # only what is named here is ever asked
    key = "HECHANG_LLM_KEY"               # the variable that holds the key; leave out where there is none

The key itself never stands in the file. These settings are kept apart from those a page may show.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import SplitResult, urlsplit

from hechang.terms.errors import InputError, not_known

TABLE = "llm"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEAST_SECONDS, MOST_SECONDS = 1, 600
LEAST_CHARACTERS, MOST_CHARACTERS = 200, 20_000
EXAMPLE = """[llm]
url = "https://llm.example.cn/v1"
model = "MODEL"
hosts = ["llm.example.cn"]
key = "HECHANG_LLM_KEY"
"""
_KEY = re.compile(r"HECHANG_[A-Z0-9_]{1,60}")  # so that no file can have other secrets of this machine sent away


@dataclass(frozen=True)
class LlmSettings:
    """Where the second reader is asked: address, model, hosts that may be asked, and the variable with the key.

    `seconds` bounds one question with its answer, `characters` is the most text one question holds; `plain_http`
    allows an address without encryption on another machine.
    """

    url: str
    model: str
    hosts: tuple[str, ...]
    key: str = ""
    seconds: int = 60
    characters: int = 3000
    plain_http: bool = False

    @property
    def host(self) -> str:
        """Host that is asked."""
        return urlsplit(self.url).hostname or ""


def read_llm(about: str, path: str = "hechang.toml") -> LlmSettings | None:
    """Read the settings of the second reader from a `hechang.toml`; None where it names none.

    Raises
    ------
    InputError
        for what the file cannot mean, an address whose host is not named in `hosts`, or one without encryption.

    Examples
    --------
    >>> read_llm(EXAMPLE).host
    'llm.example.cn'
    >>> read_llm('name = "x"') is None
    True
    """
    try:
        found = tomllib.loads(about)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is no valid TOML: {error}", f"{path} 不是有效的 TOML: {error}") from error
    return of_table(found[TABLE], path) if TABLE in found else None


def of_table(given: Any, path: str) -> LlmSettings:
    """Check the table `[llm]`; raises InputError or NotKnown for what it cannot hold.

    Examples
    --------
    >>> of_table({"url": "http://127.0.0.1:8000/v1", "model": "m", "hosts": ["127.0.0.1"]}, "hechang.toml").seconds
    60
    """
    if not isinstance(given, Mapping):
        raise _wrong(path, TABLE, "a table: [llm]", "表: [llm]")
    known = {field.name for field in fields(LlmSettings)}
    for key in given:
        if key not in known:
            raise not_known(f"setting of {path} [llm]", f"设置({path} [llm])", key, known)
    for key in ("url", "model", "hosts"):
        if key not in given:
            raise _wrong(path, key, "it; for example:\n" + EXAMPLE, "该项, 例如:\n" + EXAMPLE)
    _refuse_values(given, path)
    made = LlmSettings(**{**given, "hosts": tuple(host.lower() for host in given["hosts"])})
    _refuse_address(made, path)
    return made


def _refuse_values(given: Mapping[str, Any], path: str) -> None:
    hosts, key = given["hosts"], given.get("key", "")
    right = {
        "url": (isinstance(given["url"], str), "an address in quotes", "加引号的网址"),
        "model": (isinstance(given["model"], str) and bool(given["model"].strip()), "a name in quotes", "加引号的名称"),
        "hosts": (
            isinstance(hosts, list) and bool(hosts) and all(isinstance(host, str) for host in hosts),
            '["llm.example.cn"]',
            ' ["llm.example.cn"]',
        ),
        "key": (
            isinstance(key, str) and (not key or bool(_KEY.fullmatch(key))),
            'the NAME of a variable, which begins with HECHANG_: "HECHANG_LLM_KEY"',
            '环境变量的名称(以 HECHANG_ 开头): "HECHANG_LLM_KEY"',
        ),
        "seconds": _between(given.get("seconds", LEAST_SECONDS), LEAST_SECONDS, MOST_SECONDS),
        "characters": _between(given.get("characters", LEAST_CHARACTERS), LEAST_CHARACTERS, MOST_CHARACTERS),
        "plain_http": (isinstance(given.get("plain_http", False), bool), "true or false", " true 或 false"),
    }
    for name, (good, en, zh) in right.items():
        if not good:
            raise _wrong(path, name, en, zh)


def _between(value: Any, least: int, most: int) -> tuple[bool, str, str]:
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return good, f"a whole number from {least} to {most}", f" {least} 到 {most} 的整数"


def _refuse_address(made: LlmSettings, path: str) -> None:
    """Raise InputError for an address that names no host of the list, or that anybody on the way could read."""
    parts = _parts(made.url)
    if parts is None:
        raise _wrong(
            path, "url", '"https://HOST/v1", without name, password, ? or #', "不含用户名、密码、? 与 # 的网址"
        )
    if made.host not in made.hosts:
        raise InputError(
            f"{path}: [llm] url asks '{made.host}', which hosts does not name. "
            f'Write hosts = ["{made.host}"] if texts may go there',
            f'{path}: [llm] url 指向“{made.host}”, 但 hosts 未列出。如允许文本发往该处, 请写 hosts = ["{made.host}"]',
        )
    if parts.scheme == "http" and made.host not in LOOPBACK and not made.plain_http:
        raise InputError(
            f"{path}: [llm] url is not encrypted. Write https://, or plain_http = true for a network of your own",
            f"{path}: [llm] url 未加密。请用 https://, 或在自有内网中写 plain_http = true",
        )


def _parts(url: str) -> SplitResult | None:
    """Parts of an address that is plain; None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    odd = not url.isascii() or not url.isprintable() or " " in url or "\\" in url or port == 0
    named = parts.username is not None or parts.query or parts.fragment
    return parts if parts.scheme in ("http", "https") and parts.hostname and not odd and not named else None


def _wrong(path: str, key: str, en: str, zh: str) -> InputError:
    return InputError(f"{path}: [llm] {key}: write {en}", f"{path}: [llm] {key}: 请写{zh}")
