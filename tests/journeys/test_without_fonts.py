"""On a machine that has no Chinese font at all the pages bring their own: Chinese is drawn, not boxes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tools.browser import FLAGS, Window

# fonts of the machine without those that can write Chinese, Japanese or Korean
CONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>
<cachedir>{cache}</cachedir><selectfont><rejectfont>{patterns}</rejectfont></selectfont></fontconfig>"""
PATTERN = '<pattern><patelt name="lang"><string>{lang}</string></patelt></pattern>'
LANGUAGES = ("zh-cn", "zh-tw", "zh-hk", "zh-mo", "zh-sg", "ja", "ko")
# how many of some characters look the same as another: all of them where each is the same empty box
ALIKE = """([font, text]) => { const canvas = new OffscreenCanvas(64, 64);
  const brush = canvas.getContext('2d', {willReadFrequently: true});
  const drawn = [...text].map(sign => { brush.clearRect(0, 0, 64, 64); brush.font = `40px ${font}`;
    brush.fillText(sign, 8, 48); return brush.getImageData(0, 0, 64, 64).data.join(); });
  return text.length - new Set(drawn).size; }"""
TEXT = "合畅项目图签约逾期县区"
FAMILY = "getComputedStyle(document.querySelector('h1')).fontFamily"
FACES = "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family.replaceAll('\"', ''))"


@pytest.fixture(scope="module")
def bare(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on a machine without Chinese fonts."""
    folder = tmp_path_factory.mktemp("fonts")
    patterns = "".join(PATTERN.format(lang=lang) for lang in LANGUAGES)
    (folder / "fonts.conf").write_text(CONFIG.format(cache=folder / "cache", patterns=patterns), encoding="utf-8")
    env = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    made = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=FLAGS, env=env)
    yield made
    made.close()


def test_this_browser_has_no_chinese_font_of_its_own(bare):
    page = bare.new_page()
    assert page.evaluate(ALIKE, ["sans-serif", TEXT]) == len(TEXT) - 1
    page.close()


@pytest.mark.parametrize("path", ["/desk/", "/desk/log", "/desk/projects/wx-001", "/desk/reading"])
def test_chinese_is_drawn_by_the_font_the_pages_bring(bare, still, path):
    with Window(bare, "zh", home=still) as window:
        page = window.open(path)
        page.evaluate(f"document.fonts.load(`40px ${{{FAMILY}}}`, '{TEXT}').then(() => 1)")
        assert page.evaluate(ALIKE, [page.evaluate(FAMILY), TEXT]) == 0
        assert "Noto Sans SC Variable" in page.evaluate(FACES)
