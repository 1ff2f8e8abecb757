"""`hechang user`: who may sign in, and what each was granted.

The person at the machine does this; the first user needs no account to exist. A password is never part of a command.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both
from hechang.terms.errors import FileFault, InputError, UsageError, not_known

if TYPE_CHECKING:
    from hechang.region.region import Region
    from hechang.store import credentials as accounts

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help=both("name or id of the user", "用户名或编号"))]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help=both("file whose first line is the password", "首行为密码的文件")),
]
Own = Annotated[bool, typer.Option("--own", help=both("the user chose it: need not change it", "由本人设定, 无须再改"))]
Scope = Annotated[str, typer.Option(help=both("3202, or a path: r.32.3202.", "范围: 3202 或路径 r.32.3202."))]
Until = Annotated[str, typer.Option(help=both("last day", "截止日"))]
SHOWN = {
    "name": ("User", "用户"), "body": ("Body", "单位"), "login": ("Login", "登录名"), "state": ("State", "状态"),
    "roles": ("Roles", "角色"), "id": ("Id", "编号"),
}  # fmt: skip
STATES = {
    "off": ("switched off", "已停用"), "none": ("no account", "无账号"), "locked": ("locked for a while", "暂时锁定"),
    "must_change": ("must change the password", "须修改密码"), "open": ("", ""),
}  # fmt: skip


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=both("name of the user", "用户名"))],
    by: By,
    why: Why,
    login: Annotated[str, typer.Option(help=both("what the user signs in with", "登录名"))],
    body: Annotated[str, typer.Option(help=both("id of the body the user works for", "所属单位编号"))] = "",
    display: Annotated[str, typer.Option(help=both("name shown on pages", "显示名"))] = "",
    password_file: PasswordFile = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help=both("signs in elsewhere only (link)", "仅用统一身份登录(link)"))
    ] = False,
    own: Own = False,
) -> None:
    """Make a user with an account; asks for the password on the terminal."""
    from hechang.store.credentials import checked_login

    desk: Desk = context.obj
    actor, reason = who_and_why(by, why)
    region = region_at(desk)
    _refuse_taken(region, name, checked_login(login))
    if body and region.row("bodies", body) is None:
        raise not_known("body", "单位", body, region.bodies.index, "hechang export bodies bodies.csv")
    password = None if no_password else _password(desk, password_file, login)
    row = {"name": name, "body": body or None, "display": display or None, "active": True}
    after, uid = _written(region, {k: v for k, v in row.items() if v is not None}, actor, reason)
    _accounts(after).add(uid, login, password, must_change=not own, by=_local(actor))
    desk.answer({"user": uid, "revision": after.revision_name}, desk.word(f"{name}: {uid}", f"{name}: {uid}"))


@app.command("list")
def list_(context: typer.Context) -> None:
    """Show all users, their accounts and what each was granted."""
    from hechang.region.answers import rows_of

    desk: Desk = context.obj
    region = region_at(desk)
    known = {account.uid: account for account in _accounts(region).all()}
    grants = region.table("grants", columns=["account", "role", "lo"])
    rows = [_shown(row, known.get(row["id"]), grants, desk) for row in rows_of(region.table("users"))]
    desk.answer({"users": rows}, desk.table(rows, SHOWN))


@app.command()
def password(context: typer.Context, name: Name, by: By, password_file: PasswordFile = None, own: Own = False) -> None:
    """Give a user a new password; every sign-in and API token of the user ends."""
    desk: Desk = context.obj
    region = region_at(desk)
    uid, actor = _user(region, name), who_and_why(by, "password")[0]
    accounts = _accounts(region)
    found = accounts.of(uid)
    accounts.set_password(
        uid, _password(desk, password_file, found.login if found else ""), must_change=not own, by=_local(actor)
    )
    desk.answer({"user": uid}, desk.word(f"{name} has a new password", f"{name} 的密码已更新"))


@app.command()
def lock(context: typer.Context, name: Name, by: By, why: Why) -> None:
    """Switch a user off: nobody signs in, every sign-in and API token ends."""
    after, uid, actor = _switch(context, name, (by, why), on=False)
    _accounts(after).sign_out(uid, by=_local(actor))
    _said(context, after, uid, (f"{name} is switched off", f"{name} 已停用"))


@app.command()
def unlock(context: typer.Context, name: Name, by: By, why: Why) -> None:
    """Switch a user on again, and forget wrong passwords."""
    after, uid, actor = _switch(context, name, (by, why), on=True)
    accounts = _accounts(after)
    if accounts.of(uid):
        accounts.unlock(uid, by=_local(actor))
    _said(context, after, uid, (f"{name} may sign in again", f"{name} 可重新登录"))


@app.command()
def link(
    context: typer.Context,
    name: Name,
    subject: Annotated[str, typer.Argument(metavar="ISSUER|SUBJECT", help=both("id elsewhere; - unlinks", "外部身份"))],
    by: By,
) -> None:
    """Take an id of your organisation's sign-in service as this user's."""
    region = region_at(context.obj)
    uid, actor = _user(region, name), who_and_why(by, "link")[0]
    _accounts(region).link(uid, None if subject == "-" else subject, by=_local(actor))
    _said(context, region, uid, (f"{name} is linked", f"{name} 的关联已更新"))


@app.command()
def token(
    context: typer.Context,
    name: Name,
    by: By,
    purpose: Annotated[str, typer.Option("--for", help=both("what it is for", "用途"))],
    verbs: Annotated[str, typer.Option(help=both("read,export,…", "动作: read,export,…"))],
    scope: Scope,
    until: Until,
) -> None:
    """Make an API token of a user; it is shown once, on standard output."""
    from hechang.store.tokens import Bounds, Tokens

    desk: Desk = context.obj
    region = region_at(desk)
    uid, actor = _user(region, name), who_and_why(by, "token")[0]
    wanted = Bounds(purpose, tuple(verb.strip() for verb in verbs.split(",") if verb.strip()), scope, until)
    made = Tokens(region.store).make(uid, wanted, by=_local(actor))
    desk.tell("Keep it now: it cannot be shown again", "请立即保存: 令牌不会再次显示")
    desk.answer({"token": made}, made)


@app.command()
def grant(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=both("a role: city_admin, …", "角色: city_admin 等"))],
    by: By,
    why: Why,
    scope: Scope,
    until: Until = "",
) -> None:
    """Grant a role to a user, within a scope; a role for own rows only is bound to the user's body."""
    from hechang.terms.rights import role as known_role
    from hechang.terms.scopes import path_of, scope_range

    actor, reason = who_and_why(by, why)
    region = region_at(context.obj)
    uid = _user(region, name)
    lo, hi = scope_range(path_of(scope))
    row = {
        "account": uid,
        "role": known_role(role).name,
        "lo": lo,
        "hi": hi,
        "org": _body(region, uid, name) if known_role(role).own_only else None,
        "until": until or None,
    }
    before = region.table("grants", columns=["id"], where={"account": uid, "role": role, "lo": lo})
    with region.edit(by=actor, why=reason) as edit:
        edit.put("grants", {key: value for key, value in row.items() if value} | _id(before.index))
    _said(context, edit.after, uid, (f"{name}: {role} in {lo}", f"{name}: {role}, 范围 {lo}"))


@app.command()
def revoke(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=both("the role to take away", "要收回的角色"))],
    by: By,
    why: Why,
    scope: Scope = "",
) -> None:
    """Take a role away from a user, everywhere or in one scope."""
    from hechang.terms.scopes import path_of

    actor, reason = who_and_why(by, why)
    region = region_at(context.obj)
    uid = _user(region, name)
    where = {"account": uid, "role": role} | ({"lo": path_of(scope)} if scope else {})
    found = region.table("grants", columns=["role"], where=where)
    if found.empty:
        mine = region.table("grants", columns=["role"], where={"account": uid})
        raise not_known("role of this user", "该用户角色", role, mine["role"], "hechang user list")
    with region.edit(by=actor, why=reason) as edit:
        edit.end("grants", [str(id) for id in found.index])
    _said(context, edit.after, uid, (f"{name} is no longer {role}", f"{name} 不再是 {role}"))


def _body(region: Region, uid: str, name: str) -> str:
    """Body a user works for; raises InputError where nobody said which: the role would bring nothing."""
    found = (region.row("users", uid) or {}).get("body")
    if not found:
        raise InputError(
            f"This role sees the rows of one body, and {name} has none. Name it first: the field body of users",
            f"该角色只见本单位的数据, 而 {name} 未登记单位。请先在用户表中填写单位",
        )
    return str(found)


def _said(context: typer.Context, region: Region, uid: str, words: tuple[str, str]) -> None:
    desk: Desk = context.obj
    desk.answer({"user": uid, "revision": region.revision_name}, desk.word(*words))


def _accounts(region: Region) -> accounts.Credentials:
    from hechang.store.credentials import Credentials

    return Credentials(region.store)


def _local(actor: str) -> accounts.By:
    from hechang.store.credentials import By as Doer

    return Doer(actor, role="local")


def _user(region: Region, name: str) -> str:
    """Id of a user by name or id; raises NotKnown."""
    users = region.table("users", columns=["name"])
    named = users[users["name"] == name]
    if len(named) == 1:
        return str(named.index[0])
    if name in users.index:
        return name
    raise not_known("user", "用户", name, users["name"], "hechang user list")


def _refuse_taken(region: Region, name: str, login: str) -> None:
    """Refuse a second account before anything is written."""
    mine = set(region.table("users", columns=["name"], where={"name": name}).index)
    known = _accounts(region).all()
    if any(account.login == login or account.uid in mine for account in known):
        raise InputError(
            "There is an account of this login or user already. See: hechang user list",
            "该登录名或用户已有账号。见: hechang user list",
        )


def _written(region: Region, row: dict[str, Any], actor: str, reason: str) -> tuple[Region, str]:
    """Write the row of a user, the one of this name where there is one."""
    before = region.table("users", columns=["id"], where={"name": row["name"]})
    with region.edit(by=actor, why=reason) as edit:
        (uid,) = edit.put("users", row | _id(before.index))
    return edit.after, uid


def _id(index: Any) -> dict[str, str]:
    return {"id": str(index[0])} if len(index) == 1 else {}


def _switch(context: typer.Context, name: str, said: tuple[str, str], *, on: bool) -> tuple[Region, str, str]:
    actor, reason = who_and_why(*said)
    region = region_at(context.obj)
    uid = _user(region, name)
    with region.edit(by=actor, why=reason) as edit:
        edit.put("users", {"id": uid, "active": on})
    return edit.after, uid, actor


def _password(desk: Desk, file: Path | None, login: str) -> str:
    """A password from a file, or typed twice on the terminal; refused here where it is easily guessed."""
    from hechang.store.passwords import check_password

    found = _from_file(file) if file else _typed(desk)
    check_password(found, login)
    return found


def _from_file(file: Path) -> str:
    try:
        return (file.read_text(encoding="utf-8").splitlines() or [""])[0]
    except (OSError, UnicodeError) as error:
        raise FileFault(f"{file} cannot be read as text", f"{file} 无法按文本读取") from error


def _typed(desk: Desk) -> str:
    if not sys.stdin.isatty():
        raise UsageError(
            "There is no terminal to ask for the password. Use --password-file FILE",
            "没有终端可输入密码。请用 --password-file 文件",
        )
    again = desk.word("Once more", "再次输入")
    return str(typer.prompt(desk.word("Password", "密码"), hide_input=True, confirmation_prompt=again, err=True))


def _shown(row: dict[str, Any], account: accounts.Account | None, grants: Any, desk: Desk) -> dict[str, Any]:
    mine = grants[grants["account"] == row["id"]]
    held = [f"{role} {lo}" for role, lo in zip(mine["role"], mine["lo"], strict=True)]
    state = desk.word(*STATES[_state(row, account)])
    known = {"name": row["name"], "body": row.get("body"), "login": account.login if account else None}
    return known | {"state": state, "roles": ", ".join(held), "id": row["id"]}


def _state(row: dict[str, Any], account: accounts.Account | None) -> str:
    from hechang.terms.dates import moment, now

    if row.get("active") is False:
        return "off"
    if account is None:
        return "none"
    if (account.locked_until or "") > moment(now()):
        return "locked"
    return "must_change" if account.must_change else "open"
