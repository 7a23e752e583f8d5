"""Device discovery: follows adb's device list, across restarts of the adb server, and reports changes.

It knows nothing of sessions: it only reports states.
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
    """Follows the devices of one adb server in threads of its own, from `start` to `stop`.

        discovery = Discovery(FastAdbClient(5037), ["192.168.1.20:5555"], print)
        discovery.start()

    `addresses` and every network phone that was ever online are reconnected when they are lost. `on_change` is called
    for each change, one call at a time but in any of the threads; it must be quick and must not call back.
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
        self._outage = 0  # failures in a row to connect to the server
        self._reconnector = Reconnector(client, addresses, self._word, self._answered, clock or client.clock)
        self._identification = Identification(client, self._identified, clock or client.clock)
        self._threads = [
            threading.Thread(target=self._track, name="adb-track", daemon=True),
            threading.Thread(target=self._keep, name="adb-keep", daemon=True),
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop at once; `on_change` is not called afterwards."""
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
        """Log that the server is gone, after the 1st, 2nd, 4th, 8th, … failure in a row."""
        self._outage += 1
        if self._stop.reason is None and self._outage & (self._outage - 1) == 0:
            _log.warning("the adb server on port %d is gone: %s", self._client.port, error)

    def _compare(self, listed: Sequence[ListedDevice]) -> None:
        """Apply adb's list. An address that is being reconnected stays offline while adb does not list it."""
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

    # --- results of probes and identification -----------------------------------------------------------

    def _answered(self, name: str, answer: Answer) -> None:
        """Report the result of a probe of an address that does not answer as a phone does."""
        with self._lock:
            sighting = self._sightings.setdefault(name, ListedDevice(name, "offline"))
            if sighting.word == "offline":
                self._tell(seen_as(sighting, answer))

    def _identified(self, sighting: ListedDevice, seen: DeviceSeen) -> bool:
        """Report a phone that became ready and was identified, unless it has gone meanwhile; False in that case."""
        with self._lock:
            is_there = self._stop.reason is None and self._sightings.get(sighting.name) == sighting
            if is_there:
                self._tell(seen)
        return is_there

    def _tell(self, seen: DeviceSeen) -> None:
        """Call the listener unless it knows this already."""
        if self._stop.reason is not None or self._told.get(seen.address) == seen:
            return
        self._told[seen.address] = seen
        try:
            self._on_change(seen)
        except Exception:  # noqa: BLE001 - the edge of the thread: the listener's mistake must not end it
            _log.exception("the listener failed on %s", seen)
