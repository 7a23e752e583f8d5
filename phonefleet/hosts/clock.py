"""The clock of a joined host, set by that of the main host: due times and holds are judged by one time."""

from __future__ import annotations

from datetime import datetime, timedelta

from phonefleet.clock import Clock, StopSignal


class ShiftedClock:
    """Another clock, with so much added to what it shows.

    clock = ShiftedClock(SystemClock(), timedelta(minutes=-5))
    """

    def __init__(self, clock: Clock, shift: timedelta) -> None:
        self._clock = clock
        self.shift = shift

    def now(self) -> datetime:
        """Return the current instant by the main host's clock."""
        return self._clock.now() + self.shift

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""
        return self._clock.monotonic()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        """Wait for `duration`; raise `Interrupted` at once when `stop` is set meanwhile."""
        self._clock.sleep(duration, stop)
