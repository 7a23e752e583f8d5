"""Checks an app profile against a phone: which selectors find something on the app's main screens.

The walk only reads, types into the search and opens profiles; it never does anything irreversible.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.account_switcher import AccountSwitcher
from phonefleet.apps.pages.people_list import open_relations
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.device.phone import Phone
from phonefleet.errors import Permanent, Transient, UnknownScreen

MET = frozenset({
    "home_tab", "search_tab", "profile_tab", "feed", "search_field", "search_list", "search_username", "search_nothing",
    "profile_username", "profile_missing", "follow_button", "edit_button", "switcher_open", "switcher",
    "switcher_username", "switcher_active", "profile_followers", "profile_following", "people_list", "people_username",
})  # fmt: skip
"""The selectors that should be found on a walk; all others show only on other screens, after an action, or briefly."""

_NOBODY = "nobody_bears_this_name_0"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a selector found something; `screen` and `alternative` (index from 0) are None if it never did."""

    selector: str
    screen: str | None = None
    alternative: int | None = None

    @property
    def resolved(self) -> bool:
        """Whether the selector found anything."""
        return self.screen is not None

    @property
    def expected(self) -> bool:
        """Whether the selector should be found on a walk."""
        return self.selector in MET


def check_screens(profile: VersionProfile, screens: Mapping[str, Screen]) -> list[Resolution]:
    """Return for each selector of the profile on which of the named screens it finds something first."""
    return [_resolve(profile, name, screens) for name in profile.selectors]


def check_phone(
    phone: Phone,
    profile: AppProfile,
    username: str | None = None,
    *,
    clock: Clock | None = None,
    stop: StopSignal | None = None,
) -> list[Resolution]:
    """Walk the app's main screens on a phone and return what the profile's selectors found there.

    `username` is whose profile to open, best somebody whom the active account does not follow; the active account's own
    when None.

    Raises:
        UnsupportedApp: the profile does not cover the installed version.
        AppMissing: the app is not installed.
        Challenge: the app asks for a verification.

    """
    version = profile.for_version(phone.app_version(profile.package))
    chance = random.Random()  # noqa: S311 - spreads waits, no secrets
    walk = _Walk(AppDriver(phone, version, clock or SystemClock(), stop or StopSignal(), chance), username)
    walk.go()
    return check_screens(version, walk.screens)


def check_here(phone: Phone, profile: AppProfile) -> list[Resolution]:
    """Return what the profile's selectors find on the screen that the phone shows now; nothing is touched.

    Raises:
        UnsupportedApp: the profile does not cover the installed version.
        AppMissing: the app is not installed.

    """
    version = profile.for_version(phone.app_version(profile.package))
    return check_screens(version, {"the present screen": Screen.parse(phone.hierarchy(), profile.package)})


def _resolve(profile: VersionProfile, name: str, screens: Mapping[str, Screen]) -> Resolution:
    """Return where the best alternative finds something: later ones may fit what was not meant."""
    hits = ((screen.alternative(profile.selectors[name]), place) for place, screen in screens.items())
    found = [(alternative, place) for alternative, place in hits if alternative is not None]
    if not found:
        return Resolution(name)
    alternative, place = min(found, key=lambda hit: hit[0])
    return Resolution(name, place, alternative)


@dataclass(slots=True)
class _Walk:
    driver: AppDriver
    username: str | None
    screens: dict[str, Screen] = field(default_factory=dict[str, Screen])

    def go(self) -> None:
        """Visit each screen; the walk continues after one that cannot be reached."""
        visits: dict[str, Callable[[], object]] = {
            "feed": lambda: self._tab("home_tab", "feed"),
            "own profile": self._own_profile,
            "account switcher": self._switcher,
            "search": lambda: self._tab("search_tab", "search_field"),
            "search results": lambda: self._search(self.username or ""),
            "empty search results": lambda: self._search(_NOBODY),
            "profile": lambda: ProfilePage(self.driver).open_direct(self.username or ""),
            "people": lambda: next(open_relations(self.driver, self.username or "", "followers").screens(), None),
            "missing profile": lambda: ProfilePage(self.driver).open_direct(_NOBODY),
        }
        for place, visit in visits.items():
            self._visit(place, visit)

    def _visit(self, place: str, visit: Callable[[], object]) -> None:
        with suppress(Transient, Permanent, UnknownScreen):  # what the screen lacks shows in the result
            self.driver.ensure_started()
            visit()
        self._keep(place)

    def _keep(self, place: str) -> None:
        """Store the current screen, if the app shows one."""
        if place not in self.screens:
            with suppress(Transient):
                self.screens[place] = self.driver.look()

    def _tab(self, tab: str, expected: str) -> None:
        self.driver.tap(self.driver.wait_for(tab)[1])
        self.driver.wait_for(expected)

    def _own_profile(self) -> None:
        self._tab("profile_tab", "profile_username")
        self.username = self.username or ProfilePage(self.driver).username()

    def _switcher(self) -> None:
        switcher = AccountSwitcher(self.driver)
        switcher.open()
        self._keep("account switcher")
        switcher.close()

    def _search(self, query: str) -> None:
        self.driver.type_into(self.driver.wait_for("search_field")[1], query)
        self.driver.wait_for("search_username", "search_nothing")
