"""Looks at an app on a phone for a recording: its screen, and a picture that was taken of the same moment."""

from __future__ import annotations

from typing import Protocol

from phonefleet.apps.screens.screen import Screen
from phonefleet.errors import AutomationDown, PhonefleetError
from phonefleet.geometry import Rect
from phonefleet.recording.course import Course
from phonefleet.recording.likeness import places

_TRIES = 3
"""How often a picture is taken of a screen that moves, before it is left without one."""


class Watched(Protocol):
    """What recording needs of a phone: any `Phone`, or one that is looked at from outside of its lane."""

    def hierarchy(self) -> str:
        """Return the screen's views as XML."""
        ...

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        ...

    def display(self) -> Rect:
        """Return the whole display as it is held."""
        ...


class Camera:
    """Takes the screens of one app on one phone into a course."""

    def __init__(self, phone: Watched, package: str, course: Course) -> None:
        self._phone = phone
        self._package = package
        self._course = course
        self._displays: dict[int, Rect] = {}

    def look(self) -> Screen | None:
        """Return what the phone shows; None if it is nothing of the app, or cannot be read."""
        return self.screen_of(self._phone.hierarchy())

    def screen_of(self, xml: str) -> Screen | None:
        """Return the screen of a hierarchy; None if it shows nothing of the app, or cannot be read."""
        try:
            screen = Screen.parse(xml, self._package)
        except AutomationDown:
            return None
        shown = screen.shows(self._package) or any(window.is_of_a_system_dialog for window in screen.windows)
        return self._measured(screen) if shown else None

    def keep(self, screen: Screen | None) -> bool:
        """Note a screen; tell whether it is new."""
        if screen is None:
            self._course.lose()
            return False
        return self._course.see(screen, lambda: self._picture(screen))

    def _measured(self, screen: Screen) -> Screen:
        if screen.rotation not in self._displays:
            self._displays[screen.rotation] = self._phone.display()
        display = self._displays[screen.rotation]
        return screen.on(display) if screen.is_within(display) else screen

    def _picture(self, screen: Screen) -> bytes | None:
        """Return a picture of the screen; None if the screen has changed meanwhile.

        What is painted over is told by the hierarchy, so it must not be of another moment.
        """
        try:
            for _ in range(_TRIES):
                picture, after = self._phone.screenshot(), self.look()
                if after is not None and places(after) == places(screen):
                    return picture
        except PhonefleetError:  # a phone that is being unplugged has still shown the screen
            pass
        return None
