"""The registry of sessions in a process: one for each phone, made on first use."""

from __future__ import annotations

import threading
from datetime import timedelta

from phonefleet.clock import Clock, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.routes import Routes
from phonefleet.device.sessions.session import CALL_TIMEOUT, PhoneSession


class Sessions:
    """The sessions by the phone's identity. The registry is thread-safe, each session belongs to one thread.

        phone = Sessions(FastAdbClient(5037)).get("R58M123ABC")

    `routes` has the phones' addresses in adb; without it, a phone's identity is its address.
    """

    def __init__(
        self,
        client: FastAdbClient,
        clock: Clock | None = None,
        call_timeout: timedelta = CALL_TIMEOUT,
        routes: Routes | None = None,
    ) -> None:
        self.routes = routes
        self._client = client
        self._clock: Clock = clock or SystemClock()
        self._call_timeout = call_timeout
        self._sessions: dict[str, PhoneSession] = {}
        self._lock = threading.Lock()

    def get(self, serial: str) -> PhoneSession:
        """Return the phone's session, always the same one; nothing is opened yet."""
        with self._lock:
            if serial not in self._sessions:
                self._sessions[serial] = self._open(serial)
            return self._sessions[serial]

    def _open(self, serial: str) -> PhoneSession:
        return PhoneSession(serial, self._client, self._clock, self._call_timeout, self.routes)

    def close(self, serial: str) -> None:
        """Close and forget the phone's session, if there is one."""
        with self._lock:
            session = self._sessions.pop(serial, None)
        if session is not None:
            session.close()

    def close_all(self) -> None:
        """Close and forget all sessions."""
        for serial in list(self._sessions):
            self.close(serial)
