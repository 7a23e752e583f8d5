"""Routing table: the addresses at which each phone can be reached, written by discovery and read by sessions.

For example:

    routes.set("R58M12ABCDE", hardware, ["R58M12ABCDE", "192.168.1.20:5555"])  # the best first
    routes.address_changed("192.168.1.20:5555", ready=False)
    routes.of("R58M12ABCDE").addresses  # ("R58M12ABCDE",)
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from phonefleet.hardware import Hardware


@dataclass(frozen=True, slots=True)
class Route:
    """The addresses of a phone.

    `addresses` are those that are ready, the best first; `previous` are the last ones before none was ready. `version`
    grows with each change of any of them; the phone's identity has to be confirmed again then.
    """

    addresses: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    hardware: Hardware | None = None
    version: int = 0


class Routes:
    """The routes by the phone's identity. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._routes: dict[str, Route] = {}

    def of(self, serial: str) -> Route:
        """Return the route to a phone; for an unknown phone, one without addresses."""
        return self._routes.get(serial) or Route()

    def set(self, serial: str, hardware: Hardware, addresses: Sequence[str]) -> None:
        """Replace the addresses of a phone."""
        with self._lock:
            known, now = self.of(serial), tuple(addresses)
            if (known.addresses, known.hardware) != (now, hardware):
                self._routes[serial] = Route(now, now or known.previous, hardware, known.version + 1)

    def address_changed(self, address: str, *, ready: bool) -> None:
        """Note that adb has reported a change at an address, so that the phone there has to be confirmed again.

        An address that is not `ready` is removed from all routes.
        """
        with self._lock:
            for serial, route in self._routes.items():
                if address in route.addresses or address in route.previous:
                    left = route.addresses if ready else tuple(each for each in route.addresses if each != address)
                    self._routes[serial] = replace(route, addresses=left, version=route.version + 1)

    def drop(self, serial: str) -> None:
        """Remove a phone."""
        with self._lock:
            self._routes.pop(serial, None)
