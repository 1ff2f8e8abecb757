"""Which language a reader gets: asked for in the address, chosen before, spoken by the browser, the region's first."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response

from hechang.terms.errors import not_known
from hechang.terms.words import LANGUAGES
from hechang.web.hall import hall_of

COOKIE = "lang"
YEAR = 365 * 24 * 3600  # seconds


def language_of(request: Request) -> str:
    """Return `zh` or `en`; raises NotKnown for another language asked for in the address."""
    asked = request.query_params.get("lang")
    if asked and asked not in LANGUAGES:
        raise not_known("language", "语言", asked[:20], LANGUAGES)
    return asked or language_or_default(request)


def language_or_default(request: Request) -> str:
    """Return the language without complaint, for pages that report errors."""
    first = hall_of(request).first.settings.languages
    chosen = (request.query_params.get("lang"), request.cookies.get(COOKIE))
    known = next((lang for lang in chosen if lang in LANGUAGES), None)
    return known or spoken(request.headers.get("accept-language", ""), first)


def spoken(header: str, ours: Sequence[str]) -> str:
    """Return the best of our languages for an Accept-Language header, the first of ours where none fits.

    Examples
    --------
    >>> spoken("fr, en-GB;q=0.8, zh;q=0.5", ["zh", "en"]), spoken("", ["zh", "en"]), spoken("zh-Hans-CN", ["en", "zh"])
    ('en', 'zh', 'zh')
    """
    wishes = [_wish(part) for part in header.split(",")[:20]]
    fitting = [(weight, lang) for lang, weight in wishes if lang in LANGUAGES and weight > 0]
    best = max(fitting, key=lambda pair: pair[0], default=(0.0, ours[0]))
    return best[1]


def _wish(part: str) -> tuple[str, float]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return name.strip().lower().partition("-")[0], float(weight or "1")
    except ValueError:
        return name, 0.0


def remember(request: Request, response: Response) -> None:
    """Keep the language asked for in the address, so that the next page speaks it too."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=YEAR, httponly=True, samesite="lax")
    response.headers["Vary"] = "Accept-Language, Cookie"
