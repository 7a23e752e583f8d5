"""Following which phones adb has: what comes, what goes, across restarts of the adb server.

It tells its listener about states only; nobody's session is touched here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from adbutils import AdbError

from phonefleet.clock import Clock, StopSignal
from phonefleet.device.deadline import DeadlineExceeded
from phonefleet.device.keeper import Keeper
from phonefleet.device.seen import DeviceSeen, look_at, state_from
from phonefleet.device.transport import FastAdbClient, FastAdbConnection, parse_states
from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)
_AGAIN: Final = timedelta(milliseconds=300)
_LOOKERS: Final = 8
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
        self._words: dict[str, str] = {}
        self._tracking: FastAdbConnection | None = None
        self._keeper = Keeper(client, addresses, self._word, clock or client.clock)
        self._lookers = ThreadPoolExecutor(_LOOKERS, thread_name_prefix="look")
        self._threads = [
            threading.Thread(target=self._track, name="adb-track", daemon=True),
            threading.Thread(target=self._keeper.run, args=(self._stop,), name="adb-keep", daemon=True),
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
        self._lookers.shutdown(wait=False, cancel_futures=True)

    def _word(self, serial: str) -> str | None:
        return self._words.get(serial)

    def _track(self) -> None:
        while self._stop.reason is None:
            try:
                self._follow()
            except _LOST as error:
                if self._stop.reason is None:
                    _log.warning("the adb server on port %d is gone: %s", self._client.port, error)
            self._client.forget_server()
            self._compare({})
            self._stop.wait(_AGAIN)

    def _follow(self) -> None:
        with self._client.make_connection() as connection:
            self._tracking = connection
            connection.send_command("host:track-devices")
            connection.check_okay()
            connection.conn.outlive_call()
            while self._stop.reason is None:
                self._compare(parse_states(connection.read_string_block()))

    def _compare(self, words: dict[str, str]) -> None:
        """Take over what adb lists now and tell what is different."""
        with self._lock:
            before, self._words = self._words, words
            for serial in before.keys() - words.keys():
                self._tell(DeviceSeen(serial, "absent"))
            for serial, word in words.items():
                if before.get(serial) != word:
                    self._changed(serial, word)

    def _changed(self, serial: str, word: str) -> None:
        state = state_from(word)
        if state != "device":
            self._tell(DeviceSeen(serial, state))
        elif self._stop.reason is None:
            self._keeper.keep(serial)
            self._lookers.submit(self._introduce, serial)

    def _introduce(self, serial: str) -> None:
        """Tell about a phone that has become ready, unless it has left in the meantime."""
        seen = look_at(self._client, serial, "device")
        with self._lock:
            if self._words.get(serial) == "device":
                self._tell(seen)

    def _tell(self, seen: DeviceSeen) -> None:
        if self._stop.reason is not None:
            return
        try:
            self._on_change(seen)
        except Exception:  # noqa: BLE001 - the edge of the thread: the listener's mistake must not end it
            _log.exception("the listener failed on %s", seen)
