"""`getevent`: what a hand does shows in the kernel's events, what a program injects does not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress

import pytest

from phonefleet.geometry import Point
from virtual_phones.input import hand
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.channels import Streams, nothing
from virtual_phones.shell.session import Session

Shell = Callable[..., tuple[str, int]]
LINE = re.compile(r"\[ *\d+\.\d{6}\] /dev/input/event\d: EV_\w+ +\w+ +\w+ *")


def followed(phone: VirtualPhone, act: Callable[[], None], line: str = "getevent -lt") -> list[str]:
    """Return what a command writes that is begun before somebody acts."""
    output = bytearray()

    async def collect(data: bytes) -> None:
        output.extend(data)

    async def run() -> None:
        following = asyncio.create_task(Session(phone).run(line, Streams(nothing, collect, collect)))
        for _ in range(20):
            await asyncio.sleep(0)
        act()
        for _ in range(20):
            await asyncio.sleep(0)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    asyncio.run(run())
    return output.decode().splitlines()


def test_the_devices_are_listed_with_the_ranges_of_their_axes(shell: Shell) -> None:
    listing, code = shell("getevent -lp")
    assert code == 0
    assert re.search(r"add device 2: /dev/input/event2\n  name:     \"virtual_touchscreen\"", listing)
    assert re.search(r"ABS_MT_POSITION_Y +: value 0, min 0, max 4095, fuzz 0, flat 0, resolution 0", listing)
    assert "INPUT_PROP_DIRECT" in listing


def test_a_hand_is_followed_line_by_line(phone: VirtualPhone) -> None:
    heading, *lines = followed(phone, lambda: hand.tap(phone, Point(540, 1200)))[2:]
    assert heading == "add device 2: /dev/input/event2"
    events = [line for line in lines if line.startswith("[")]
    assert all(LINE.fullmatch(event) for event in events)
    assert [event.split()[-2:] for event in events] == [
        ["ABS_MT_TRACKING_ID", "00000001"], ["ABS_MT_POSITION_X", "00000800"], ["ABS_MT_POSITION_Y", "00000800"],
        ["BTN_TOUCH", "DOWN"], ["SYN_REPORT", "00000000"], ["ABS_MT_TRACKING_ID", "ffffffff"], ["BTN_TOUCH", "UP"],
        ["SYN_REPORT", "00000000"],
    ]  # fmt: skip


def test_a_position_that_has_not_changed_is_left_out(phone: VirtualPhone) -> None:
    hand.tap(phone, Point(540, 1200))
    again = followed(phone, lambda: hand.tap(phone, Point(540, 1600)))
    assert [line.split()[-2] for line in again if "POSITION" in line] == ["ABS_MT_POSITION_Y"]


def test_keys_of_the_body_are_events_of_another_device(phone: VirtualPhone) -> None:
    lines = followed(phone, lambda: hand.press(phone, "back"), "getevent -l /dev/input/event1")
    assert [line.split() for line in lines if "KEY_BACK" in line] == [
        ["EV_KEY", "KEY_BACK", "DOWN"],
        ["EV_KEY", "KEY_BACK", "UP"],
    ]


def test_what_a_program_injects_is_no_event_of_the_kernel(shell: Shell, phone: VirtualPhone) -> None:
    shell("input tap 540 1200; input keyevent BACK; input swipe 540 1600 540 600")
    assert phone.kernel.count == 0


def test_without_names_events_are_numbers_and_a_count_ends_it(phone: VirtualPhone) -> None:
    lines = followed(phone, lambda: hand.tap(phone, Point(540, 1200)), "getevent -q -c 2")
    assert lines == ["/dev/input/event2: 0003 0039 00000001", "/dev/input/event2: 0003 0035 00000800"]


@pytest.mark.parametrize("line", ["getevent /dev/input/event9", "getevent -h"])
def test_what_getevent_cannot_do_it_says(shell: Shell, line: str) -> None:
    said, code = shell(line)
    assert code == 1
    assert said
