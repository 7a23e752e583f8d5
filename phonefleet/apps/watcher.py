"""Looks at an app on a phone by its profile: waits for what is expected, and notices what comes in between.

What something in between is, `recognition` tells; what helps against it, `cures` does. Nothing else is touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.cures import Cures
from phonefleet.apps.recognition import headline, in_the_way, may_be_a_stop
from phonefleet.apps.screens.reader import ScreenReader
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.witness import witnessed
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Phone
from phonefleet.errors import AppReplaced, ElementMissing, PhonefleetError, UnknownScreen
from phonefleet.words import OR, joined, say

PATIENCE = timedelta(seconds=10)
"""How long a screen may take to show what is expected."""

LONGEST_PAUSE = 0.8
"""Seconds between two looks at most."""

_POPUPS_AT_ONCE = 5
_FIRST_PAUSE = 0.1
_LOOKS, _STAYS = 3, 4.0
"""How many looks in a row, and for how many seconds, a strange screen must show before it counts as a stop."""

T = TypeVar("T")
E = TypeVar("E", bound=PhonefleetError)


class Watcher:
    """One app on one phone, as it is looked at.

    Each look is one dump of the hierarchy. What comes in between is put away on the way; what cannot be, such as a
    verification, a blocked action or a vanished app, is raised with what the phone showed.
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
        self._cures = Cures(phone, profile, self._reader, self._seconds, self.pause)
        self.is_outdated = False
        """Whether the app on the phone is no longer the version that the profile is for."""

    # --- looking -----------------------------------------------------------------------------------------

    def look(self) -> Screen:
        """Return the app's screen, free of what came in between.

        Raises:
            Challenge: the app asks for a verification.
            ActionBlocked: the app refuses an action; the dialog is dismissed.
            AppCrashed: the app is not in front, or has crashed.
            DeviceLocked: the phone's screen is locked.
            SystemDialog: the system shows a dialog that only a person may answer.
            ElementMissing: popups keep coming.

        """
        self.stop.check()
        screen = self._reader.read()
        for _ in range(_POPUPS_AT_ONCE):
            seen = in_the_way(self.profile, screen)
            if seen is None:
                return screen
            screen = self._cures.clear(screen, seen)
            self.stop.check()
        raise self.witnessed(
            ElementMissing(
                say("apps.popups_keep_coming_over_app", "popups keep coming over the app: look at the phone")
            )
        )

    def wait_for(self, *names: str, timeout: timedelta = PATIENCE) -> tuple[str, Element]:
        """Wait until one of the selectors finds an element; the first one named wins.

        Raises:
            ElementMissing: none did in time.

        """
        selectors = {name: self.profile.selector(name) for name in names}

        def found(screen: Screen) -> tuple[str, Element] | None:
            hits = ((name, screen.find(selector)) for name, selector in selectors.items())
            return next(((name, element) for name, element in hits if element is not None), None)

        return self.wait_until(
            found,
            say("apps.screen_does_not_show", "the screen does not show {names}", names=joined(OR, names)),
            timeout,
        )

    def wait_until(self, check: Callable[[Screen], T | None], complaint: str, timeout: timedelta = PATIENCE) -> T:
        """Look again and again until the check returns something, and return that.

        Raises:
            ElementMissing: it did not in time; `complaint` says what is wrong.
            UnknownScreen: instead a full screen of the app stays that its profile does not know.
            AppReplaced: the app is another version by now, for which this profile is not.

        """
        deadline = self.clock.monotonic() + timeout.total_seconds()
        pause, strange = _FIRST_PAUSE, _Strangeness()
        while True:
            screen = self.look()
            if (result := check(screen)) is not None:
                return result
            now = self.clock.monotonic()
            strange.note(now, strange=may_be_a_stop(self.profile, screen))
            if now >= deadline and not strange.is_young(now):
                raise self.witnessed(self._in_vain(screen, complaint, timeout, strange), screen)
            self.pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _in_vain(
        self, screen: Screen, complaint: str, timeout: timedelta, strange: _Strangeness
    ) -> ElementMissing | UnknownScreen | AppReplaced:
        version = self._installed_version()
        if version not in {None, self.profile.version}:
            self.is_outdated = True
            return AppReplaced(
                say(
                    "apps.replaced",
                    "the app was replaced meanwhile: it was version {before}, and is {now}",
                    before=self.profile.version,
                    now=version,
                )
            )
        if not strange.looks:
            seconds = f"{timeout.total_seconds():g}"
            return ElementMissing(
                say("apps.waited", "{complaint} (waited {seconds} s)", complaint=complaint, seconds=seconds)
            )
        said = headline(screen)
        return UnknownScreen(
            say(
                "apps.unknown_screen",
                "{complaint}: the app shows a screen that its profile does not know{says}: look at the phone, "
                "then release the account",
                complaint=complaint,
                says=say("apps.which_says", ", which says {text!r}", text=said) if said else "",
            )
        )

    def _installed_version(self) -> str | None:
        """Return the version of the app on the phone; None if the phone does not say, which explains nothing."""
        try:
            return self.phone.app_version(self.profile.package) or None
        except PhonefleetError:
            return None

    def find(self, screen: Screen, name: str) -> Element | None:
        """Return the first element that a selector of the profile finds on a screen."""
        return screen.find(self.profile.selector(name))

    def finds(self, screen: Screen, name: str) -> bool:
        """Tell whether a selector finds anything on a screen; one that the profile does not have finds nothing."""
        return name in self.profile.selectors and self.find(screen, name) is not None

    def witnessed(self, error: E, screen: Screen | None = None) -> E:
        """Return the error with what the phone shows now as its evidence."""
        return witnessed(error, self.phone, screen)

    def _seconds(self) -> float:
        return self.clock.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait, not quite as long as all other phones do."""
        self.clock.sleep(timedelta(seconds=seconds * self._rng.uniform(0.8, 1.2)), self.stop)


@dataclass(slots=True)
class _Strangeness:
    """For how long, and how many looks in a row, a wait has met a screen that may be a stop."""

    since: float = 0
    looks: int = 0

    def note(self, now: float, *, strange: bool) -> None:
        self.since = self.since if self.looks else now
        self.looks = self.looks + 1 if strange else 0

    def is_young(self, now: float) -> bool:
        """Tell whether it began so lately that it may pass by itself."""
        return self.looks > 0 and (self.looks < _LOOKS or now - self.since < _STAYS)
