"""Knows where the adb server of each host is: on a port of this computer, or behind a socket of the API.

The one place that decides it. Who works with a phone asks for the adb server of the phone's host, and needs to know
nothing else of hosts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, Self, TypeVar

from phonefleet.clock import Clock
from phonefleet.device.adb.host_sockets import HostSockets
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.adb.tunnels import AdbTunnel, ServerAddress
from phonefleet.settings import Settings

T = TypeVar("T")

_USUAL_LIMIT: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class AdbServers:
    """The adb servers of all hosts, seen from the main one. Thread-safe.

        servers = AdbServers.of_settings(settings)
        servers.of("berlin").states()  # {"R58M123ABC": "device"}

    A host that has not joined is this computer, or one whose worker has the database itself: its phones are looked for
    in the adb server on `port`. Without `sockets`, no host has joined.
    """

    port: int
    sockets: HostSockets | None = None
    timeout: timedelta = _USUAL_LIMIT
    clock: Clock | None = None

    @classmethod
    def of_settings(cls, settings: Settings, clock: Clock | None = None) -> Self:
        """Return the servers that an installation knows."""
        return cls(settings.adb_port, HostSockets.of(settings.home), settings.call_timeout, clock)

    def address(self, host: str | None) -> ServerAddress:
        """Return where the adb server of a host is."""
        if host is not None and self.sockets is not None and self.sockets.have(host):
            return AdbTunnel(host, self.sockets.path(host))
        return self.port

    def of(self, host: str | None) -> FastAdbClient:
        """Return a client of a host's adb server.

        Its calls raise `DeviceOffline` with a sentence that names the host where that is away.
        """
        return FastAdbClient(self.address(host), timeout=self.timeout, clock=self.clock)


class ForEachHost(Generic[T]):
    """One object for each adb server, made when it is first asked for. Thread-safe.

    glances = ForEachHost(servers, lambda address: Glance(address, clock))
    glances.of("berlin").screenshot("R58M123ABC")
    """

    def __init__(self, servers: AdbServers, make: Callable[[ServerAddress], T]) -> None:
        self._servers, self._make = servers, make
        self._made: dict[ServerAddress, T] = {}
        self._lock = threading.Lock()

    def of(self, host: str | None) -> T:
        """Return that of a host."""
        address = self._servers.address(host)
        with self._lock:
            if address not in self._made:
                self._made[address] = self._make(address)
            return self._made[address]
