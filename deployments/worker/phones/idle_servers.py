"""Stops the uiautomator servers of idle phones.

A running uiautomator server accepts commands from the phone's network without a password, and it cannot be bound to
loopback (`phonefleet.device.exposure`). Starting it again takes one or two seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from phonefleet.clock import Clock
from phonefleet.device.sessions.registry import Sessions

IDLE_AFTER: Final = timedelta(minutes=2)
"""How long a phone must have been idle before its server is stopped."""


class IdleLane(Protocol):
    """The part of a lane that is needed here."""

    @property
    def free(self) -> bool:
        """Whether nothing runs or waits there."""
        ...

    @property
    def finished(self) -> int:
        """How many jobs have ended there."""
        ...

    def submit(self, job: Callable[[Any], None]) -> object:
        """Run a job in the lane's thread."""
        ...


class IdleServerStopper:
    """Tracks how long lanes have been idle. Not thread-safe: call it from one thread, every few seconds."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions, self._clock = sessions, clock
        self._since: dict[str, tuple[int, float]] = {}  # finished jobs, and monotonic seconds when first seen
        self._stopped_at: dict[str, int] = {}  # finished jobs, once the server's stop has ended

    def stop_servers(self, lanes: Mapping[str, IdleLane]) -> None:
        """Stop the servers of phones whose lanes have been idle for `IDLE_AFTER`, each in its lane and only once."""
        now = self._clock.monotonic()
        for serial, lane in lanes.items():
            if lane.free and self._is_due(serial, lane.finished, now):
                self._stopped_at[serial] = lane.finished + 1  # the stop itself counts as a job
                lane.submit(lambda _, serial=serial: self._sessions.get(serial).close())

    def _is_due(self, serial: str, finished: int, now: float) -> bool:
        count, since = self._since.get(serial, (-1, now))
        if count != finished:
            self._since[serial] = (finished, now)
            return False
        return self._stopped_at.get(serial) != finished and now - since >= IDLE_AFTER.total_seconds()
