"""Signed in: one's own city and no other; an edit and a sheet go in under one's own name; signed out all is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.browser import Window, serving

from hechang.region.opening import open_region
from hechang.store.credentials import By, Credentials
from hechang.store.passwords import Hasher
from hechang.terms.scopes import scope_of, scope_range
from hechang.terms.words import words
from journeys.hands import drop
from sheets_made import book, row

PASSWORD = "a long way to the lake"
CITIES = {"wuxi": "320200", "suzhou": "320500"}
CODE = "SIGNED-1"


@pytest.fixture
def folder(folder: Path) -> Path:
    """The region with a user in each of two cities."""
    region = open_region(folder)
    with region.edit(by="officer", why="accounts") as e:
        e.put("users", [{"id": name, "name": name, "active": True} for name in CITIES])
        e.put("grants", [_grant(name, place) for name, place in CITIES.items()])
    known = Credentials(region.store, Hasher(memory=8, rounds=1))
    for name in CITIES:
        known.add(name, name, PASSWORD, must_change=False, by=By("officer"))
    region.close()
    return folder


def _grant(name: str, place: str) -> dict[str, object]:
    lo, hi = scope_range(scope_of(place))
    return {"account": name, "role": "city_admin", "lo": lo, "hi": hi}


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as served:
        yield served


def sign_in(opened: Window, name: str, lang: str) -> None:
    page, said = opened.page, words(lang)
    page.goto(f"{opened.home}/sign-in?next=/desk/&lang={lang}")
    page.get_by_label(said["signin_login"], exact=True).fill(name)
    page.get_by_label(said["signin_password"], exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/desk/"))
    opened.ready()


def give_reason(opened: Window, why: str, lang: str) -> list[str]:
    """Fill in why (who is known), send, and return the CSRF headers of what was sent."""
    sent: list[str] = []
    opened.page.on("request", lambda r: sent.append(r.headers.get("x-csrf-token", "")) if r.method != "GET" else None)
    form = opened.page.locator("form.why:visible, main form:visible").last
    assert form.get_by_label(words(lang)["who"], exact=True).input_value() in CITIES
    form.get_by_label(words(lang)["why"], exact=True).fill(why)
    form.locator("button[type=submit]").first.click()
    return sent


def test_signed_in_she_sees_and_changes_her_own_city_and_nobody_elses(window, address, folder, said, lang, tmp_path):
    region = open_region(folder)
    opened = window(address)
    sign_in(opened, "wuxi", lang)
    page = opened.page
    account = page.locator("header a.account")
    assert account.inner_text() == "wuxi"
    every = "fetch('/api/tables/projects?limit=500').then(r => r.json()).then(d => d.rows.map(r => [r.scope, r.level]))"
    seen = page.evaluate(every)
    assert any(level for _, level in seen), "nothing of her own"
    assert all(scope.startswith("r.32.3202.") for scope, level in seen if level), "another city's inner rows"

    opened.open("/desk/row/projects/wx-003?edit=true")
    page.get_by_label(re.compile(field(lang, "note"))).first.fill("登录后改")
    sent = give_reason(opened, "登录测试", lang)
    page.wait_for_url(lambda now: "edit=" not in now)
    assert sent and all(sent), "a change went out without the mark of its page"
    now = region.latest()
    assert now.projects["note"]["wx-003"] == "登录后改" and now.log().iloc[0]["actor"] == "wuxi"

    opened.open("/desk/imports")
    sheet = book(tmp_path / "月报.xlsx", [row("某登录示例项目", CODE, **{"所在地": "江阴市", "竣工日期": None})])
    drop(page, sheet)
    page.wait_for_url(re.compile(r"/imports/\w+"))
    opened.ready()
    waits = page.url.partition("?")[0].rpartition("/")[2]
    other = window(address)
    other.expected += [(404, f"/api/imports/{waits}")]
    sign_in(other, "suzhou", lang)
    assert other.page.evaluate(f"fetch('/api/imports/{waits}').then(r => r.status)") == 404
    page.get_by_role("button", name=said("im_write")).click()
    give_reason(opened, "月报补录", lang)
    told = said("im_outcome_written").partition("{")[0]
    page.get_by_role("status").get_by_text(re.compile(told)).first.wait_for()
    made = region.latest().table("projects", where={"code": CODE})
    assert len(made) == 1 and made["scope"].iloc[0].startswith("r.32.3202.")

    count = f"fetch('/api/tables/projects?q={CODE}').then(r => r.json()).then(d => d.total)"
    assert (page.evaluate(count), other.page.evaluate(count)) == (1, 0), "the other city sees it too"
    page.goto(f"{opened.home}/account?lang={lang}")
    page.get_by_role("button", name=words(lang)["signin_out"], exact=True).first.click()
    page.wait_for_url(re.compile("/sign-in"))
    assert page.evaluate(count) == 0, "signed out, and yet she sees it"
    region.close()


def field(lang: str, name: str) -> str:
    """Title of a column of projects."""
    from hechang.terms.specs import table

    found = table("projects").field(name)
    return re.escape(found.zh if lang == "zh" else found.en)


def test_the_frame_fits_a_telephone_and_says_where_to_sign_in(window, address, lang):
    opened = window(address, viewport={"width": 390, "height": 844})
    sign_in(opened, "wuxi", lang)
    assert opened.overflow() == 0
    day = opened.page.locator("header .day input")
    assert day.evaluate("e => e.scrollWidth <= e.clientWidth"), "the day is cut"
    assert opened.page.locator("header").bounding_box()["height"] < 64, "the head wraps"
    opened.page.get_by_role("button", name=words(lang)["menu"]).click()
    assert opened.page.get_by_role("link", name="wuxi").is_visible()

    stranger = window(address, viewport={"width": 390, "height": 844})
    stranger.page.goto(f"{address}/today?lang={lang}")
    stranger.page.get_by_role("link", name=words(lang)["signin"], exact=True).click()
    stranger.page.wait_for_url(re.compile("/sign-in"))
    assert stranger.overflow() == 0
