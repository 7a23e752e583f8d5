"""A person's hand on a phone, with the phone's automation server and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.hand import Hand, Spot
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import AutomationDown, DeviceOffline
from virtual_phones.phone import VirtualPhone
from virtual_phones.screen.node import Direction

BUTTON = 700
FIELD = 300
"""In the second field: the status bar of some phones lies over the first one."""


@pytest.fixture
def hand(adb_port: int) -> Hand:
    return Hand(adb_port, limit=timedelta(seconds=20))


@pytest.fixture(params=["with the server", "without the server"])
def reached(request: pytest.FixtureRequest, client: FastAdbClient, serial: str) -> Iterator[str]:
    """A phone whose automation server runs, or does not."""
    client.connect(serial)
    if request.param == "with the server":
        session: PhoneSession = request.getfixturevalue("session")
        session.hierarchy()
    yield serial
    client.disconnect(serial)


def at(phone: VirtualPhone, y: int) -> Spot:
    """Return a place so many pixels from the top."""
    return Spot(0.46, (y + 0.5) / phone.height)


def test_a_tap_touches_what_is_there_once(hand: Hand, reached: str, phone: VirtualPhone, taps: list[str]) -> None:
    hand.tap(reached, at(phone, BUTTON))
    assert taps == ["count"]


@pytest.mark.parametrize("rotation", [0, 1, 2, 3])
def test_a_place_is_a_part_of_the_display_as_it_is_held(
    hand: Hand, reached: str, phone: VirtualPhone, taps: list[str], rotation: int
) -> None:
    phone.rotation = rotation
    hand.tap(reached, at(phone, BUTTON))
    hand.tap(reached, Spot(0.46, 0.999))  # below the button, on the side as well
    assert taps == ["count"]


def test_the_last_place_is_still_on_the_display(hand: Hand, reached: str) -> None:
    hand.tap(reached, Spot(1, 1))
    assert Spot(1, 1).on(1080, 2400) == Spot(0.9999, 0.9999).on(1080, 2400)


def test_a_swipe_moves_a_finger(hand: Hand, reached: str, scrolled: list[Direction]) -> None:
    hand.swipe(reached, Spot(0.5, 0.9), Spot(0.5, 0.5), timedelta(milliseconds=300))
    assert len(scrolled) == 1


def test_keys_are_pressed(hand: Hand, reached: str, phone: VirtualPhone) -> None:
    hand.press(reached, "power")
    assert not phone.display_on
    hand.press(reached, "wake")
    assert phone.display_on


@pytest.mark.parametrize(
    "text", ["123456", "two words", "$(reboot); 'a' \"b\" \\ | & > `c` * ~ # !", "-n", "100% sure", "--help"]
)
def test_what_is_typed_comes_as_it_is(
    hand: Hand, reached: str, phone: VirtualPhone, texts: list[str], text: str
) -> None:
    hand.tap(reached, at(phone, FIELD))
    hand.type_text(reached, text)
    assert texts[1] == text


@pytest.mark.parametrize("text", ["Привет", "👍🏽 fine", "a%sb", "two\nlines"])
def test_other_characters_go_through_the_clipboard_and_leave_nothing_there(  # noqa: PLR0913, PLR0917 - fixtures
    hand: Hand, session: PhoneSession, serial: str, phone: VirtualPhone, texts: list[str], text: str
) -> None:
    session.hierarchy()
    hand.tap(serial, at(phone, FIELD))
    hand.type_text(serial, text)
    assert (texts[1], phone.clipboard) == (text, "")


def test_without_the_server_such_a_text_is_refused(
    hand: Hand, client: FastAdbClient, serial: str, texts: list[str]
) -> None:
    client.connect(serial)
    with pytest.raises(AutomationDown, match="does not run"):
        hand.type_text(serial, "Привет")
    assert texts == ["", ""]
    client.disconnect(serial)


def test_a_text_is_typed_where_the_cursor_is(
    hand: Hand, reached: str, phone: VirtualPhone, texts: list[str], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    hand.tap(reached, at(phone, FIELD))
    hand.type_text(reached, "one ")
    hand.type_text(reached, "two")
    eventually(lambda: texts[1] == "one two")


def test_a_phone_that_is_away_says_so(hand: Hand) -> None:
    with pytest.raises(DeviceOffline, match="not connected"):
        hand.tap("127.0.0.1:1", Spot(0, 0))
