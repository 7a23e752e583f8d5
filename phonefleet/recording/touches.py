"""Reads what a person's fingers do, from the input events of the phone's kernel as `getevent` writes them.

Its format is that of AOSP's `system/core/toolbox/getevent.c`: `getevent -lp` lists devices with the ranges of their
axes, `getevent -lt` writes a line for each event. The meaning of multi-touch events is that of the kernel's
`Documentation/input/multi-touch-protocol.rst`: a contact keeps its last position, so values that did not change are not
written. What programs inject (`input tap`, uiautomator) goes past the kernel and is not among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from phonefleet.geometry import Point, Rect

_DEVICE = re.compile(r"add device \d+: (\S+)")
_AXIS = re.compile(r"(ABS_MT_POSITION_[XY])\s*: value -?\d+, min (-?\d+), max (-?\d+)")
_EVENT = re.compile(r"\[\s*([\d.]+)\]\s+(\S+):\s+(EV_\w+)\s+(\w+)\s+(\w+)")
_KEYS = {
    "KEY_BACK": "back", "KEY_HOMEPAGE": "home", "KEY_HOME": "home", "KEY_APPSELECT": "recent", "KEY_ENTER": "enter",
}  # fmt: skip
_LIFTED = "ffffffff"
"""The tracking id of a contact that has gone."""

_EDGE = 0.03
"""How near to an edge, as a part of the display, a finger starts the system's back and home gestures."""
_FAR = 0.1
"""How far it goes then at least."""


@dataclass(frozen=True, slots=True)
class Touchscreen:
    """The ranges of a touch screen's axes, in its own units, ends included; as the phone is held naturally."""

    left: int
    right: int
    top: int
    bottom: int

    def point(self, x: int, y: int, display: Rect, rotation: int) -> Point:
        """Return where on the display a position is; `rotation` is in quarter turns to the left."""
        across = _share(x, self.left, self.right)
        down = _share(y, self.top, self.bottom)
        turned = ((across, down), (down, 1 - across), (1 - across, 1 - down), (1 - down, across))[rotation % 4]
        return Point(_pixel(turned[0], display.width), _pixel(turned[1], display.height))


@dataclass(frozen=True, slots=True)
class Stroke:
    """A finger that went down and up: where, in units of its touch screen, and when, in seconds."""

    screen: Touchscreen
    start: tuple[int, int]
    end: tuple[int, int]
    began: float = 0.0
    ended: float = 0.0

    def points(self, display: Rect, rotation: int) -> tuple[Point, Point]:
        """Return where on the display it began and ended."""
        start, end = (self.screen.point(*place, display, rotation) for place in (self.start, self.end))
        return start, end


@dataclass(frozen=True, slots=True)
class KeyStroke:
    """A key that was pressed."""

    key: str


@dataclass(slots=True)
class _Finger:
    x: int = 0
    y: int = 0
    start: tuple[int, int] | None = None
    is_down: bool = False
    began: float = 0.0


@dataclass(slots=True)
class EventReader:
    """Makes strokes of the lines of `getevent -lt`; of several fingers at once the first one counts."""

    screens: Mapping[str, Touchscreen]
    _fingers: dict[str, _Finger] = field(default_factory=dict[str, "_Finger"])
    _slots: dict[str, int] = field(default_factory=dict[str, int])

    def read(self, line: str) -> Stroke | KeyStroke | None:
        """Return what has ended with this line, if anything has."""
        found = _EVENT.search(line)
        if found is None:
            return None
        time, device, _, code, value = found.groups()
        if code in _KEYS:
            return KeyStroke(_KEYS[code]) if value == "DOWN" else None
        return self._touch(device, code, value, float(time)) if device in self.screens else None

    def _touch(self, device: str, code: str, value: str, time: float) -> Stroke | None:
        finger = self._fingers.setdefault(device, _Finger())
        if code == "ABS_MT_SLOT":
            self._slots[device] = int(value, 16)
        elif self._slots.get(device, 0) == 0:
            self._first_finger(finger, code, value, time)
        return self._ended(device, finger, time) if code == "SYN_REPORT" else None

    def _first_finger(self, finger: _Finger, code: str, value: str, time: float) -> None:
        match code:
            case "ABS_MT_POSITION_X":
                finger.x = int(value, 16)
            case "ABS_MT_POSITION_Y":
                finger.y = int(value, 16)
            case "ABS_MT_TRACKING_ID" | "BTN_TOUCH":
                is_down = value not in (_LIFTED, "UP")
                finger.began = time if is_down and not finger.is_down else finger.began
                finger.is_down = is_down
            case _:
                pass

    def _ended(self, device: str, finger: _Finger, time: float) -> Stroke | None:
        """Take what the events since the last report say together."""
        if finger.is_down:
            finger.start = finger.start or (finger.x, finger.y)
            return None
        start, finger.start = finger.start, None
        return Stroke(self.screens[device], start, (finger.x, finger.y), finger.began, time) if start else None


def touchscreens(listing: str) -> dict[str, Touchscreen]:
    """Return the touch screens of `getevent -lp`, by the path of their devices."""
    return {path: screen for path, axes in _devices(listing) if (screen := _screen(axes)) is not None}


def gesture_key(start: Point, end: Point, display: Rect) -> str | None:
    """Return the key that a stroke stands for where a phone is used by gestures: back from a side, home from below."""
    dx, dy = end.x - start.x, end.y - start.y
    from_a_side = start.x <= display.width * _EDGE or start.x >= display.width * (1 - _EDGE)
    if from_a_side and abs(dx) >= display.width * _FAR and abs(dx) > abs(dy):
        return "back"
    from_below = start.y >= display.height * (1 - _EDGE)
    return "home" if from_below and -dy >= display.height * _FAR else None


def _devices(listing: str) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    for part in re.split(r"(?=add device )", listing):
        if (device := _DEVICE.match(part)) is not None:
            yield device[1], {axis: (int(least), int(most)) for axis, least, most in _AXIS.findall(part)}


def _screen(axes: Mapping[str, tuple[int, int]]) -> Touchscreen | None:
    x, y = axes.get("ABS_MT_POSITION_X"), axes.get("ABS_MT_POSITION_Y")
    return Touchscreen(*x, *y) if x and y and x[1] > x[0] and y[1] > y[0] else None


def _share(value: int, least: int, most: int) -> float:
    return min(1.0, max(0.0, (value - least) / (most - least + 1)))


def _pixel(share: float, size: int) -> int:
    return min(size - 1, int(share * size))
