"""Takes what a person does to a phone through a program, such as the browser, among what fingers do.

The phone's kernel does not see it, so it is written here as lines of a touch screen of its own, in the form of
`getevent` that `touches` reads. Texts are not among it: what was typed into a field is told by the screen after it.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import suppress

from phonefleet.clock import Clock
from phonefleet.device.entered import Entered, Pressed, Touched
from phonefleet.device.hand import Spot
from phonefleet.recording.watching import Fingers

_DEVICE = "/by-hand/0"
_MOST = 9999
_AXES = "\n".join(
    f"    {axis}  : value 0, min 0, max {_MOST}, fuzz 0, flat 0, resolution 0"
    for axis in ("ABS_MT_POSITION_X", "ABS_MT_POSITION_Y")
)
_KEYS = {"back": "KEY_BACK", "home": "KEY_HOMEPAGE", "recents": "KEY_APPSELECT", "enter": "KEY_ENTER"}


class ByHandToo:
    """The kernel's events and those of a person elsewhere. `rotation` tells in quarter turns how the phone is held."""

    def __init__(self, kernel: Fingers, clock: Clock, rotation: Callable[[], int]) -> None:
        self._kernel, self._clock, self._rotation = kernel, clock, rotation
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        own = f'add device 99: {_DEVICE}\n  name:     "by hand"\n  events:\n    ABS (0003):\n{_AXES}\n'
        self.listing = f"{kernel.listing}\n{own}"

    def taken(self) -> list[str]:
        """Return the lines since the last call."""
        lines = list(self._kernel.taken())
        with suppress(queue.Empty):
            while True:
                lines.append(self._lines.get_nowait())
        return lines

    def enter(self, entered: Entered) -> None:
        """Note what a person has done; may be called from any thread."""
        now = self._clock.monotonic()
        for line in self._pressed(entered, now) if isinstance(entered, Pressed) else self._touched(entered, now):
            self._lines.put(line)

    def _pressed(self, pressed: Pressed, now: float) -> list[str]:
        code = _KEYS.get(pressed.key)
        return [] if code is None else [_line(now, "EV_KEY", code, "DOWN"), _line(now, "EV_KEY", code, "UP")]

    def _touched(self, touched: Touched, now: float) -> list[str]:
        began = now - touched.seconds
        return [
            _line(began, "EV_ABS", "ABS_MT_TRACKING_ID", "00000001"),
            *self._at(touched.start, began),
            *self._at(touched.end, now),
            _line(now, "EV_ABS", "ABS_MT_TRACKING_ID", "ffffffff"),
            _line(now, "EV_SYN", "SYN_REPORT", "00000000"),
        ]

    def _at(self, spot: Spot, time: float) -> list[str]:
        """Return where a finger is; touch screens do not turn with the display."""
        x, y = spot.x, spot.y
        across, down = ((x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x))[self._rotation() % 4]
        places = (("ABS_MT_POSITION_X", across), ("ABS_MT_POSITION_Y", down))
        axes = [_line(time, "EV_ABS", axis, f"{min(_MOST, int(place * (_MOST + 1))):08x}") for axis, place in places]
        return [*axes, _line(time, "EV_SYN", "SYN_REPORT", "00000000")]


def _line(time: float, kind: str, code: str, value: str) -> str:
    return f"[{time:15.6f}] {_DEVICE}: {kind:<12} {code:<20} {value}"
