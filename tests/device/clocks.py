"""A clock by which deadlines end when a test wants them to, however long the machine takes."""

from __future__ import annotations

from datetime import timedelta

from phonefleet.clock import SystemClock


class MovableClock(SystemClock):
    """A clock that a test can put forward, and let run at another rate than time; its waits take as long as ever."""

    def __init__(self) -> None:
        now = super().monotonic()
        self._course = now, now, 1.0

    def monotonic(self) -> float:
        shown, since, rate = self._course
        return shown + (super().monotonic() - since) * rate

    def run(self, rate: float) -> None:
        """Let `rate` seconds pass in each second from now on."""
        self._course = self.monotonic(), super().monotonic(), rate

    def put_forward(self, duration: timedelta) -> None:
        """Let so much time have passed."""
        shown, since, rate = self._course
        self._course = shown + duration.total_seconds(), since, rate
