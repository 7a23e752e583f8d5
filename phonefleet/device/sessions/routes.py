"""By which addresses each phone can be reached now: written by whoever follows adb, read by the phones' sessions.

routes.set("R58M12ABCDE", hardware, ["R58M12ABCDE", "192.168.1.20:5555"])  # the best first
routes.address_changed("192.168.1.20:5555", ready=False)                              # adb has said something about it
routes.of("R58M12ABCDE").addresses                                         # ("R58M12ABCDE",)
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from phonefleet.hardware import Hardware


@dataclass(frozen=True, slots=True)
class Route:
    """The ways to a phone: `addresses` that are ready, the best first, and those that were `previous` none was.

    `version` is another one after each news of any of them: what was confirmed previous that counts no more.
    """

    addresses: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    hardware: Hardware | None = None
    version: int = 0


class Routes:
    """The table of routes by identity; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._routes: dict[str, Route] = {}

    def of(self, serial: str) -> Route:
        """Return the route to a phone; one without addresses where nobody has seen it."""
        return self._routes.get(serial) or Route()

    def set(self, serial: str, hardware: Hardware, addresses: Sequence[str]) -> None:
        """Take over where a phone is now."""
        with self._lock:
            known, now = self.of(serial), tuple(addresses)
            if (known.addresses, known.hardware) != (now, hardware):
                self._routes[serial] = Route(now, now or known.previous, hardware, known.version + 1)

    def address_changed(self, address: str, *, ready: bool) -> None:
        """Note that adb has said something about an address: who is there is not known until it is asked.

        One that is not `ready` any more is no way to anybody from now on.
        """
        with self._lock:
            for serial, route in self._routes.items():
                if address in route.addresses or address in route.previous:
                    left = route.addresses if ready else tuple(each for each in route.addresses if each != address)
                    self._routes[serial] = replace(route, addresses=left, version=route.version + 1)

    def drop(self, serial: str) -> None:
        """Forget a phone."""
        with self._lock:
            self._routes.pop(serial, None)
