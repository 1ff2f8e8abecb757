"""Checking an id_token: explicit key, algorithms, issuer, audience, time, nonce; nothing in it chooses any of these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hechang.terms.errors import InputError

ALGORITHMS: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}  # and the kind of key of each
HEADER = {"alg", "kid", "typ", "x5t", "x5t#S256"}  # no key, no address of a key, nothing to be understood
STRONG = 2048  # bits of an RSA key
LEEWAY = 60  # s two clocks may differ
LONGEST = 255  # characters of a subject


class Wanted(NamedTuple):
    """What an id_token has to say."""

    issuer: str
    client: str
    nonce: str
    now: datetime


def subject_of(token: str, keys: Any, wanted: Wanted) -> str:
    """Return whom an id_token speaks of.

    Raises
    ------
    InputError
        for anything that is not as it must be; the message names the part, and no value.
    """
    from authlib.oidc.core import CodeIDToken
    from joserfc import errors, jws, jwt

    try:
        header = jws.extract_compact(token.encode()).headers()
        key = _key(header, keys)
        found = jwt.decode(token, key, algorithms=[str(header["alg"])])
        claims = CodeIDToken(found.claims, found.header, _options(wanted), {"client_id": wanted.client,
                                                                           "nonce": wanted.nonce})  # fmt: skip
        claims.validate(int(wanted.now.timestamp()), LEEWAY)
    except errors.JoseError as error:
        raise _refused(str(getattr(error, "claim", "") or error.error)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused("id_token") from None
    return _subject(claims.get("sub"))


def _options(wanted: Wanted) -> dict[str, Any]:
    needed = {name: {"essential": True} for name in ("sub", "exp", "iat")}
    return needed | {
        "iss": {"essential": True, "value": wanted.issuer},
        "aud": {"essential": True, "value": wanted.client},
        "nonce": {"essential": True, "value": wanted.nonce},
    }


def _key(header: Mapping[str, Any], keys: Any) -> Any:
    """Return the one key of the issuer that a token may be signed with."""
    from joserfc.jwk import ECKey, RSAKey

    if not set(header) <= HEADER or header.get("alg") not in ALGORITHMS:
        raise _refused("header")
    kind = ALGORITHMS[str(header["alg"])]
    known = [one for one in keys["keys"] if one.get("kty") == kind and one.get("use", "sig") == "sig"]
    fitting = [one for one in known if one.get("kid") == header["kid"]] if "kid" in header else known
    if len(fitting) != 1:
        raise _refused("kid")
    public = {name: value for name, value in fitting[0].items() if name in ("kty", "n", "e", "crv", "x", "y")}
    if kind == "EC":
        return ECKey.import_key(public)
    made = RSAKey.import_key(public)
    if made.public_key.key_size < STRONG:
        raise _refused("key")
    return made


def _subject(found: Any) -> str:
    odd = not isinstance(found, str) or not found or len(found) > LONGEST or "|" in found or not found.isprintable()
    if odd or any(c.isspace() for c in found):
        raise _refused("sub")
    return str(found)


def _refused(part: str) -> InputError:
    return InputError(f"The sign-in elsewhere is refused ({part})", f"统一身份登录被拒绝({part})")
