"""Time, injected: what time it is, how long something took, and waits that can be interrupted."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from phonefleet.errors import Interrupted


class StopSignal:
    """Asks the work that holds it to end at its next safe point; thread-safe and final."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._reason = ""

    def set(self, reason: str) -> None:
        """Ask for the stop. The first reason stays; it becomes the remark of the task."""
        if not self._event.is_set():
            self._reason = reason
            self._event.set()

    @property
    def reason(self) -> str | None:
        """Why the work should stop, or None while it may go on."""
        return self._reason if self._event.is_set() else None

    def wait(self, duration: timedelta) -> bool:
        """Wait for the signal; True if it came within `duration`."""
        return self._event.wait(max(duration.total_seconds(), 0))

    def check(self) -> None:
        """Mark a safe point.

        Raises:
            Interrupted: the stop has been asked for.

        """
        if self._event.is_set():
            raise Interrupted(self._reason)


class Clock(Protocol):
    """What time it is and how to wait; tests bring their own."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""
        ...

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        """Wait for `duration`; raise `Interrupted` at once when `stop` is set meanwhile."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""
        return time.monotonic()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        """Wait for `duration`; raise `Interrupted` at once when `stop` is set meanwhile."""
        if stop is None:
            time.sleep(max(duration.total_seconds(), 0))
        elif stop.wait(duration):
            stop.check()
