"""A real Chromium that shows the real page; without one, or without a page, its tests are skipped in one line."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from api.answers.page.built import built_page
from tests.integration.stack import PATIENCE

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = "the tests of the page need a Chromium, such as `apt-get install chromium`: none is on the PATH"
WIDE = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=390, height=844)

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file; Playwright brings none of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(NO_BROWSER)
    missing = built_page().why_missing
    if missing.startswith(("npm", "There is no Node")):
        pytest.skip(f"the page was not built: {missing.splitlines()[0]}")
    assert not missing, missing
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()


class Visit:
    """A person's visit: a page, and whatever the browser had to complain of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self._base = base
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, place: str = "") -> Page:
        """Go to a part of the page: "#/tasks"."""
        self.page.goto(f"{self._base}/{place}")
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser tells of every answer that is no success; what is done about these, tests see on the page.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


@contextmanager
def visiting(
    browser: Browser,
    base: str,
    *,
    language: str = "en-US",
    dark: bool = False,
    size: ViewportSize = WIDE,
) -> Generator[Visit]:
    """Visit a page as a person whose browser has this language and theme; it must not complain of anything."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(locale=language, color_scheme=scheme, viewport=size, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    try:
        visit = Visit(context.new_page(), base)
        yield visit
        assert visit.complaints == []
    finally:
        context.close()
