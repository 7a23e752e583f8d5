"""The clock of a joined host, set by that of the main host: due times and holds are judged by one time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from phonefleet.clock import Clock, StopSignal
from phonefleet.joined_hosts import UNLIKE_CLOCK

_log = logging.getLogger(__name__)
_QUICK: Final = timedelta(seconds=1)
"""An answer that took longer says too little about the other clock."""
_JUMPED: Final = timedelta(seconds=2)
"""By so much one of the clocks must have been set before the shift is changed: it should not tremble."""


class ShiftedClock:
    """Another clock, with so much added to what it shows.

    clock = ShiftedClock(SystemClock(), timedelta(minutes=-5))
    """

    def __init__(self, clock: Clock, shift: timedelta) -> None:
        self._clock = clock
        self.shift = shift

    def hear(self, there: datetime, took: timedelta) -> None:
        """Take note of what the main host's clock showed in an answer that took so long: it may have been set."""
        shift = there + took / 2 - self._clock.now()
        if took > _QUICK or abs(shift - self.shift) < _JUMPED:
            return
        if abs(shift - self.shift) >= UNLIKE_CLOCK:
            _log.warning("one of the two clocks was set: they are %s apart now, and were %s", shift, self.shift)
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
