"""Reads the screen of a phone for one app, and knows how large its display is."""

from __future__ import annotations

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.windows import Known
from phonefleet.device.phone import Phone
from phonefleet.errors import AutomationDown
from phonefleet.geometry import Rect
from phonefleet.words import say


class ScreenReader:
    """The screens of one app on one phone, one dump each.

    The display's size is asked for once for each rotation, and again when the windows of a dump do not reach exactly as
    far: phones fold, and their resolution can be changed.
    """

    def __init__(self, phone: Phone, package: str) -> None:
        self._phone = phone
        self._package = package
        self._displays: dict[int, Rect] = {}
        self._parsed: Screen | None = None
        self._latest: Screen | None = None
        self._windows: Known = {}

    @property
    def latest(self) -> Screen:
        """The screen that was read last."""
        return self._latest if self._latest is not None else self.read()

    def read(self) -> Screen:
        """Read the screen.

        Raises:
            AutomationDown: the phone's accessibility service is broken: there is nothing on the screen, not even bars.

        """
        screen = self._parse(self._phone.hierarchy())
        if "<node" not in screen.xml:
            message = say(
                "apps.phones_accessibility_service_shows_empty",
                "the phone's accessibility service shows an empty screen; its server is restarted",
            )
            raise AutomationDown(message)
        display = self._displays.get(screen.rotation)
        if display is None or not screen.fits(display):
            display = self._displays[screen.rotation] = self._phone.display()
        self._latest = screen.on(display) if screen.is_within(display) else screen
        return self._latest

    def _parse(self, xml: str) -> Screen:
        """Parse a hierarchy, unless it is the one before: who waits for something looks at the same screen again."""
        if self._parsed is None or self._parsed.xml != xml:
            self._parsed = Screen.parse(xml, self._package, self._windows)
        return self._parsed
