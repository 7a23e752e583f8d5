"""The kernel's input events of one phone: what `getevent` lists and follows.

Only what a hand does passes here. Touches that programs inject (`input tap`, the uiautomator server) reach Android
above the kernel, and never show among these events. Devices and events are those of a touch screen of the multi-touch
protocol B (`Documentation/input/multi-touch-protocol.rst`), which leaves out positions that have not changed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonefleet.clock import Clock

KEYS, SCREEN = "/dev/input/event1", "/dev/input/event2"
HIGHEST = 4095
"""The last position of both axes of the touch screen, whose units are not pixels, as on many phones."""

LIFTED = 0xFFFFFFFF
_KEPT = 4000


@dataclass(frozen=True, slots=True)
class KernelEvent:
    """One event; `seconds` are of the phone's uptime, `number` counts all events."""

    number: int
    seconds: float
    device: str
    kind: str
    code: str
    value: int


class KernelInput:
    """The events of one phone, the oldest of which are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.count = 0
        self._events: deque[KernelEvent] = deque(maxlen=_KEPT)
        self._position: tuple[int | None, int | None] = (None, None)
        self._contacts = 0
        self._news: asyncio.Event | None = None

    def stroke(self, positions: Sequence[tuple[int, int]]) -> None:
        """Let a finger go down at the first position, over the others, and up, in units of the touch screen."""
        self._contacts += 1
        for place, position in enumerate(positions):
            down = [("EV_ABS", "ABS_MT_TRACKING_ID", self._contacts)] if not place else []
            touch = [("EV_KEY", "BTN_TOUCH", 1)] if not place else []
            self._report(SCREEN, [*down, *self._moved(position), *touch])
        self._report(SCREEN, [("EV_ABS", "ABS_MT_TRACKING_ID", LIFTED), ("EV_KEY", "BTN_TOUCH", 0)])

    def key(self, code: str) -> None:
        """Let a key such as `KEY_BACK` go down and up."""
        self._report(KEYS, [("EV_KEY", code, 1)])
        self._report(KEYS, [("EV_KEY", code, 0)])

    def since(self, number: int) -> list[KernelEvent]:
        """Return the events from a number on, oldest first."""
        return [event for event in self._events if event.number >= number]

    async def changed(self) -> None:
        """Wait for the next event."""
        news = self._news = self._news or asyncio.Event()
        await news.wait()

    def _moved(self, position: tuple[int, int]) -> Iterator[tuple[str, str, int]]:
        before, self._position = self._position, position
        for axis, old, new in zip("XY", before, position, strict=True):
            if new != old:
                yield "EV_ABS", f"ABS_MT_POSITION_{axis}", new

    def _report(self, device: str, events: Sequence[tuple[str, str, int]]) -> None:
        for kind, code, value in (*events, ("EV_SYN", "SYN_REPORT", 0)):
            self._events.append(KernelEvent(self.count, self._clock.monotonic(), device, kind, code, value))
            self.count += 1
        if self._news is not None:
            self._news.set()
            self._news = None
