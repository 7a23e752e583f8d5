"""Drives an app on a phone by its profile: looks, waits, taps, and notices what comes in between.

It knows selectors by name but none of the app's screens; those are the page objects.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Literal, TypeVar

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.screen import Screen
from phonefleet.apps.selector import Element
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Key, Phone
from phonefleet.errors import (
    ActionBlocked,
    AppCrashed,
    Challenge,
    ElementMissing,
    Evidence,
    PhonefleetError,
)
from phonefleet.geometry import Point

PATIENCE = timedelta(seconds=10)
"""How long a screen may take to show what is expected."""

_ARRIVAL = timedelta(seconds=5)
"""How long an app that is being opened may stay behind others."""

_POPUPS_AT_ONCE = 5
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 0.8
_SYSTEM = frozenset({"android", "com.android.systemui"})

T = TypeVar("T")
E = TypeVar("E", bound=PhonefleetError)


class AppDriver:
    """One app on one phone, for one run.

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
            screen = Screen.parse(self.phone.hierarchy())
            self._challenge(screen)
            obstacle = self._topmost_obstacle(screen)
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
            self._pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

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

    # --- acting ------------------------------------------------------------------------------------------

    def tap(self, element: Element) -> None:
        """Touch the middle of an element."""
        self.stop.check()
        self.phone.tap(element.bounds.center)

    def touch(self, point: Point) -> None:
        """Touch a place of the screen, such as one along a slider."""
        self.stop.check()
        self.phone.tap(point)

    def type_into(self, element: Element, text: str) -> None:
        """Make `text` the whole content of an editable element."""
        self.stop.check()
        self.phone.set_text(element.bounds.center, element.id, text)

    def press(self, key: Key) -> None:
        """Press a key."""
        self.stop.check()
        self.phone.press(key)

    def scroll(self, direction: Literal["down", "up"], over: Element | None = None) -> None:
        """Show what is below or above, by moving a finger over most of an element or of the screen."""
        self.stop.check()
        area = over.bounds if over else Screen.parse(self.phone.hierarchy()).bounds
        upper = Point(area.center.x, area.top + area.height // 5)
        lower = Point(area.center.x, area.bottom - area.height // 5)
        start, end = (lower, upper) if direction == "down" else (upper, lower)
        self.phone.swipe(start, end)

    def open_link(self, kind: str, **values: str) -> None:
        """Open a deep link of the profile, the values percent-encoded, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.open_url(self.profile.link(kind, **values))

    def open_url(self, url: str) -> None:
        """Open an address with the app, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        self.phone.open_link(url, self.profile.package)
        self._arrive()

    def share(self, uri: str, media_type: str) -> None:
        """Share a picture or video of the phone with the app, and wait until the app is in front.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        self.phone.share(uri, media_type, self.profile.package)
        self._arrive()

    def ensure_started(self) -> None:
        """Bring the app to the front unless it is there, and wait until it shows.

        Raises:
            AppCrashed: it does not come, or does not stay.

        """
        self.stop.check()
        if self.phone.foreground().package != self.profile.package:
            self.phone.launch(self.profile.package)
        self._arrive()

    # --- what comes in between ---------------------------------------------------------------------------

    def _arrive(self) -> None:
        deadline = self.clock.monotonic() + _ARRIVAL.total_seconds()
        while True:
            try:
                self.look()
            except AppCrashed:
                if self.clock.monotonic() >= deadline:
                    raise
                self._pause(_LONGEST_PAUSE)
            else:
                return

    def _own(self, screen: Screen) -> Screen:
        if not screen.shows(self.profile.package):
            others = sorted({element.package for element in screen.elements} - _SYSTEM)
            front = ", ".join(others) or "the system"
            raise self.witnessed(
                AppCrashed(f"the app is not in front, {front} is: it closed by itself or was sent away"), screen
            )
        return screen

    def _challenge(self, screen: Screen) -> None:
        for challenge in self.profile.challenges:
            if screen.find(challenge.when):
                raise self.witnessed(Challenge(challenge.tell), screen)

    def _topmost_obstacle(self, screen: Screen) -> Popup | Refusal | None:
        """Return the popup or refusal that lies over all others: a button of another one may be covered by it."""
        obstacles: list[Popup | Refusal] = [*self.profile.popups, *self.profile.blocked]
        found = [(screen.height_of(element), each) for each in obstacles if (element := screen.find(each.when))]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _clear(self, screen: Screen, obstacle: Popup | Refusal) -> None:
        """Dismiss a popup; take note of a refusal, and dismiss it for whoever comes next."""
        refused = self.witnessed(ActionBlocked(obstacle.tell), screen) if isinstance(obstacle, Refusal) else None
        found = screen.find_all(obstacle.dismiss)
        if found:
            self.phone.tap(found[-1].bounds.center)
        if refused:
            raise refused
        if not found:
            complaint = f"the popup {obstacle.name!r} shows no button to dismiss it"
            raise self.witnessed(ElementMissing(complaint), screen)

    def _evidence(self, screen: Screen | None) -> Evidence:
        screenshot, hierarchy = None, screen.xml if screen else None
        with suppress(PhonefleetError):  # a phone that shows no more than this must not hide the error
            screenshot = self.phone.screenshot()
            hierarchy = hierarchy or self.phone.hierarchy()
        return Evidence(screenshot, hierarchy)

    def _pause(self, seconds: float) -> None:
        """Wait, not quite as long as all other phones do."""
        self.clock.sleep(timedelta(seconds=seconds * self._rng.uniform(0.8, 1.2)), self.stop)
