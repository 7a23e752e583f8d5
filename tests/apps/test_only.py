"""What cannot be taken back is touched only where exactly one element is meant."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import ElementMissing, ScreenUnclear, UnsupportedApp
from virtual_phones.direct import DirectPhone

OWN = "com.phonefleet.sample"
PROFILE = f"""
format: 2
name: own
package: {OWN}
verified: made up
links: {{user: "own://{{username}}"}}
selectors:
  follow_button: [{{id: follow, text: Follow}}, {{class: B, text: Follow}}]
  following_button: [{{id: follow, text: Following}}]
  loose: [{{class: B, text: Follow}}]
versions: [{{range: ">=1"}}]
"""


class Showing(DirectPhone):
    """Shows what the test has made, one dump after the other, the last one for ever."""

    def __init__(self, phone: DirectPhone) -> None:
        super().__init__(phone.virtual)
        self.screens: list[str] = []

    def app_version(self, package: str) -> str:
        del package
        return "1.4.2"

    def hierarchy(self) -> str:
        buttons = self.screens.pop(0) if len(self.screens) > 1 else self.screens[0]
        return f'<hierarchy><node class="F" package="{OWN}" bounds="[0,0][1080,2400]">{buttons}</node></hierarchy>'


def button(text: str, top: int = 100, name: str = "follow") -> str:
    attributes = f'text="{text}" resource-id="{OWN}:id/{name}" class="B" package="{OWN}"'
    return f'<node {attributes} bounds="[0,{top}][500,{top + 90}]"/>'


@pytest.fixture
def showing(phone: DirectPhone) -> Showing:
    return Showing(phone)


@pytest.fixture
def acting(showing: Showing, clock: Clock, stop: StopSignal, tmp_path: Path) -> AppDriver:
    (tmp_path / "own.yaml").write_text(PROFILE, encoding="utf-8")
    driven: Phone = showing  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    return AppDriver(driven, load_profile("own", tmp_path).for_version("1.4.2"), clock, stop, random.Random(1))


def test_the_one_element_that_fits_is_returned_with_its_name(showing: Showing, acting: AppDriver) -> None:
    showing.screens = [button("Following")]
    name, element = acting.only("follow_button", "following_button")
    assert (name, element.bounds.top) == ("following_button", 100)


@pytest.mark.parametrize("second", ["Follow", "Following"])
def test_two_that_fit_or_contradict_each_other_are_told_and_nothing_is_touched(
    showing: Showing, acting: AppDriver, second: str
) -> None:
    showing.screens = [button("Follow") + button(second, 300)]
    with pytest.raises(ScreenUnclear, match=rf"follow_button 'Follow' at .*'{second}' at \[0,300\]") as caught:
        acting.only("follow_button", "following_button")
    assert "<hierarchy" in ((caught.value.evidence and caught.value.evidence.hierarchy) or "")


def test_a_screen_that_changes_may_be_unclear_for_a_moment(showing: Showing, acting: AppDriver) -> None:
    showing.screens = [button("Follow") + button("Following", 300), button("Following", 300)]
    assert acting.only("follow_button", "following_button")[0] == "following_button"


def test_a_word_and_a_class_are_not_enough(showing: Showing, acting: AppDriver) -> None:
    showing.screens = [button("Follow", name="card")]
    with pytest.raises(ElementMissing, match="does not show follow_button"):
        acting.only("follow_button")
    with pytest.raises(UnsupportedApp, match="by words and classes alone"):
        acting.only("loose")


def test_screens_that_are_not_the_right_one_do_not_count(showing: Showing, acting: AppDriver) -> None:
    showing.screens = [button("Follow")]
    with pytest.raises(ElementMissing, match="not the owner's"):
        acting.only("follow_button", where=lambda _: False, complaint="not the owner's")
