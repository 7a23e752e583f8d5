"""What a person's fingers do is read from the lines that `getevent` writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.geometry import Point, Rect
from phonefleet.recording.touches import EventReader, KeyStroke, Stroke, gesture_key, touchscreens

UPRIGHT, TURNED = Rect(0, 0, 1080, 2400), Rect(0, 0, 2400, 1080)

LISTING = """add device 1: /dev/input/event4
  name:     "sec_touchproximity"
  events:
    ABS (0003): ABS_X                 : value 0, min 0, max 1, fuzz 0, flat 0, resolution 0
  input props:
    <none>
add device 2: /dev/input/event3
  name:     "sec_touchscreen"
  events:
    KEY (0001): KEY_HOMEPAGE          BTN_TOOL_FINGER       BTN_TOUCH
    ABS (0003): ABS_X                 : value 0, min 0, max 4095, fuzz 0, flat 0, resolution 0
                ABS_MT_SLOT           : value 0, min 0, max 9, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_X     : value 2048, min 0, max 4095, fuzz 0, flat 0, resolution 0
                ABS_MT_POSITION_Y     : value 9, min 0, max 4095, fuzz 0, flat 0, resolution 0
                ABS_MT_TRACKING_ID    : value 0, min 0, max 65535, fuzz 0, flat 0, resolution 0
  input props:
    INPUT_PROP_DIRECT
"""


def lines(*events: str) -> list[str]:
    """Return lines of `getevent -lt` for events such as "EV_ABS ABS_MT_POSITION_X 00000800", 10 ms apart."""
    return [
        f"[{12345 + number / 100:>15.6f}] /dev/input/event3: {each.split()[0]:<12} {each.split()[1]:<20} "
        f"{each.split()[2]:<20}\r"
        for number, each in enumerate(events)
    ]


def read(*events: str) -> list[Stroke | KeyStroke]:
    reader = EventReader(touchscreens(LISTING))
    return [found for line in lines(*events) if (found := reader.read(line)) is not None]


DOWN = ("EV_ABS ABS_MT_TRACKING_ID 0000012a", "EV_KEY BTN_TOUCH DOWN", "EV_KEY BTN_TOOL_FINGER DOWN")
UP = ("EV_ABS ABS_MT_TRACKING_ID ffffffff", "EV_KEY BTN_TOUCH UP", "EV_SYN SYN_REPORT 00000000")
SYN = "EV_SYN SYN_REPORT 00000000"


def at(x: str, y: str) -> tuple[str, str]:
    return f"EV_ABS ABS_MT_POSITION_X 0000{x}", f"EV_ABS ABS_MT_POSITION_Y 0000{y}"


def test_only_touch_screens_count_each_with_its_own_ranges() -> None:
    assert list(touchscreens(LISTING)) == ["/dev/input/event3"]


def test_a_tap_is_told_in_pixels_of_the_display() -> None:
    [stroke] = read(*DOWN, *at("0800", "0400"), SYN, *UP)
    assert isinstance(stroke, Stroke)
    assert stroke.points(UPRIGHT, 0) == (Point(540, 600), Point(540, 600))


def test_a_finger_that_moved_is_told_from_its_first_place_to_its_last() -> None:
    [stroke] = read(*DOWN, *at("0800", "0c00"), SYN, *at("0800", "0800"), SYN, *at("0810", "0400"), SYN, *UP)
    assert isinstance(stroke, Stroke)
    start, end = stroke.points(UPRIGHT, 0)
    assert (start.y, end.y) == (1800, 600)


def test_the_kernel_leaves_out_what_has_not_changed_since_the_last_touch() -> None:
    first, second = read(*DOWN, *at("0800", "0400"), SYN, *UP, *DOWN, at("0800", "0800")[1], SYN, *UP)
    assert isinstance(first, Stroke)
    assert isinstance(second, Stroke)
    assert second.points(UPRIGHT, 0)[0] == Point(540, 1200)


def test_of_two_fingers_the_first_one_counts() -> None:
    other = ("EV_ABS ABS_MT_SLOT 00000001", *DOWN[:1], *at("0010", "0010"), SYN)
    [stroke] = read(
        *DOWN, *at("0800", "0400"), SYN, *other, "EV_ABS ABS_MT_TRACKING_ID ffffffff", SYN,
        "EV_ABS ABS_MT_SLOT 00000000", *UP,
    )  # fmt: skip
    assert isinstance(stroke, Stroke)
    assert stroke.points(UPRIGHT, 0)[0] == Point(540, 600)


def test_keys_beside_the_screen_are_told_once() -> None:
    assert read("EV_KEY KEY_BACK DOWN", SYN, "EV_KEY KEY_BACK UP", SYN) == [KeyStroke("back")]


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [(0, Point(270, 600)), (1, Point(600, 810)), (2, Point(809, 1799)), (3, Point(1799, 270))],
)
def test_a_touch_screen_does_not_turn_with_the_display(rotation: int, expected: Point) -> None:
    [stroke] = read(*DOWN, *at("0400", "0400"), SYN, *UP)
    assert isinstance(stroke, Stroke)
    found = stroke.points(TURNED if rotation % 2 else UPRIGHT, rotation)[0]
    assert abs(found.x - expected.x) <= 1
    assert abs(found.y - expected.y) <= 1


def test_strokes_from_the_edges_are_gestures_of_the_system() -> None:
    assert gesture_key(Point(5, 1000), Point(400, 1010), UPRIGHT) == "back"
    assert gesture_key(Point(1078, 1000), Point(700, 1010), UPRIGHT) == "back"
    assert gesture_key(Point(540, 2398), Point(540, 1500), UPRIGHT) == "home"
    assert gesture_key(Point(540, 1800), Point(540, 600), UPRIGHT) is None


@given(st.lists(st.text(max_size=60), max_size=20))
def test_whatever_a_shell_writes_is_read_without_complaint(said: list[str]) -> None:
    reader = EventReader(touchscreens("\n".join(said)))
    assert [reader.read(line) for line in said if "EV_" not in line] == [None for line in said if "EV_" not in line]
