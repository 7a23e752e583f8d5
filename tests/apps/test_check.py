"""`phonefleet profile check` tells which selectors still find something."""

from __future__ import annotations

from phonefleet.apps import AppProfile, load_profile
from phonefleet.apps.check import MET, check_here, check_phone, check_screens
from phonefleet.apps.driver import AppDriver
from phonefleet.clock import Clock
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.world import World

SAMPLE = load_profile("sample")


def test_the_sample_profile_resolves_completely_by_first_alternatives(phone: DirectPhone, clock: Clock) -> None:
    results = check_phone(phone, SAMPLE, "example_user", clock=clock).resolutions
    assert [each for each in results if each.expected and not each.resolved] == []
    assert {each.alternative for each in results if each.expected} == {0}
    assert {each.selector for each in results if each.resolved} >= MET


def test_the_check_changes_nothing_in_the_world(phone: DirectPhone, clock: Clock, world: World) -> None:
    before = world.dump()
    check_phone(phone, SAMPLE, "person_0001", clock=clock)
    assert world.dump() == before


def test_the_check_goes_on_past_popups_and_crashes(phone: DirectPhone, clock: Clock, faults: Faults) -> None:
    for fault in (Fault.POPUP_RATING, Fault.ANR, Fault.POPUP_UPDATE, Fault.CRASH, Fault.POPUP_RATING):
        faults.order(Strike(fault))
    results = check_phone(phone, SAMPLE, "example_user", clock=clock).resolutions
    assert {each.selector for each in results if each.resolved} > {"follow_button", "search_field", "feed"}


def test_a_selector_that_no_longer_fits_is_named(phone: DirectPhone, clock: Clock) -> None:
    version = phone.app_version(SAMPLE.package)
    rules = SAMPLE.rules.model_dump(by_alias=True, exclude_unset=True)
    for each in rules["versions"]:
        each["selectors"]["follow_button"] = [{"id": "renamed_since"}]
    changed = AppProfile(type(SAMPLE.rules).model_validate(rules))
    results = check_phone(phone, changed, "example_user", clock=clock).resolutions
    assert [each.selector for each in results if each.expected and not each.resolved] == ["follow_button"]
    assert version in {"1.4.2", "2.0.1", "3.2.0"}


def test_the_screen_that_shows_now_is_checked_without_a_touch(driver: AppDriver, phone: DirectPhone) -> None:
    driver.open_link("user", username="example_user")
    found = {each.selector: each for each in check_here(phone, SAMPLE).resolutions}
    assert found["follow_button"].screen == "the present screen"
    assert not found["feed"].resolved


def test_screens_that_were_kept_can_be_checked_without_a_phone(driver: AppDriver) -> None:
    driver.open_link("user", username="example_user")
    screen = driver.look()
    found = {each.selector: each for each in check_screens(driver.profile, {"profile": screen})}
    assert found["follow_button"].screen == "profile"
    assert not found["feed"].resolved
