"""What comes between an app and its driver: popups, refusals, crashes, stops."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import count, permutations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import ProfilePage, Relation
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.errors import (
    ActionBlocked,
    AppCrashed,
    AutomationDown,
    Challenge,
    ElementMissing,
    Interrupted,
    PhonefleetError,
    UnsupportedApp,
)
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.sample import SampleApp
from virtual_phones.world import World

POPUPS = [Fault.POPUP_UPDATE, Fault.POPUP_RATING, Fault.ANR]


def assert_witnessed(error: PhonefleetError) -> None:
    assert error.evidence is not None
    assert (error.evidence.screenshot or b"").startswith(b"\x89PNG")
    assert "<hierarchy" in (error.evidence.hierarchy or "")


@pytest.mark.parametrize("popup", POPUPS)
@pytest.mark.parametrize("access", ["open_direct", "open_search"])
def test_a_popup_on_every_screen_does_not_keep_a_follow_from_happening_once(
    page: ProfilePage, faults: Faults, world: World, popup: Fault, access: str
) -> None:
    faults.order(Strike(popup), times=20)
    getattr(page, access)("person_0001")
    page.follow()
    assert page.relation() is Relation.FOLLOWING
    page.unfollow()
    assert page.relation() is Relation.NONE
    assert [len(world.dump()["follows"]), len(world.dump()["unfollows"])] == [1, 1]


@pytest.mark.parametrize("popups", list(permutations(POPUPS)), ids="-".join)
def test_popups_over_each_other_are_dismissed_from_the_top(
    driver: AppDriver, phone: DirectPhone, app: SampleApp, faults: Faults, popups: tuple[Fault, ...]
) -> None:
    for popup in popups:
        faults.order(Strike(popup))
        phone.launch(app.package)
    driver.look()
    assert driver.wait_for("feed")[0] == "feed"
    assert app.running, "no popup was answered by a tap that was meant for another one"


def test_popups_without_end_are_given_up(driver: AppDriver, phone: DirectPhone, faults: Faults) -> None:
    phone.launch("com.phonefleet.sample")
    faults.order(Strike(Fault.POPUP_RATING), times=8)
    for _ in range(8):
        phone.open_link("sample://user/person_0001", "com.phonefleet.sample")
    with pytest.raises(ElementMissing, match="popups keep coming") as caught:
        driver.look()
    assert_witnessed(caught.value)


def test_a_challenge_is_left_to_a_person(page: ProfilePage, faults: Faults, app: SampleApp) -> None:
    faults.order(Strike(Fault.CHALLENGE))
    with pytest.raises(Challenge, match="release the account") as caught:
        page.open_direct("person_0001")
    assert_witnessed(caught.value)
    app.stop()
    with pytest.raises(Challenge):
        page.open_direct("person_0001")


def test_a_blocked_action_is_reported_and_its_dialog_closed(page: ProfilePage, faults: Faults, world: World) -> None:
    page.open_direct("person_0001")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    page.follow()
    with pytest.raises(ActionBlocked, match="blocked this action") as caught:
        page.relation()
    assert_witnessed(caught.value)
    assert page.relation() is Relation.NONE
    assert world.dump()["follows"] == []


def test_an_unfollow_can_be_blocked_too(page: ProfilePage, faults: Faults, world: World) -> None:
    world.follow("shop_001", "person_0001")
    page.open_direct("person_0001")
    faults.order(Strike(Fault.ACTION_BLOCKED))
    page.unfollow()
    with pytest.raises(ActionBlocked):
        page.relation()
    assert page.relation() is Relation.FOLLOWING


def test_a_crash_right_after_the_tap_leaves_a_follow_that_another_look_finds(
    page: ProfilePage, faults: Faults, world: World
) -> None:
    page.open_direct("person_0001")
    faults.order(Strike(Fault.CRASH))
    page.follow()
    with pytest.raises(AppCrashed, match="launcher") as caught:
        page.relation()
    assert_witnessed(caught.value)
    page.open_direct("person_0001")
    assert page.relation() is Relation.FOLLOWING
    assert len(world.dump()["follows"]) == 1


def test_an_app_that_crashes_while_opening_has_crashed(page: ProfilePage, faults: Faults) -> None:
    faults.order(Strike(Fault.CRASH))
    with pytest.raises(AppCrashed):
        page.open_direct("person_0001")


def test_closing_an_app_that_does_not_respond_is_never_chosen(
    driver: AppDriver, faults: Faults, app: SampleApp
) -> None:
    faults.order(Strike(Fault.ANR))
    driver.ensure_started()
    assert app.running


def test_a_wait_ends_with_what_the_phone_showed(driver: AppDriver, clock: Clock) -> None:
    driver.ensure_started()
    began = clock.monotonic()
    with pytest.raises(ElementMissing, match="does not show unfollow_confirm or loading") as caught:
        driver.wait_for("unfollow_confirm", "loading", timeout=timedelta(seconds=3))
    assert_witnessed(caught.value)
    assert clock.monotonic() - began >= 3


def test_a_stop_ends_a_wait(driver: AppDriver, stop: StopSignal) -> None:
    driver.ensure_started()
    stop.set("stopped")
    with pytest.raises(Interrupted, match="stopped"):
        driver.wait_for("unfollow_confirm")


def test_a_stop_that_comes_while_a_page_is_awaited_ends_the_wait(driver: AppDriver, stop: StopSignal) -> None:
    driver.ensure_started()
    driver.clock = SystemClock()
    looks, waiting, ended = count(1), threading.Event(), list[str]()

    def check(_: Screen) -> None:
        if next(looks) > 2:
            waiting.set()

    def wait() -> None:
        try:
            driver.wait_until(check, "nothing comes", timedelta(hours=1))
        except Interrupted as interrupted:
            ended.append(str(interrupted))

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(60)
    stop.set("stopped")
    thread.join(60)
    assert ended == ["stopped"]


def test_nothing_is_touched_after_a_stop(page: ProfilePage, stop: StopSignal, world: World) -> None:
    page.open_direct("person_0001")
    stop.set("stopped")
    with pytest.raises(Interrupted):
        page.follow()
    assert world.dump()["follows"] == []


def test_a_selector_or_link_that_the_profile_lacks_is_named(driver: AppDriver) -> None:
    with pytest.raises(UnsupportedApp, match="does not know the selector 'crystal_ball'"):
        driver.wait_for("crystal_ball")
    with pytest.raises(UnsupportedApp, match="no link of the kind 'crystal'"):
        driver.open_link("crystal", id="1")


def test_another_app_in_front_is_noticed_and_ours_is_brought_back(driver: AppDriver, phone: DirectPhone) -> None:
    driver.ensure_started()
    phone.press("home")
    with pytest.raises(AppCrashed, match=r"com\.android\.launcher3"):
        driver.look()
    driver.ensure_started()
    driver.wait_for("feed")


@pytest.mark.parametrize("xml", ["", "<hierarchy", "<hierarchy><node bounds='nowhere'/></hierarchy>"])
def test_an_unreadable_hierarchy_is_the_phones_fault(
    driver: AppDriver, phone: DirectPhone, monkeypatch: pytest.MonkeyPatch, xml: str
) -> None:
    monkeypatch.setattr(phone, "hierarchy", lambda: xml)
    with pytest.raises(AutomationDown, match="unreadable"):
        driver.look()
