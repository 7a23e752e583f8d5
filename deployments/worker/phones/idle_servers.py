"""Stops the uiautomator servers of phones that have had nothing to do for a while.

While it runs, that server is open to the phone's network without a password, and cannot be told to listen on loopback
only (`phonefleet.device.exposure`). Starting it again takes a second or two, which is nothing after such a while.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from phonefleet.clock import Clock
from phonefleet.device.sessions import Sessions

AFTER: Final = timedelta(minutes=2)
"""How long a phone may have nothing to do until its server is stopped."""


class Worked(Protocol):
    """What is asked of a lane."""

    @property
    def free(self) -> bool:
        """Whether nothing runs or waits there."""
        ...

    @property
    def finished(self) -> int:
        """How many jobs have ended there."""
        ...

    def submit(self, job: Callable[[Any], None]) -> object:
        """Let the lane's thread do a job."""
        ...


class Idling:
    """Knows since when lanes have had nothing to do. One thread asks it, now and then."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions, self._clock = sessions, clock
        self._since: dict[str, tuple[int, float]] = {}  # how many jobs had ended, and when that was seen first
        self._rested: dict[str, int] = {}

    def stop_servers(self, lanes: Mapping[str, Worked]) -> None:
        """Stop the servers of those that are due, each in its lane and once until there is work again."""
        now = self._clock.monotonic()
        for serial, lane in lanes.items():
            if lane.free and self._is_due(serial, lane.finished, now):
                self._rested[serial] = lane.finished + 1  # the stop is a job, too
                lane.submit(lambda _, serial=serial: self._sessions.get(serial).close())

    def _is_due(self, serial: str, finished: int, now: float) -> bool:
        count, since = self._since.get(serial, (-1, now))
        if count != finished:
            self._since[serial] = (finished, now)
            return False
        return self._rested.get(serial) != finished and now - since >= AFTER.total_seconds()
