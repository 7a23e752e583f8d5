"""The phones that persons look at or have taken over, as the ledger has them, and what their lanes do for it.

A watched phone gets its automation server started, which makes small pictures cheaply. A phone that was taken over gets
no runs; once its lane has nothing to do, the takeover is recorded as held, and only then are inputs allowed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from deployments.worker.resources import Resources
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import PhonefleetError
from phonefleet.ledger.fleet.hands_on.takeovers import Takeover
from phonefleet.words import say

_log = logging.getLogger(__name__)

_TRIED_EVERY: Final = timedelta(seconds=30)
"""How often the automation server of a watched phone is started that does not start."""


class AttentiveLane(Protocol):
    """The part of a lane that is needed here."""

    @property
    def free(self) -> bool:
        """Whether nothing runs or waits there."""
        ...

    def submit(self, job: Callable[[Any], None]) -> object:
        """Run a job in the lane's thread."""
        ...


class Attention:
    """Which phones are watched or taken over. `refresh` and the properties are thread-safe.

    attention.refresh()
    attention.attend(fleet.online_lanes)
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._lock = threading.Lock()  # held during the call to the ledger, so that no read overtakes a later one
        self._taken: Mapping[str, Takeover] = {}
        self._watched: frozenset[str] = frozenset()
        self._tried: dict[str, float] = {}
        self._held: dict[str, str] = {}  # the lease that this worker has recorded as held, by serial

    @property
    def taken(self) -> frozenset[str]:
        """The phones that somebody has taken over, or waits for: they get no runs."""
        return frozenset(self._taken)

    @property
    def attended(self) -> frozenset[str]:
        """The phones whose automation server must not be stopped."""
        return self._watched | self.taken

    def reasons(self) -> dict[str, str]:
        """Return why runs on phones that were taken over have to stop, by serial."""
        return {
            serial: say("worker.taken_over", "taken over by {holder}", holder=one.holder)
            for serial, one in self._taken.items()
        }

    def refresh(self) -> bool:
        """Read from the ledger which phones are watched and taken over; True when one of before may work again."""
        with self._lock:
            before, host, now = self._taken, self._resources.host, self._resources.clock.now()
            self._taken = {one.serial: one for one in self._resources.ledger.takeovers.of_host(host, now)}
            self._watched = self._resources.ledger.watching.of_host(host, now)
            for serial in before.keys() - self._taken.keys():
                _log.info("phone %s is no longer taken over by %s", serial, before[serial].holder)
        return bool(before.keys() - self._taken.keys())

    def attend(self, lanes: Mapping[str, AttentiveLane]) -> None:
        """Let free lanes hold phones for those who wait for them, and start what watched phones need.

        Call it from one thread.
        """
        taken = self._taken
        for serial, takeover in taken.items():
            if serial in lanes and lanes[serial].free and self._is_to_be_held(takeover):
                self._held[serial] = takeover.lease
                lanes[serial].submit(lambda _, takeover=takeover: self._hold(takeover))
        for serial in self._watched - taken.keys():
            if serial in lanes and lanes[serial].free and self._is_to_be_started(serial):
                lanes[serial].submit(lambda _, serial=serial: self._start(self._session(serial).start_server))

    def _is_to_be_held(self, takeover: Takeover) -> bool:
        return takeover.held_at is None and self._held.get(takeover.serial) != takeover.lease

    def _is_to_be_started(self, serial: str) -> bool:
        now = self._resources.clock.monotonic()
        if self._resources.sessions.get(serial).automated:
            return False
        if now - self._tried.get(serial, float("-inf")) < _TRIED_EVERY.total_seconds():
            return False
        self._tried[serial] = now
        return True

    def _hold(self, takeover: Takeover) -> None:
        """Record in the phone's lane that nothing else happens there any more."""
        serial = takeover.serial
        held: Takeover | None = None
        try:
            self._start(self._session(serial).heal)
            held = self._resources.ledger.takeovers.hold(serial, self._resources.clock.now())
        except PhonefleetError as error:
            _log.warning("phone %s cannot be handed over yet: %s", serial, error.message)
        finally:
            if held is None:
                self._held.pop(serial, None)  # the next turn tries again, if anybody still waits
        if held is not None:
            _log.info("phone %s is taken over by %s", serial, held.holder)

    def _session(self, serial: str) -> PhoneSession:
        return self._resources.sessions.get(serial)

    @staticmethod
    def _start(work: Callable[[], None]) -> None:
        try:
            work()
        except PhonefleetError as error:
            _log.info("a phone is shown and touched without its automation server: %s", error.message)
