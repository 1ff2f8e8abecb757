"""HEAD wherever GET is answered, with the same headers and no body; what may be asked, where a method may not."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODY = ("http.response.body", "http.response.pathsend")


class Methods:
    """Stands before all other pieces: these know GET only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask inside with GET where HEAD was asked; say with every 405 what is allowed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head, ended = scope["method"] == "HEAD", False

        async def sent(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start" and message["status"] == 405:
                MutableHeaders(scope=message)["allow"] = ", ".join(allowed(scope))
            if not head or message["type"] not in BODY:
                await send(message)
            elif not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app({**scope, "method": "GET"} if head else scope, receive, sent)


def allowed(scope: Scope) -> list[str]:
    """Return the methods that the address of a request takes.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.web.app import create_app
    >>> allowed({"type": "http", "path": "/today", "method": "PUT", "headers": [], "app": create_app(tiny())})
    ['GET', 'HEAD']
    """
    routes = scope["app"].routes
    asked = [{**scope, "method": method} for method in METHODS]
    found = {one["method"] for one in asked if any(route.matches(one)[0] == Match.FULL for route in routes)}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
