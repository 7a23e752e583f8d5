"""A full screen of the app that its profile does not know, and that stays, stops the account and calls a person."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.check import check_phone
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages import AccountSwitcher, ProfilePage
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import Challenge, ElementMissing, NeedsPerson, UnknownScreen
from phonefleet.geometry import Point
from tests.apps.made_up import BARS, PACKAGE, dump, node
from virtual_phones.direct import DirectPhone
from virtual_phones.sample import SampleApp

FRENCH = dump(*BARS, node(inner=node("Votre compte est suspendu", "[60,400][1020,520]", clickable="true")))
LOADING = dump(*BARS, node(inner=node("", "[500,900][580,980]", **{"class": "android.widget.ProgressBar"})))


class Strange(DirectPhone):
    """A phone that shows some other dumps before its own; it keeps what was touched."""

    def __init__(self, phone: DirectPhone) -> None:
        super().__init__(phone.virtual)
        self.before: Iterator[str] = iter(())
        self.touched: list[Point] = []

    def hierarchy(self) -> str:
        return next(self.before, None) or super().hierarchy()

    def tap(self, point: Point) -> None:
        self.touched.append(point)
        super().tap(point)


@pytest.fixture
def strange(phone: DirectPhone) -> Strange:
    """The phone, with the app in front."""
    phone.launch(PACKAGE)
    return Strange(phone)


@pytest.fixture
def driver(strange: Strange, clock: Clock, stop: StopSignal) -> AppDriver:
    driven: Phone = strange
    profile = load_profile("sample").for_version(driven.app_version(PACKAGE))
    return AppDriver(driven, profile, clock, stop, random.Random(1))


def assert_stopped(error: UnknownScreen, words: str) -> None:
    assert isinstance(error, Challenge), "whoever knows a challenge knows it: the account is held"
    assert isinstance(error, NeedsPerson), "it is not tried again"
    assert repr(words)[1:-1] in error.message
    assert "then release the account" in error.message
    assert error.evidence is not None
    assert (error.evidence.screenshot or b"").startswith(b"\x89PNG")
    assert words in (error.evidence.hierarchy or "")


@pytest.mark.parametrize("step", ["profile", "search", "switcher"])
def test_an_app_that_shows_something_unknown_instead_of_a_page_stops_the_account(
    driver: AppDriver, strange: Strange, app: SampleApp, step: str
) -> None:
    app.clear()
    steps = {
        "profile": lambda: ProfilePage(driver).open_direct("person_0001"),
        "search": lambda: ProfilePage(driver).open_search("person_0001"),
        "switcher": lambda: AccountSwitcher(driver).open(),
    }
    with pytest.raises(UnknownScreen) as caught:
        steps[step]()
    assert_stopped(caught.value, "Continue as shop_001")
    assert strange.touched == []


def test_an_unknown_screen_in_any_language_is_a_stop(driver: AppDriver, strange: Strange) -> None:
    strange.before = iter([FRENCH] * 1000)
    with pytest.raises(UnknownScreen) as caught:
        driver.wait_for("feed")
    assert_stopped(caught.value, "Votre compte est suspendu")


def test_an_unknown_screen_that_passes_is_waited_for(driver: AppDriver, strange: Strange) -> None:
    strange.before = iter([FRENCH] * 6)
    assert driver.wait_for("feed")[0] == "feed"


def test_one_that_has_just_come_is_looked_at_several_times_even_when_time_is_up(
    driver: AppDriver, strange: Strange, clock: Clock
) -> None:
    strange.before = iter([FRENCH] * 2)
    assert driver.wait_for("feed", timeout=timedelta(0))[0] == "feed"
    strange.before, began = iter([FRENCH] * 1000), clock.monotonic()
    with pytest.raises(UnknownScreen):
        driver.wait_for("feed", timeout=timedelta(0))
    assert clock.monotonic() - began >= 4


def test_an_unknown_screen_between_known_ones_is_no_stop(driver: AppDriver, strange: Strange) -> None:
    known = strange.hierarchy()
    strange.before = iter([FRENCH, known, FRENCH, FRENCH, known] * 100)
    with pytest.raises(ElementMissing):
        driver.wait_for("switcher")


@pytest.mark.parametrize("shown", [LOADING, dump(*BARS, node())], ids=["spinner", "nothing"])
def test_what_only_loads_is_not_taken_for_a_stop(driver: AppDriver, strange: Strange, shown: str) -> None:
    strange.before = iter([shown] * 1000)
    with pytest.raises(ElementMissing):
        driver.wait_for("feed")


def test_a_check_of_the_profile_goes_on_where_the_app_shows_something_unknown(
    strange: Strange, app: SampleApp, clock: Clock
) -> None:
    """Whoever checks a profile looks for what it does not know."""
    app.clear()
    found = check_phone(strange, load_profile("sample"), clock=clock)
    assert [each.selector for each in found.resolutions if each.resolved] == []
    assert len(found.resolutions) > 50
