"""Steps go on after broken calls, and end with the last error when nothing helps."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.steps import BROKEN, advance, open_tab, persistent
from phonefleet.clock import Clock, StopSignal
from phonefleet.errors import AppCrashed, DeviceFrozen, ElementMissing, LinkLost, PhonefleetError
from phonefleet.geometry import Point
from virtual_phones.direct import DirectPhone


@pytest.mark.parametrize("breakage", BROKEN)
def test_a_broken_call_is_followed_by_another_look(breakage: type[PhonefleetError]) -> None:
    tries: list[int] = []

    @persistent
    def step() -> str:
        tries.append(1)
        if len(tries) < 4:
            raise breakage
        return "there"

    assert (step(), len(tries)) == ("there", 4)


def test_in_the_end_the_error_is_the_callers() -> None:
    tries: list[int] = []

    @persistent
    def step() -> None:
        tries.append(1)
        raise LinkLost

    with pytest.raises(LinkLost):
        step()
    assert len(tries) == 8


@pytest.mark.parametrize("error", [AppCrashed, DeviceFrozen, ElementMissing])
def test_what_the_screen_says_is_not_asked_again(error: type[PhonefleetError]) -> None:
    tries: list[int] = []

    @persistent
    def step() -> None:
        tries.append(1)
        raise error

    with pytest.raises(error):
        step()
    assert len(tries) == 1


def test_what_shows_already_is_not_tapped_again(driver: AppDriver, phone: DirectPhone) -> None:
    open_tab(driver, "search_tab", "sounds_button")
    assert advance(driver, "sounds_button", "sound_field") == "sound_field"
    before = phone.hierarchy()
    assert advance(driver, "sounds_button", "sound_field") == "sound_field"
    assert phone.hierarchy().count("<node") >= before.count("<node")


class SlowPhone(DirectPhone):
    """A phone whose touches take effect at once and show a second later; the first reply to one is lost."""

    def __init__(self, phone: DirectPhone, clock: Clock) -> None:
        super().__init__(phone.virtual)
        self.clock = clock
        self.lost: list[PhonefleetError] = []
        """What comes instead of the replies to the next touches, which happen."""
        self.tells: list[Callable[[], None]] = []
        """Who hears of each touch."""
        self.touches: list[Point] = []
        self._before, self._until = "", 0.0

    def hierarchy(self) -> str:
        return self._before if self.clock.monotonic() < self._until else super().hierarchy()

    def tap(self, point: Point) -> None:
        self._before, self._until = super().hierarchy(), self.clock.monotonic() + 1
        self.touches.append(point)
        super().tap(point)
        for tell in self.tells:
            tell()
        if self.lost:
            raise self.lost.pop()


@pytest.fixture
def slow(phone: DirectPhone, clock: Clock) -> SlowPhone:
    return SlowPhone(phone, clock)


def driven(slow: SlowPhone, stop: StopSignal) -> AppDriver:
    profile = load_profile("sample").for_version(slow.app_version("com.phonefleet.sample"))
    return AppDriver(slow, profile, slow.clock, stop, random.Random(1))


def test_a_touch_that_nobody_heard_of_is_not_repeated_on_what_rises_over_it(slow: SlowPhone, stop: StopSignal) -> None:
    driver = driven(slow, stop)
    open_tab(driver, "search_tab", "sounds_button")
    slow.touches.clear()
    slow.lost.append(LinkLost())
    assert advance(driver, "sounds_button", "sound_field") == "sound_field"
    assert len(slow.touches) == 1


def test_a_stop_meanwhile_does_not_hide_that_nobody_heard_of_a_touch(slow: SlowPhone, stop: StopSignal) -> None:
    driver = driven(slow, stop)
    driver.ensure_started()
    slow.lost.append(DeviceFrozen())
    slow.tells.append(lambda: stop.set("enough"))
    with pytest.raises(DeviceFrozen):
        driver.touch(Point(1, 1))
