"""What a person at the desk does again and again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page


def drop(page: Page, *files: Path) -> None:
    """Give files to the place where they are dropped."""
    page.locator("input[type=file]").first.set_input_files(list(files))


def say(page: Page, words: dict[str, str], *, by: str, why: str) -> None:
    """Fill the small form in front of a write, and send it."""
    form = page.locator("form.why:visible")
    form.get_by_label(words["who"], exact=True).fill(by)
    form.get_by_label(words["why"], exact=True).fill(why)
    form.locator("button[type=submit]").click()
    form.wait_for(state="hidden")


def saved(page: Page, pressed: Locator, folder: Path) -> Path:
    """Press what downloads a file, and return where it lies."""
    with page.expect_download() as came:
        pressed.click()
    path = folder / came.value.suggested_filename
    came.value.save_as(path)
    return path
