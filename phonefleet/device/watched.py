"""A phone that is looked at from outside of its lane, for recordings and for the workshop: it is read, never touched.

What needs the uiautomator server uses it where it runs, and starts none: see `glance`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from phonefleet.clock import Clock
from phonefleet.device.adb.tunnels import ServerAddress
from phonefleet.device.glance import Glance
from phonefleet.device.hand import display_of
from phonefleet.device.passive import PassiveAdb
from phonefleet.device.phone import Foreground
from phonefleet.device.shell.system import System
from phonefleet.geometry import Rect

_LIMIT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class InstalledApp:
    """An app as a phone has it: its versionName, and the language in which it shows it, empty if it does not say."""

    version: str
    language: str


class WatchedPhone:
    """One phone, by its address in adb. `is_idle` tells whether no task runs on it, so that a dump disturbs none.

        phone = WatchedPhone("R58M123ABC", 5037, clock, lambda: True)
        phone.installed("com.example.app").version

    Every method raises `DeviceOffline`, `DeviceFrozen` or another `PhonefleetError` with a sentence for a person.
    """

    def __init__(self, address: str, server: ServerAddress, clock: Clock, is_idle: Callable[[], bool]) -> None:
        self.address = address
        self._glance = Glance(server, clock)
        self._adb = PassiveAdb(server, _LIMIT, clock)
        self._is_idle = is_idle

    def hierarchy(self) -> str:
        """Return the screen's views as XML."""
        return self._glance.hierarchy(self.address, idle=self._is_idle())

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return self._glance.screenshot(self.address)

    def display(self) -> Rect:
        """Return the whole display as it is held, in pixels."""
        with self._adb.open(self.address) as device:
            return Rect(0, 0, *display_of(device))

    def foreground(self) -> Foreground:
        """Return the focused app."""
        with self._adb.open(self.address) as device:
            return System(device).foreground()

    def installed(self, package: str) -> InstalledApp:
        """Return how the phone has an app. Raises `AppMissing` too."""
        with self._adb.open(self.address) as device:
            system = System(device)
            return InstalledApp(system.app_version(package), system.language(package))
