"""Two apps share the display: what belongs to the other one is neither a keyboard nor a part of ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.recognition import may_be_a_stop
from phonefleet.apps.screens.screen import Screen
from tests.screens import system, tiktok
from tests.screens.building import HEIGHT, WIDTH, Box, Window, dump, moved, text, window
from tests.screens.still import Still, looking_at, rules
from tests.screens.tiktok import OWNER

APP = tiktok.App("47.0.3", "en")
PROFILE = rules("tiktok", "47.0.3", "en")
MIDDLE = HEIGHT // 2
UPPER: Box = (0, 0, WIDTH, MIDDLE - 10)
LOWER: Box = (0, MIDDLE + 10, WIDTH, HEIGHT)


def in_part(shown: Window, part: Box) -> Window:
    """Return a window that has only a part of the display."""
    return moved(replace(shown, root=replace(shown.root, box=UPPER)), part[0], part[1])


def beside(shown: Window, part: Box, package: str = "com.android.chrome") -> str:
    """Return a dump of our app in one part, and another in the other one."""
    other = UPPER if part == LOWER else LOWER
    page = window(package, text((40, other[1] + 200, 900, other[1] + 260), "News"), box=other)
    return dump(in_part(shown, part), page, system.status_bar(), system.navigation())


@pytest.mark.parametrize("part", [UPPER, LOWER])
def test_another_app_in_the_other_half_is_no_keyboard_and_back_leaves_the_screen_at_once(part: Box) -> None:
    phone = Still(beside(APP.profile("none", cards=False), part), PROFILE.package)
    looking_at(PROFILE, phone).leave()
    assert phone.keys == ["back"]


@pytest.mark.parametrize("part", [UPPER, LOWER])
def test_the_owners_button_is_touched_in_either_half(part: Box) -> None:
    phone = Still(beside(APP.profile("none", cards=False), part), PROFILE.package)
    page = ProfilePage(looking_at(PROFILE, phone))
    page.open_direct(OWNER)
    page.follow()
    left, top, right, bottom = tiktok.FOLLOW_BOX
    assert phone.touched_only((left, top + part[1], right, bottom + part[1]))


@pytest.mark.parametrize("part", [UPPER, LOWER])
def test_a_screen_of_the_app_that_nobody_knows_may_be_a_stop_in_either_half(part: Box) -> None:
    assert may_be_a_stop(PROFILE, Screen.parse(beside(APP.unheard_of(), part), PROFILE.package))


def test_an_app_that_shrinks_above_its_keyboard_has_one() -> None:
    xml = beside(APP.profile("none", cards=False), UPPER, "com.samsung.android.honeyboard")
    assert Screen.parse(xml, PROFILE.package).keyboard_is_open
