"""A server that asks for a token lets a person in by a form, and keeps everybody else out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.persons import Role, digest_of
from tests.databases import Databases
from tests.page.conftest import visiting
from tests.security.process import ApiProcess, running_api

TOKEN = "a token that is long enough"  # noqa: S105 - of this test alone
NOW = datetime(2026, 5, 1, tzinfo=UTC)
MAY = {
    Role.WATCH: set[str](),
    Role.OPERATE: {"Hold", "New task", "Do not contact"},
    Role.ADMINISTER: {"Hold", "New task", "Do not contact", "Save"},
}
"""What each role is offered on the pages of accounts and limits."""


def token_of(role: Role) -> str:
    return f"pf_the-token-of-{role.value}-alone"


@pytest.fixture(scope="module")
def api(databases: Databases) -> Iterator[ApiProcess]:
    with databases.lend() as url:
        with Ledger(url, pool_size=1) as ledger:
            ledger.devices.seen("phone-1", "offline", "host")
            ledger.accounts.create(AccountEntry("sample", "owner", "phone-1"))
            for role in Role:
                ledger.persons.add(f"Person {role.value}", role, digest_of(token_of(role)), NOW)
        with running_api(url, API_TOKEN=TOKEN, TOKEN_NEEDED="always") as running:  # noqa: S106 - no password
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


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_it_may_do_until_it_logs_out(api: ApiProcess, browser: Browser, role: Role) -> None:
    with visiting(browser, f"http://127.0.0.1:{api.port}") as visit:
        page = visit.go("#/accounts")
        page.get_by_label("Token").fill(token_of(role))
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("link", name="@owner")).to_be_visible()
        expect(page.get_by_text(f"Person {role.value}")).to_be_visible()
        offered = {
            "Hold": page.get_by_role("button", name="Hold"),
            "New task": page.get_by_role("link", name="New task"),
        }
        seen = {name for name, locator in offered.items() if locator.count()}
        page.get_by_role("link", name="Limits").click()
        expect(page.get_by_label("unfollow", exact=True)).to_be_visible()
        people = page.get_by_role("region", name="Do not contact")
        offered = {"Save": page.get_by_role("button", name="Save"), "Do not contact": people}
        assert seen | {name for name, locator in offered.items() if locator.count()} == MAY[role]

        # No script can read the session, no other page can use it, and it ends.
        [cookie] = page.context.cookies()
        assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
        assert page.evaluate("sessionStorage.length") == 0
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        assert page.context.cookies() == []
        page.reload()
        expect(page.get_by_label("Token")).to_be_visible()


def test_an_administrator_adds_a_person_who_comes_in_until_the_token_is_taken(
    api: ApiProcess, browser: Browser
) -> None:
    base = f"http://127.0.0.1:{api.port}"
    with visiting(browser, base) as visit, visiting(browser, base, language="ru-RU") as other:
        page = visit.go("#/persons")
        page.get_by_label("Token").fill(token_of(Role.ADMINISTER))
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("Name").fill("Zoe")
        page.locator("main form").get_by_label("Role").select_option("operate")
        page.get_by_role("button", name="Add").click()
        token = page.get_by_role("status").locator("code").inner_text()

        guest = other.go("#/persons")
        guest.get_by_label("Токен").fill(token)
        guest.get_by_label("Токен").press("Enter")
        expect(guest.get_by_text("Людей и журнал видит только администратор.")).to_be_visible()
        expect(guest.get_by_text("Zoe").first).to_be_visible()

        trail = page.get_by_role("region", name="What was done")
        expect(trail.get_by_role("row").filter(has_text="POST /persons").first).to_contain_text("Person administer")
        zoe = page.get_by_role("listitem").filter(has_text="Zoe")
        zoe.get_by_role("button", name="Delete").click()
        zoe.get_by_role("button", name="Really delete").click()
        expect(zoe).to_have_count(0)
        guest.reload()
        expect(guest.get_by_label("Токен")).to_be_visible()
