"""The page of one's own account: password, sign-ins, API tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hechang.store.sign_ins import SignIn
from hechang.store.tokens import LONGEST, Bounds
from hechang.terms.dates import today
from hechang.terms.errors import InputError, not_known
from hechang.terms.rights import VERBS
from hechang.web.errors import status_of
from hechang.web.hall import hall_of
from hechang.web.identity import by, give, reader_for, take
from hechang.web.languages import language_of
from hechang.web.signin import Form
from hechang.web.signin_acts import Mine, mine, new_password, new_token
from hechang.web.signin_pages import page, say

router = APIRouter(include_in_schema=False)
DONE = ("password", "end", "others", "token")  # what the page may say was done


@router.get("/account")
def account(request: Request, done: str = "") -> Response:
    """Show one's own account."""
    own = None if request.scope["hechang.laptop"] else mine(request)
    if own is None:
        return RedirectResponse("/sign-in?next=/account" if not request.scope["hechang.laptop"] else "/sign-in", 303)
    return shown(request, own, done=say(request, f"account_done_{done}") if done in DONE else "")


@router.post("/account")
def do(request: Request, form: Form) -> Response:
    """Do what one of the forms of the page asks for."""
    own = mine(request)
    if own is None:
        return RedirectResponse("/sign-in?next=/account", 303)
    what = form.get("do", "")
    if what not in ACTS:
        raise not_known("action", "操作", what, ACTS)
    try:
        return ACTS[what](request, own, form)
    except InputError as error:
        asked = {name: value for name, value in form.items() if what == "token" and name != "old"}
        return shown(request, own, fault=error.say(language_of(request)), status=status_of(error), asked=asked)


def _password(request: Request, own: Mine, form: Mapping[str, str]) -> Response:
    if form.get("new") != form.get("again"):
        raise InputError("The two new passwords differ", "两次输入的新密码不一致")
    token = new_password(request, own, form.get("old", ""), form.get("new", ""))
    return give(RedirectResponse("/account?done=password", 303), request.scope, token)


def _end(request: Request, own: Mine, form: Mapping[str, str]) -> Response:
    own.accounts.sign_ins.end_one(form.get("name", ""), by=by(request.scope))
    return RedirectResponse("/account?done=end", 303)


def _others(request: Request, own: Mine, _form: Mapping[str, str]) -> Response:
    own.accounts.sign_ins.end_all(by=by(request.scope), but=own.sign_in.key)
    return RedirectResponse("/account?done=others", 303)


def _everywhere(request: Request, own: Mine, _form: Mapping[str, str]) -> Response:
    own.accounts.sign_ins.end_all(by=by(request.scope))
    return take(RedirectResponse("/sign-in", 303), request.scope)


def _token(request: Request, own: Mine, form: Mapping[str, str]) -> Response:
    verbs = tuple(verb for verb in VERBS if form.get(f"verb-{verb}"))
    wanted = Bounds(form.get("name", ""), verbs, form.get("lo", ""), form.get("ends", ""))
    return shown(request, own, made_token=new_token(request, own, form.get("old", ""), wanted))


def _end_token(request: Request, own: Mine, form: Mapping[str, str]) -> Response:
    own.accounts.tokens.end_one(form.get("name", ""), by=by(request.scope))
    return RedirectResponse("/account?done=token", 303)


ACTS: Mapping[str, Callable[[Request, Mine, Mapping[str, str]], Response]] = {
    "password": _password, "end": _end, "others": _others, "everywhere": _everywhere, "token": _token,
    "end-token": _end_token,
}  # fmt: skip


def shown(request: Request, own: Mine, *, status: int = 200, **more: Any) -> Response:
    """Return the page as it stands now."""
    who, day = reader_for(request.scope), today(own.accounts.sign_ins.clock)
    region = hall_of(request).first.latest()
    user = region.row("users", own.account.uid) or {}
    view = {
        "fault": "", "done": "", "made_token": "", "asked": {},
        "user": user.get("display") or who.name, "body": _body(request, user.get("body")), "roles": who.roles,
        "login": own.account.login, "subject": own.account.subject, "has_password": own.account.password,
        "must_change": own.account.must_change, "csrf": request.scope["hechang.csrf"],
        "sign_ins": [_line(one, own) for one in own.accounts.sign_ins.own(own.account.uid)],
        "tokens": own.accounts.tokens.own(own.account.uid), "verbs": VERBS, "home": who.home,
        "first_day": day, "last_day": str(date.fromisoformat(day) + LONGEST),
    }  # fmt: skip
    return page(request, "account", view | more, status)


def _line(one: SignIn, own: Mine) -> dict[str, Any]:
    return {**one._asdict(), "handle": one.handle, "here": one.key == own.sign_in.key}


def _body(request: Request, id: str | None) -> str:
    found = hall_of(request).first.latest().row("bodies", id) if id else None
    names = (found.get("name_en") if language_of(request) == "en" else None, found.get("name")) if found else ()
    return next((name for name in names if name), id or "")
