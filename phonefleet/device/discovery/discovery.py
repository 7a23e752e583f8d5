"""Following which phones adb has: what comes, what goes, across restarts of the adb server.

It tells its listener about states only; nobody's session is touched here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from adbutils import AdbError

from phonefleet.clock import Clock, StopSignal
from phonefleet.device.adb.device_list import ListedDevice, parse_device_list
from phonefleet.device.adb.probe import Answer
from phonefleet.device.adb.transport import FastAdbClient, FastAdbConnection
from phonefleet.device.deadline import DeadlineExceeded
from phonefleet.device.discovery.identification import Identification
from phonefleet.device.discovery.reconnector import Reconnector
from phonefleet.device.discovery.seen import DeviceSeen, seen_as
from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)
_AGAIN: Final = timedelta(milliseconds=300)
_ROUND: Final = timedelta(milliseconds=500)
_JOIN_SECONDS: Final = 2.0
_LOST: Final = (AdbError, OSError, EOFError, ValueError, DeadlineExceeded, PhonefleetError)


class Discovery:
    """Follows one adb server in threads of its own, from `start` to `stop`.

    `addresses` and every network phone that was ever online are kept connected. `on_change` is called
    for each change of a phone's state, one call at a time, from any of the threads; it should be quick and
    must not call back.
    """

    def __init__(
        self,
        client: FastAdbClient,
        addresses: Iterable[str],
        on_change: Callable[[DeviceSeen], None],
        clock: Clock | None = None,
    ) -> None:
        self._client, self._on_change = client, on_change
        self._stop = StopSignal()
        self._lock = threading.Lock()
        self._sightings: dict[str, ListedDevice] = {}
        self._told: dict[str, DeviceSeen] = {}
        self._tracking: FastAdbConnection | None = None
        self._outage = 0  # how often in a row the server could not be followed
        self._reconnector = Reconnector(client, addresses, self._word, self._answered, clock or client.clock)
        self._identification = Identification(client, self._identified, clock or client.clock)
        self._threads = [
            threading.Thread(target=self._track, name="adb-track", daemon=True),
            threading.Thread(target=self._keep, name="adb-keep", daemon=True),
        ]

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, at once; the listener hears nothing afterwards."""
        self._stop.set("discovery was stopped")
        if self._tracking is not None:
            self._tracking.close()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        self._reconnector.close()
        self._identification.close()

    def _keep(self) -> None:
        while self._stop.reason is None:
            self._reconnector.run_due()
            self._identification.run_due()
            self._stop.wait(_ROUND)

    def _word(self, name: str) -> str | None:
        sighting = self._sightings.get(name)
        return None if sighting is None else sighting.word

    # --- what adb lists ---------------------------------------------------------------------------------

    def _track(self) -> None:
        while self._stop.reason is None:
            try:
                self._follow()
            except _LOST as error:
                self._warn(error)
            self._client.forget_server()
            self._take_over({})
            self._stop.wait(_AGAIN)

    def _follow(self) -> None:
        with self._client.make_connection() as connection:
            self._tracking = connection
            connection.send_command("host:track-devices")
            connection.check_okay()
            connection.conn.clear_deadline()
            before: str | None = None
            while self._stop.reason is None:
                listed = connection.read_string_block()
                self._outage = 0
                if listed != before:  # adb repeats itself four times a second while it fails to reconnect a phone
                    before = listed
                    self._compare(parse_device_list(listed))

    def _warn(self, error: Exception) -> None:
        """Say that the server cannot be followed: at once, and more and more rarely while that lasts."""
        self._outage += 1
        if self._stop.reason is None and self._outage & (self._outage - 1) == 0:
            _log.warning("the adb server on port %d is gone: %s", self._client.port, error)

    def _compare(self, listed: Sequence[ListedDevice]) -> None:
        """Take over what adb lists; a kept address that was offline and is not listed still is, and being tried."""
        now = {sighting.name: sighting for sighting in listed}
        for name, sighting in list(self._sightings.items()):
            if name not in now and sighting.word == "offline" and self._reconnector.keeps(name):
                now[name] = sighting
        self._take_over(now)

    def _take_over(self, now: dict[str, ListedDevice]) -> None:
        with self._lock:
            before, self._sightings = self._sightings, now
            for name in before.keys() - now.keys():
                self._tell(DeviceSeen(name, "absent"))
            for name, sighting in now.items():
                if before.get(name) != sighting:
                    self._changed(sighting)

    def _changed(self, sighting: ListedDevice) -> None:
        if sighting.word == "offline":
            self._reconnector.lost(sighting.name)
        if sighting.word != "device":
            self._tell(seen_as(sighting, self._reconnector.answer(sighting.name)))
        elif self._stop.reason is None:
            self._reconnector.keep(sighting.name)
            self._identification.look(sighting)

    # --- what is learned beyond that --------------------------------------------------------------------

    def _answered(self, name: str, answer: Answer) -> None:
        """Tell what stands in the way of an address that does not answer as a phone does."""
        with self._lock:
            sighting = self._sightings.setdefault(name, ListedDevice(name, "offline"))
            if sighting.word == "offline":
                self._tell(seen_as(sighting, answer))

    def _identified(self, sighting: ListedDevice, seen: DeviceSeen) -> bool:
        """Tell about a phone that has become ready, unless it has left in the meantime."""
        with self._lock:
            is_there = self._stop.reason is None and self._sightings.get(sighting.name) == sighting
            if is_there:
                self._tell(seen)
        return is_there

    def _tell(self, seen: DeviceSeen) -> None:
        """Tell the listener what it does not know yet."""
        if self._stop.reason is not None or self._told.get(seen.address) == seen:
            return
        self._told[seen.address] = seen
        try:
            self._on_change(seen)
        except Exception:  # noqa: BLE001 - the edge of the thread: the listener's mistake must not end it
            _log.exception("the listener failed on %s", seen)
