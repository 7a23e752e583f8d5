"""A person records a phone in the browser, corrects the profile on what was recorded, and records what works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integration.stack import Stack, until
from tests.page.conftest import AXE, NARROW, visiting

PACKAGE = "com.phonefleet.sample"
NAME = "in-the-browser"


@pytest.fixture
def base(stack: Stack) -> Iterator[str]:
    yield str(stack.endpoints["api"])
    (stack.home / "profiles" / "sample.yaml").unlink(missing_ok=True)
    for recording in stack.call("GET", "/recordings")["recordings"]:
        if recording["state"] in {"done", "failed"}:
            stack.call("DELETE", f"/recordings/{recording['name']}")


def show(stack: Stack, address: str, person: str) -> None:
    """Open somebody's profile on a phone, as a person does by a link."""
    link = f"am start --user 0 -a android.intent.action.VIEW -d sample://user/{person} {PACKAGE}"
    stack.adb("-s", address, "shell", link)


def recorded(stack: Stack, address: str, page: Page, phone: str) -> None:
    """Record two people's profiles, from the page's button to the list of screens."""
    page.get_by_label("App profile").select_option("sample")
    page.get_by_label("Phone").select_option(phone)
    page.get_by_label("Name of the recording").fill(NAME)
    page.get_by_role("button", name="Record").click()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=NAME))
    expect(row).to_contain_text("Recording")
    for number, person in enumerate(("person_0041", "person_0042"), 1):
        show(stack, address, person)
        until(f"{number} screens", lambda number=number: screens_of(stack) >= number)
    row.get_by_role("button", name="End").click()
    row.get_by_role("button", name="Screens").click()


def screens_of(stack: Stack) -> int:
    found = stack.call("GET", f"/recordings/{NAME}")
    assert found["state"] != "failed", found
    return int(found["screens"])


def test_a_person_records_a_phone_corrects_a_rule_and_records_that_it_works(
    stack: Stack, base: str, browser: Browser
) -> None:
    serial, address = stack.serials[0], stack.addresses[0]
    with visiting(browser, base) as visit:
        page = visit.go("#/workshop")
        recorded(stack, address, page, serial)
        page.get_by_role("link", name="profile", exact=True).click()
        expect(page.get_by_role("heading", name="This is: profile")).to_be_visible()

        # An element of the list, by keyboard; its rules, and what is told of them.
        page.locator("summary").filter(has_text="elements").press("Enter")
        page.get_by_role("button", name="masked_user").first.press("Enter")
        page.get_by_label("Selector", exact=True).fill("profile_username")
        rules = page.get_by_role("region", name="Rules for")
        expect(rules).to_contain_text("finds it alone")
        rules.get_by_role("button", name="Use").first.click()

        # A rule of a person's own that is none is refused with its reason.
        rules.get_by_label("A rule of your own").fill("{colour: red}")
        rules.get_by_role("button", name="Try").click()
        expect(rules.get_by_role("alert")).to_contain_text("colour")

        # Tried on the recordings before it is saved.
        changes = page.get_by_role("region", name="Changes of the profile")
        expect(changes.get_by_role("button", name="Save")).to_be_disabled()
        changes.get_by_role("button", name="Check on screens").click()
        expect(changes.get_by_role("status")).to_contain_text("nothing is saved yet")
        changes.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The profile sample is saved")).to_be_visible()
        assert "profile_username" in (stack.home / "profiles" / "sample.yaml").read_text(encoding="utf-8")

        # On the phone itself, the person's click is the record.
        visit.go(f"#/workshop/screen?app=sample&phone={serial}")
        expect(page.get_by_role("heading", name="This is: profile")).to_be_visible()
        page.get_by_role("button", name="It is the right one profile_username").click()
        expect(page.get_by_text("profile_username is recorded as seen to work")).to_be_visible()
        found = stack.call("GET", f"/apps/sample/verifications?serial={serial}")["verifications"]
        assert "profile_username" in {each["selector"] for each in found}
    stack.call("DELETE", f"/apps/sample/verifications?serial={serial}")


def test_a_person_names_the_page_of_a_screen_and_holds_it_beside_another_recording(
    stack: Stack, base: str, browser: Browser
) -> None:
    with visiting(browser, base, size=NARROW) as visit:
        page = visit.go("#/workshop")
        recorded(stack, stack.addresses[1], page, stack.serials[1])
        page.get_by_role("link", name="profile", exact=True).click()
        page.get_by_label("Which page it is").fill("somebody")
        page.get_by_role("region", name="This is").get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        visit.go("#/workshop")
        page.get_by_role("button", name="Screens").click()
        expect(page.get_by_text("somebody, as a person has said")).to_be_visible()
        visit.go(f"#/workshop/versions?old={NAME}&new={NAME}")
        expect(page.get_by_role("row").filter(has_text="profile_username")).to_contain_text("found")
        page.get_by_role("button", name="profile_username").click()
        expect(page.locator(".picture .found")).to_have_count(2)


def test_a_person_makes_a_profile_for_an_app_that_has_none(stack: Stack, base: str, browser: Browser) -> None:
    made = stack.home / "profiles" / "in_the_browser.yaml"
    with visiting(browser, base) as visit:
        page = visit.go("#/workshop")
        page.get_by_text("An app without a profile").press("Enter")
        page.get_by_label("Name of the profile").fill("sample")
        page.get_by_label("Package of the app").fill(PACKAGE)
        page.get_by_label("For the versions").fill(">=2.0,<3.0")
        page.get_by_role("button", name="Make the profile").click()
        expect(page.get_by_role("alert")).to_contain_text("there is a profile sample already")
        page.get_by_label("Name of the profile").fill("in_the_browser")
        page.get_by_role("button", name="Make the profile").click()
        expect(page.get_by_label("App profile")).to_have_value("in_the_browser")
        page.get_by_role("combobox", name="Phone").select_option(stack.serials[0])
        page.get_by_role("link", name="What the phone shows now").click()
        expect(page.get_by_role("heading", name="The profile does not know this screen")).to_be_visible()
    assert PACKAGE in made.read_text(encoding="utf-8")
    made.unlink()


@pytest.mark.parametrize(("language", "dark"), [("en-US", False), ("ru-RU", True)])
def test_the_workshop_can_be_used_by_everybody(
    stack: Stack, base: str, browser: Browser, language: str, *, dark: bool
) -> None:
    if not AXE.exists():
        pytest.skip(f"axe-core is not installed: {AXE} is made by the build of the page")
    with visiting(browser, base) as visit:
        recorded(stack, stack.addresses[2], visit.go("#/workshop"), stack.serials[2])
    places = {
        "#/workshop": "h3",
        f"#/workshop/screen?app=sample&recording={NAME}&screen=profile": ".selectors li",
        f"#/workshop/versions?old={NAME}&new={NAME}": "tbody tr",
    }
    with visiting(browser, base, language=language, dark=dark) as visit:
        for place, sign in places.items():
            page = visit.go(place)
            expect(page.locator(sign).first).to_be_visible()
            for details in page.locator("main details").all():
                details.locator("summary").first.click()
            if page.locator(".views button").count():
                page.locator(".views button").nth(2).click()
                expect(page.locator(".rules li").first).to_be_visible()
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run().then(({violations}) => violations)")
            told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
            assert told == [], place
