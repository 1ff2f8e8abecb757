"""Printed pages carry what was looked at: region, day, filters, revision; the menu is not on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tools.browser import Window

PAGES = {
    "/desk/": "today",
    "/desk/lists/signed-not-filed": None,
    "/desk/projects/wx-001": None,
    "/desk/projects?q=示例": "projects",
}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="apt-get install poppler-utils")
def test_what_is_printed_says_what_it_is_and_of_which_day_and_revision(browser, still, lang, said, tmp_path: Path):
    with Window(browser, lang, home=still) as window:
        for path in PAGES:
            page = window.open(path)
            title = page.locator("h1").inner_text()
            page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
            text = subprocess.run(
                ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True, encoding="utf-8"
            ).stdout
            bare = re.sub(r"\s", "", text)
            stamp = re.sub(r"\s", "", f"{said('as_of')} 2022-09-27")
            assert re.sub(r"\s", "", title) in bare, path
            assert stamp in bare and re.search(r"\w+-\w+:\d+", bare), path
            assert said("plain_pages").replace(" ", "") not in bare, f"{path}: the menu is on paper"


PRINTED = {
    "/desk/projects?q=示例": ("stage", "light", "city", "owner", "invest_total", "plan", "done", "next_due"),
    "/desk/projects?face=gantt": (),
    "/desk/map": (),
}


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="apt-get install poppler-utils")
def test_wide_pages_lie_and_hold_every_column_and_what_stands_together(browser, still, lang, said, tmp_path: Path):
    with Window(browser, lang, home=still) as window:
        for path, columns in PRINTED.items():
            page = window.open(path)
            page.emulate_media(media="print")
            page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
            title = _bare(page.locator("h1").inner_text())
            width, height = _size(tmp_path / "page.pdf")
            assert width > height, f"{path} stands"
            text = _first_page(tmp_path / "page.pdf")
            missing = [name for name in columns if _bare(said(f"projects_{name}")) not in text]
            assert not missing, f"{path}: columns that are not on paper"
            if "gantt" in path:
                kept = page.locator(".plan-bar.actual").first.evaluate("it => getComputedStyle(it).printColorAdjust")
                assert kept == "exact", "bars lose their colour on paper"
            page.emulate_media(media="screen")
        assert title in text and "OpenStreetMap" in text and _bare(said("map_legend")) in text


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _size(path: Path) -> tuple[float, float]:
    """Width and height of the first page, in points."""
    told = subprocess.run(["pdfinfo", path], capture_output=True, check=True, encoding="utf-8").stdout
    width, height = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told).groups()
    return float(width), float(height)


def _first_page(path: Path) -> str:
    args = ["pdftotext", "-raw", "-l", "1", path, "-"]
    return _bare(subprocess.run(args, capture_output=True, check=True, encoding="utf-8").stdout)
