"""What people do to their own account; the page and the API do the same."""

from __future__ import annotations

import math
from typing import NamedTuple

from fastapi import Request, Response

from hechang.store.credentials import Account, Tried
from hechang.store.sign_ins import SignIn
from hechang.store.tokens import Bounds
from hechang.terms.errors import InputError, UsageError
from hechang.web.errors import answer
from hechang.web.identity import Accounts, accounts_of, by
from hechang.web.recorded import address_of
from hechang.web.signin import no_accounts


class Mine(NamedTuple):
    """The account of who asks."""

    accounts: Accounts
    account: Account
    sign_in: SignIn


def mine(request: Request) -> Mine | None:
    """Return the account of who asks, None for nobody; raises NotKnown where there are no accounts."""
    if request.scope["hechang.laptop"]:
        raise no_accounts()
    found, sign_in = accounts_of(request.scope), request.scope["hechang.sign_in"]
    account = found.credentials.of(sign_in.uid) if sign_in else None
    return Mine(found, account, sign_in) if account else None


def new_password(request: Request, own: Mine, old: str, new: str) -> str:
    """Change the password and return a new token for this browser; every other sign-in ends.

    Raises
    ------
    InputError
        where the present one is not right, or the new one is the same or easily guessed.
    """
    uid = own.sign_in.uid
    _confirmed(own.accounts.credentials.confirm(uid, old, address_of(request.scope), "password"))
    if old == new:
        raise InputError("The new password is the present one. Choose another", "新密码与当前密码相同。请另选")
    own.accounts.credentials.change_password(uid, new, by=by(request.scope))
    return own.accounts.sign_ins.begin(uid, by=by(request.scope), renewed=True)


def new_token(request: Request, own: Mine, old: str, wanted: Bounds) -> str:
    """Make an API token and return it; asks for the password again where there is one."""
    uid = own.sign_in.uid
    if own.account.password:
        _confirmed(own.accounts.credentials.confirm(uid, old, address_of(request.scope), "token"))
    return own.accounts.tokens.make(uid, wanted, by=by(request.scope))


def _confirmed(tried: Tried) -> None:
    if tried.wait:
        seconds = math.ceil(tried.wait)
        raise InputError(
            f"Too many wrong tries came from this address. Try again in {seconds} seconds",
            f"本地址输错次数过多, 请 {seconds} 秒后再试",
        )
    if not tried.uid:
        raise InputError(
            "The present password is wrong, or too many wrong tries came before",
            "当前密码不正确, 或因多次输错暂时不能操作",
        )


def nobody(request: Request) -> Response:
    """Return the answer to who is not signed in."""
    return answer(request, UsageError("Sign in first: /sign-in", "请先登录: /sign-in"), 401)
