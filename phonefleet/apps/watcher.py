"""Looks at an app on a phone by its profile: waits for what is expected, and notices what comes in between.

It touches nothing but the buttons of popups that the profile knows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.obstacles import button_of, topmost_obstacle
from phonefleet.apps.screens.reader import ScreenReader
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import ActionBlocked, AppCrashed, Challenge, ElementMissing, Evidence, PhonefleetError

PATIENCE = timedelta(seconds=10)
"""How long a screen may take to show what is expected."""

LONGEST_PAUSE = 0.8
"""Seconds between two looks at most."""

_POPUPS_AT_ONCE = 5
_FIRST_PAUSE = 0.1
_SYSTEM = frozenset({"android", "com.android.systemui"})

T = TypeVar("T")
E = TypeVar("E", bound=PhonefleetError)


class Watcher:
    """One app on one phone, as it is looked at.

    Each look is one dump of the hierarchy. Popups that the profile knows are dismissed on the way; a verification, a
    blocked action and a vanished app are raised with what the phone showed.
    """

    def __init__(
        self, phone: Phone, profile: VersionProfile, clock: Clock, stop: StopSignal, rng: random.Random
    ) -> None:
        self.phone = phone
        self.profile = profile
        self.clock = clock
        self.stop = stop
        self._rng = rng
        self._reader = ScreenReader(phone, profile.package)

    # --- looking -----------------------------------------------------------------------------------------

    def look(self) -> Screen:
        """Return the app's screen, free of popups.

        Raises:
            Challenge: the app asks for a verification.
            ActionBlocked: the app refuses an action; the dialog is dismissed.
            AppCrashed: the app is not in front.
            ElementMissing: popups keep coming.

        """
        for _ in range(_POPUPS_AT_ONCE):
            self.stop.check()
            screen = self._reader.read()
            self._challenge(screen)
            obstacle = topmost_obstacle(self.profile, screen)
            if obstacle is None:
                return self._own(screen)
            self._clear(screen, obstacle)
        raise self.witnessed(ElementMissing("popups keep coming over the app: look at the phone"))

    def wait_for(self, *names: str, timeout: timedelta = PATIENCE) -> tuple[str, Element]:
        """Wait until one of the selectors finds an element; the first one named wins.

        Raises:
            ElementMissing: none did in time.

        """
        selectors = {name: self.profile.selector(name) for name in names}

        def found(screen: Screen) -> tuple[str, Element] | None:
            hits = ((name, screen.find(selector)) for name, selector in selectors.items())
            return next(((name, element) for name, element in hits if element is not None), None)

        return self.wait_until(found, f"the screen does not show {' or '.join(names)}", timeout)

    def wait_until(self, check: Callable[[Screen], T | None], complaint: str, timeout: timedelta = PATIENCE) -> T:
        """Look again and again until the check returns something, and return that.

        Raises:
            ElementMissing: it did not in time; `complaint` says what is wrong.

        """
        deadline = self.clock.monotonic() + timeout.total_seconds()
        pause = _FIRST_PAUSE
        while True:
            screen = self.look()
            if (result := check(screen)) is not None:
                return result
            if self.clock.monotonic() >= deadline:
                raise self.witnessed(ElementMissing(f"{complaint} (waited {timeout.total_seconds():g} s)"), screen)
            self.pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def find(self, screen: Screen, name: str) -> Element | None:
        """Return the first element that a selector of the profile finds on a screen."""
        return screen.find(self.profile.selector(name))

    def finds(self, screen: Screen, name: str) -> bool:
        """Tell whether a selector finds anything on a screen; one that the profile does not have finds nothing."""
        return name in self.profile.selectors and self.find(screen, name) is not None

    def witnessed(self, error: E, screen: Screen | None = None) -> E:
        """Return the error with what the phone shows now as its evidence."""
        error.evidence = self._evidence(screen)
        return error

    # --- what comes in between ---------------------------------------------------------------------------

    def _own(self, screen: Screen) -> Screen:
        if not screen.shows(self.profile.package):
            front = screen.largest_of_others(_SYSTEM) or "the system"
            raise self.witnessed(
                AppCrashed(f"the app is not in front, {front} is: it closed by itself or was sent away"), screen
            )
        return screen

    def _challenge(self, screen: Screen) -> None:
        for challenge in self.profile.challenges:
            if screen.find(challenge.when, dialogs=True):
                raise self.witnessed(Challenge(challenge.tell), screen)

    def _clear(self, screen: Screen, obstacle: Popup | Refusal) -> None:
        """Dismiss a popup; take note of a refusal, and dismiss it for whoever comes next."""
        refused = self.witnessed(ActionBlocked(obstacle.tell), screen) if isinstance(obstacle, Refusal) else None
        found = button_of(screen, obstacle)
        if found is not None and (point := screen.point_of(found)) is not None:
            self.phone.tap(point)
        elif found is not None and screen.keyboard_is_open:
            self.phone.press("back")  # the keyboard lies over the button; the next look finds it free
        if refused:
            raise refused
        if found is None:
            complaint = f"the popup {obstacle.name!r} shows no button to dismiss it"
            raise self.witnessed(ElementMissing(complaint), screen)

    def _evidence(self, screen: Screen | None) -> Evidence:
        screenshot, hierarchy = None, screen.xml if screen else None
        with suppress(PhonefleetError):  # a phone that shows no more than this must not hide the error
            screenshot = self.phone.screenshot()
            hierarchy = hierarchy or self.phone.hierarchy()
        return Evidence(screenshot, hierarchy)

    def pause(self, seconds: float) -> None:
        """Wait, not quite as long as all other phones do."""
        self.clock.sleep(timedelta(seconds=seconds * self._rng.uniform(0.8, 1.2)), self.stop)
