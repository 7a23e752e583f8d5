"""A server that asks for a token lets a person in by a form, and keeps everybody else out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from phonefleet.ledger import Ledger
from tests.databases import Databases
from tests.page.conftest import visiting
from tests.security.process import ApiProcess, running_api

TOKEN = "a token that is long enough"  # noqa: S105 - of this test alone


@pytest.fixture(scope="module")
def api(databases: Databases) -> Iterator[ApiProcess]:
    with databases.lend() as url:
        with Ledger(url, pool_size=1) as ledger:
            ledger.devices.seen("phone-1", "offline", "host")
        with running_api(url, API_TOKEN=TOKEN) as running:
            yield running


def test_a_person_logs_in_with_the_token_and_stays_logged_in(api: ApiProcess, browser: Browser) -> None:
    with visiting(browser, f"http://127.0.0.1:{api.port}") as visit:
        page = visit.go("#/tasks")
        token = page.get_by_label("Token")
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        token.fill("a token of another server")
        token.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("The server does not know this token.")
        token.fill(TOKEN)
        token.press("Enter")
        expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
        page.reload()
        page.get_by_role("link", name="Phones").click()
        expect(page.get_by_text("phone-1").first).to_be_visible()
