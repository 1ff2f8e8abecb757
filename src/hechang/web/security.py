"""What a browser may do: own hosts only, own forms only, no outside source, small bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hechang.store import audit
from hechang.terms.errors import HechangError, UsageError
from hechang.web.doors import LOOPBACK
from hechang.web.waiting import BRINGS_FILES

HOSTS = LOOPBACK  # also keeps other names that lead here (DNS rebinding) out
BODY = 64 * 1024  # bytes a form may have
UPLOAD = 64 * 1024 * 1024  # bytes of a form that brings a file
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CSP = "content-security-policy"
HEADERS = {
    CSP: "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
TLS_ONLY = {"strict-transport-security": "max-age=31536000"}  # a year, in seconds


def policy(nonce: str) -> str:
    """Return what the workbench may do: also its own fonts, style sheets that carry the nonce, and style attributes.

    Its charts, tables and maps set the style of single elements. No script but ours runs; nothing is asked outside.

    Examples
    --------
    >>> "style-src-elem 'self' 'nonce-n'" in policy("n"), "script-src 'self';" in policy("n")
    (True, True)
    """
    more = {
        "font-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "style-src-elem": f"'self' 'nonce-{nonce}'",
        "style-src-attr": "'unsafe-inline'",
    }
    return "; ".join(f"{name} {value}" for name, value in (POLICY | more).items())


def host_name(host: str) -> str:
    """Return the name in a Host header without its port.

    Examples
    --------
    >>> host_name("127.0.0.1:8000"), host_name("[::1]:8000"), host_name("evil.example")
    ('127.0.0.1', '::1', 'evil.example')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


class Guard:
    """Refuses what is not ours before any route is asked, and puts the security headers on every answer.

    With `https` a proxy in front speaks TLS, whatever it says of that.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = HOSTS, https: bool = False) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.https = https
        self.headers = HEADERS | (TLS_ONLY if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                given.update({k: v for k, v in self.headers.items() if k != CSP or CSP not in given})
            await send(message)

        scope = {**scope, "scheme": "https"} if self.https else scope
        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self.hosts:
            return _refused(400, UsageError("This host name is not served here", "此处不提供该主机名的服务"))
        if scope["method"] in SAFE:
            return None
        if not _of_program(headers) and headers.get("origin") != f"{scope['scheme']}://{headers.get('host')}":
            said = "Only a form of this site may write; the request has another or no origin"
            return _refused(403, UsageError(said, "只有本站的表单可以写入; 该请求没有来源或来自别处"))
        if scope["method"] == "DELETE" and not {"content-length", "transfer-encoding"} & set(headers):
            return None  # it has no body
        return _too_long(headers, largest(scope["path"], headers.get("content-type", "")))


def _of_program(headers: Mapping[str, str]) -> bool:
    """Tell whether a program asks that brings its own token: no page of another site can make a browser send one."""
    return "origin" not in headers and headers.get("authorization", "").lower().startswith("bearer ")


def largest(path: str, kind: str) -> int:
    """Return how many bytes the body of a request may have.

    Examples
    --------
    >>> [largest(path, "multipart/form-data; boundary=x") for path in ("/api/rounds/2022-09/take", "/api/other")]
    [67108864, 65536]
    """
    return UPLOAD if BRINGS_FILES.fullmatch(path) and kind.lower().startswith("multipart/") else BODY


def _too_long(headers: Headers, most: int) -> JSONResponse | None:
    """Refuse a body of unknown length, or one that is too long."""
    length = headers.get("content-length", "")
    if not length.isdecimal():
        said = "The request does not say how long it is (Content-Length); sent in pieces it is not taken"
        return _refused(411, UsageError(said, "请求未注明长度(Content-Length); 不接受分块发送"))
    if int(length) > most:
        shown = f"{most // 1024**2} MB" if most > 1024**2 else f"{most // 1024} KiB"
        return _refused(413, UsageError(f"The request is too large: at most {shown}", f"请求过大: 最多 {shown}"))
    return None


def _refused(status: int, error: HechangError) -> JSONResponse:
    audit.heard().why = error.en if status == 403 else audit.heard().why
    said = {"kind": "refused", "zh": error.zh, "en": error.en, "findings": []}
    return JSONResponse({"error": said}, status)
