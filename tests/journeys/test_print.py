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
