"""Steps go on after broken calls, and end with the last error when nothing helps."""

from __future__ import annotations

import pytest

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.steps import BROKEN, advance, open_tab, persistent
from phonefleet.errors import AppCrashed, DeviceFrozen, ElementMissing, LinkLost, PhonefleetError
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
