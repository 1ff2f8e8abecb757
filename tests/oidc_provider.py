"""A sign-in service of the tests' own on loopback, which can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import uvicorn
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "hechang-tests", "a:secret of/the tests"
NOW = 1_664_240_400  # 2022-09-27T01:00:00Z
CLAIMS: dict[str, dict[str, Any]] = {
    "wrong audience": {"aud": "somebody-else"},
    "audiences of others": {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
    "wrong issuer": {"iss": "https://evil.example"},
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": NOW - 600, "iat": NOW - 1200},
    "no end": {"exp": None},
    "from the future": {"iat": NOW + 6000, "exp": NOW + 9000},
    "no subject": {"sub": None},
    "odd subject": {"sub": "a|b"},
    "subject no text": {"sub": 4711},
}
HEADERS: dict[str, dict[str, Any]] = {
    "kid path": {"kid": "../../../../dev/null"},
    "kid address": {"kid": "http://127.0.0.1:1/key"},
    "no such kid": {"kid": "other"},
    "crit": {"crit": ["exp"], "exp": NOW + 600},
    "crit unknown": {"crit": ["hechang"], "hechang": 1},
    "jku": {"jku": "http://127.0.0.1:1/jwks"},
    "small jwk": {"jwk": {"kty": "oct", "k": "AA"}},
    "x5u": {"x5u": "http://127.0.0.1:1/cert"},
    "zip": {"zip": "DEF"},
}
SIGNED: tuple[str, ...] = (
    "alg none", "alg None", "alg empty", "HS256 with the public key", "HS256 with the modulus", "jwk in header",
    "foreign key", "RS512", "cut", "no signature", "not a token", "payload changed",
)  # fmt: skip
ANSWERS = ("no id_token", "token error", "redirect", "not json", "too large")
ABOUT = ("keys elsewhere", "token elsewhere", "issuer elsewhere")
MISBEHAVIOURS = (*CLAIMS, *HEADERS, *SIGNED, *ANSWERS, *ABOUT)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class OidcProvider:
    """An issuer with one RS256 key; `mode` says what it does wrong."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.other = rsa.generate_private_key(65537, 2048)
        self.issuer = ""
        self.mode = ""
        self.subject = "person-4711"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def authorize(self, where: str) -> str:
        """Do what the person does in a browser there: agree, and be led back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        assert where.startswith(f"{self.issuer}/authorize?") and query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256" and query["scope"] == "openid"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.asked.append(scope["path"])
        status, answer, headers = self._answer(scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Any, body: bytes) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        said: Any = {}
        if scope["path"].endswith("/.well-known/openid-configuration"):
            said = self._about()
        elif scope["path"] == "/jwks":
            said = {"keys": [self._jwk(self.key, "one")]}
        elif self.mode == "redirect":
            return 302, b"", [(b"location", f"{self.issuer}/token2".encode())]
        elif self.mode in ("not json", "too large"):
            return 200, b"<html>" if self.mode == "not json" else b'"' + b"a" * 300_000 + b'"', []
        elif scope["path"] == "/token":
            said = self._token(dict(scope["headers"]), body)
        return 200, json.dumps(said).encode(), [(b"content-type", b"application/json")]

    def _about(self) -> dict[str, str]:
        away = "http://127.0.0.1:1"
        said = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks"}  # fmt: skip
        wrong = {"keys elsewhere": "jwks_uri", "token elsewhere": "token_endpoint", "issuer elsewhere": "issuer"}
        return said | ({wrong[self.mode]: away} if self.mode in wrong else {})

    def _token(self, headers: dict[bytes, bytes], body: bytes) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        basic = base64.b64encode(f"{quote_plus(CLIENT)}:{quote_plus(SECRET)}".encode()).decode()
        assert headers[b"authorization"].decode() == f"Basic {basic}"
        asked = self.codes.pop(form["code"])
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        assert (challenge, form["redirect_uri"]) == (asked["code_challenge"], asked["redirect_uri"])
        if self.mode in ("no id_token", "token error"):
            return {} if self.mode == "no id_token" else {"error": "invalid_grant"}
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce: str) -> str:
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "exp": NOW + 600, "iat": NOW, "nonce": nonce}
        claims |= CLAIMS.get(self.mode, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "one", "typ": "JWT"} | HEADERS.get(self.mode, {})
        return self._signed(header, claims)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        key, mode = self.key, self.mode
        if mode.startswith("alg"):
            header["alg"] = {"alg none": "none", "alg None": "None", "alg empty": ""}[mode]
            return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}."
        if mode.startswith("HS256"):
            header["alg"] = "HS256"
        if mode in ("jwk in header", "foreign key"):
            key = self.other
            header |= {"jwk": self._jwk(self.other, "one")} if mode == "jwk in header" else {}
        if mode == "RS512":
            header["alg"] = "RS512"
        text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
        return self._spoilt(f"{text}.{b64(self._signature(key, text.encode()))}", claims)

    def _signature(self, key: rsa.RSAPrivateKey, text: bytes) -> bytes:
        if self.mode.startswith("HS256"):
            form, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            pem = self.key.public_key().public_bytes(form, kind)
            secret = pem if "public key" in self.mode else self._jwk(self.key, "one")["n"].encode()
            return hmac.digest(secret, text, "sha256")
        return key.sign(text, padding.PKCS1v15(), hashes.SHA512() if self.mode == "RS512" else hashes.SHA256())

    def _spoilt(self, token: str, claims: dict[str, Any]) -> str:
        head, body, signature = token.split(".")
        changed = b64(json.dumps(claims | {"sub": "1"}).encode())
        other = {"cut": token[:-20], "no signature": f"{head}.{body}.", "not a token": "a.b",
                 "payload changed": f"{head}.{changed}.{signature}"}  # fmt: skip
        return other.get(self.mode, token)

    @staticmethod
    def _jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, str]:
        numbers = key.public_key().public_numbers()
        n, e = (b64(value.to_bytes((value.bit_length() + 7) // 8)) for value in (numbers.n, numbers.e))
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e}


@contextmanager
def oidc() -> Iterator[OidcProvider]:
    """Run a provider on a free port of this machine."""
    made = OidcProvider()
    listener = socket.create_server(("127.0.0.1", 0))
    made.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(made, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
