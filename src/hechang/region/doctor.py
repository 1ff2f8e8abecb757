"""Whether an installation is fit for work: store, disk, key, clock, backups, accounts, offices, doors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from hechang.region.region import Region
from hechang.store import health
from hechang.store.bundle import manifest_of
from hechang.store.credentials import Credentials
from hechang.terms.dates import moment
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding
from hechang.terms.rights import OFFICERS

OLD = timedelta(days=2)  # a backup that is older does not count: one each night


class Place(NamedTuple):
    """What is looked at: a region, how this machine is set up, and where its backups lie."""

    region: Region
    environ: Mapping[str, str] = os.environ
    backups: Path | None = None


class Check(NamedTuple):
    """One question and what was wrong."""

    name: str
    en: str
    zh: str
    found: tuple[Finding, ...] = ()


def examine(place: Place, *, whole: bool = False) -> list[Check]:
    """Ask every question; `whole` recomputes the history too.

    Returns
    -------
    list of Check
        One for each question, in order; `found` is empty where all is well.

    Examples
    --------
    >>> from hechang import tiny
    >>> [check.name for check in examine(Place(tiny(), {}))][:3]
    ['engine', 'disk', 'readers']
    """
    asked = [*QUESTIONS, HISTORY] if whole else QUESTIONS
    return [Check(name, en, zh, tuple(ask(place))) for name, en, zh, ask in asked]


def _of_store(ask: Callable[..., Iterable[Finding]]) -> Callable[[Place], Iterable[Finding]]:
    return lambda place: ask(place.region.store)


def _backups(place: Place) -> Iterator[Finding]:
    folder = place.backups or _named(place.environ.get("HECHANG_BACKUPS", ""))
    if folder is None:
        yield _warning(
            "Nobody said where the backups lie",
            "未说明备份所在位置",
            "set HECHANG_BACKUPS, or say --backups DIR",
            "设置 HECHANG_BACKUPS 或用 --backups 指定",
        )
        return
    taken = sorted(_taken(folder, place.region.store.id))
    if not taken:
        yield _error(
            f"No backup of this region lies in {folder}",
            f"{folder} 中没有本区域的备份",
            f"hechang backup {folder}/NAME.zip --drill",
            f"hechang backup {folder}/文件名.zip --drill",
        )
    elif taken[-1] < moment(place.region.store.clock() - OLD):
        yield _error(
            f"The newest backup is of {taken[-1][:16]}",
            f"最近的备份是 {taken[-1][:16]}",
            f"hechang backup {folder}/NAME.zip, every night",
            f"每晚执行 hechang backup {folder}/文件名.zip",
        )


def _named(said: str) -> Path | None:
    return Path(said) if said else None


def _taken(folder: Path, store: str) -> Iterator[str]:
    for file in folder.glob("*.zip"):
        try:
            manifest = manifest_of(file)
        except FileFault:
            continue  # another file, or a backup that nobody could restore: it counts for nothing
        if manifest.store == store:
            yield manifest.taken


def _accounts(place: Place) -> Iterator[Finding]:
    """Accounts nobody needs, and users who cannot get in."""
    users = place.region.inner.table("users", columns=["name", "active"])
    accounts = {account.uid: account for account in Credentials(place.region.store).all()}
    granted = set(place.region.inner.table("grants", columns=["account"])["account"])
    for uid, row in users.iterrows():
        if row["active"] is not False and uid in granted and uid not in accounts:
            yield _warning(
                f"{row['name']} holds rights and has no account",
                f"{row['name']} 有权限但无账号",
                "make one, or revoke the rights",
                "请建立账号或收回权限",
            )
    for uid, account in accounts.items():
        if uid not in users.index or (uid not in granted and users.at[uid, "active"] is not False):
            yield _warning(
                f"{account.login} may sign in and holds no right",
                f"{account.login} 可登录但没有任何权限",
                "hechang user grant, or hechang user lock",
                "请授权(user grant)或停用(user lock)",
            )


def _offices(place: Place) -> Iterator[Finding]:
    """The three officers, once others work here too."""
    if not Credentials(place.region.store).any():
        return
    held = set(place.region.inner.table("grants", columns=["role"])["role"])
    for office in OFFICERS:
        if office not in held:
            yield _warning(
                f"Nobody is {office}",
                f"尚未任命 {office}",
                f"hechang user grant NAME {office} --scope r.",
                f"hechang user grant 用户名 {office} --scope r.",
            )


def _doors(place: Place) -> Iterator[Finding]:
    if place.environ.get("HECHANG_HOSTS") and place.environ.get("HECHANG_HTTPS") != "1":
        yield _error(
            "Other machines reach this one without TLS: passwords can be read on the way",
            "其他机器以明文访问本机: 密码可能被截获",
            "put a proxy with TLS in front and set HECHANG_HTTPS=1",
            "请在前端部署 TLS 代理并设置 HECHANG_HTTPS=1",
        )


def _pages(_: Place) -> Iterator[Finding]:
    spec = find_spec("hechang.web")
    root = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()
    if not (root / "static" / "assets" / "workbench.js").is_file():
        yield _warning(
            "The pages of the workbench were not built",
            "工作台页面尚未构建",
            "make ui, or install a release",
            "执行 make ui, 或安装发行版",
        )


def _history(place: Place) -> Iterator[Finding]:
    for fault in place.region.store.verify().faults:
        yield _error(fault.en, fault.zh, "stop writing, and hold it against a backup", "停止写入, 并与备份核对")


def _warning(en: str, zh: str, mend_en: str, mend_zh: str) -> Finding:
    return Finding(en=en, zh=zh, mend_en=mend_en, mend_zh=mend_zh, severity="warning")


def _error(en: str, zh: str, mend_en: str, mend_zh: str) -> Finding:
    return Finding(en=en, zh=zh, mend_en=mend_en, mend_zh=mend_zh)


QUESTIONS: tuple[tuple[str, str, str, Callable[[Place], Iterable[Finding]]], ...] = (
    ("engine", "Database", "数据库", _of_store(health.engine)),
    ("disk", "Disk", "磁盘", _of_store(health.disk)),
    ("readers", "Who reads the files", "文件权限", _of_store(health.readers)),
    ("key", "Key of the log", "日志签名密钥", _of_store(health.key)),
    ("clock", "Clock", "时钟", _of_store(health.clock)),
    ("left", "Half-written files", "残留文件", _of_store(health.left)),
    ("backups", "Backups", "备份", _backups),
    ("accounts", "Accounts and rights", "账号与权限", _accounts),
    ("offices", "The three officers", "三员", _offices),
    ("doors", "Encryption on the way", "传输加密", _doors),
    ("pages", "Pages", "页面", _pages),
)
HISTORY = ("history", "The whole history", "全部历史", _history)
