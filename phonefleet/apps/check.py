"""Checks an app profile against a phone: which selectors find something on the app's main screens.

The walk only reads, types into the search and opens profiles; it never does anything irreversible. What it finds is
told with its place and its label, because a selector can find a stranger's button; see `sightings`.
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
from phonefleet.apps.recognition import Seen, kind_of
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.device.phone import Phone
from phonefleet.errors import Permanent, Transient, UnknownScreen

MET = frozenset({
    "home_tab", "search_tab", "profile_tab", "feed", "search_field", "search_list", "search_username", "search_nothing",
    "profile_username", "profile_missing", "follow_button", "edit_button", "switcher_open", "switcher",
    "switcher_username", "switcher_active", "profile_followers", "profile_following", "people_list", "people_username",
})  # fmt: skip
"""The selectors that should be found on a walk; all others show only on other screens, after an action, or briefly."""

HERE = "the present screen"
"""What the screen is called that a phone shows when it is asked."""

_NOBODY = "nobody_bears_this_name_0"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a selector found, on the screen of its best sighting; `screen` is None if it never found anything."""

    selector: str
    screen: str | None = None
    sighting: Sighting | None = None

    @property
    def resolved(self) -> bool:
        """Whether the selector found anything."""
        return self.sighting is not None

    @property
    def proven(self) -> bool:
        """Whether it found what it is meant to find, as far as a program can tell."""
        return self.sighting is not None and self.sighting.proves

    @property
    def expected(self) -> bool:
        """Whether the selector should be found on a walk."""
        return self.selector in MET

    @property
    def alternative(self) -> int | None:
        """Which alternative found it (index from 0)."""
        return self.sighting.alternative if self.sighting else None


@dataclass(frozen=True, slots=True)
class Checked:
    """The screens of a phone in their order, and what each selector of the profile found; `pictures` are PNG."""

    profile: VersionProfile
    resolutions: tuple[Resolution, ...]
    screens: Mapping[str, Screen]
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def kinds(self) -> Mapping[str, Seen]:
        """What each screen is."""
        return {name: kind_of(self.profile, screen) for name, screen in self.screens.items()}


def check_screens(profile: VersionProfile, screens: Mapping[str, Screen]) -> list[Resolution]:
    """Return for each selector of the profile on which of the named screens it finds something best.

    What proves something counts most, then the earlier alternative, then the earlier screen.
    """
    return best_of({place: sightings(profile, screen) for place, screen in screens.items()})


def best_of(seen: Mapping[str, Mapping[str, Sighting]]) -> list[Resolution]:
    """Return for each selector its best sighting, of those on the named screens."""
    names = dict.fromkeys(name for found in seen.values() for name in found)
    return [_best(name, {place: found[name] for place, found in seen.items()}) for name in names]


def check_phone(  # noqa: PLR0913 - what it needs, and what tests replace
    phone: Phone,
    profile: AppProfile,
    username: str | None = None,
    *,
    clock: Clock | None = None,
    stop: StopSignal | None = None,
    pictures: bool = False,
) -> Checked:
    """Walk the app's main screens on a phone and return what the profile's selectors found there.

    `username` is whose profile to open, best somebody whom the active account does not follow; the active account's own
    when None. `pictures` also takes one of each screen.

    Raises:
        UnsupportedApp: the profile does not cover the installed version, or the language.
        AppMissing: the app is not installed.
        Challenge: the app asks for a verification.

    """
    version = installed(profile, phone)
    chance = random.Random()  # noqa: S311 - spreads waits, no secrets
    driver = AppDriver(phone, version, clock or SystemClock(), stop or StopSignal(), chance)
    walk = _Walk(driver, username, takes_pictures=pictures)
    walk.go()
    return Checked(version, tuple(check_screens(version, walk.screens)), walk.screens, walk.pictures)


def check_here(phone: Phone, profile: AppProfile, *, pictures: bool = False) -> Checked:
    """Return what the profile's selectors find on the screen that the phone shows now; nothing is touched.

    `pictures` also takes one of it.

    Raises:
        UnsupportedApp: the profile does not cover the installed version, or the language.
        AppMissing: the app is not installed.

    """
    version = installed(profile, phone)
    screens = {HERE: Screen.parse(phone.hierarchy(), profile.package)}
    taken = {HERE: phone.screenshot()} if pictures else {}
    return Checked(version, tuple(check_screens(version, screens)), screens, taken)


def installed(profile: AppProfile, phone: Phone) -> VersionProfile:
    """Return the profile for the version of the app on a phone, in the language in which it shows the app.

    Raises:
        UnsupportedApp: the profile does not cover one of them.
        AppMissing: the app is not installed.

    """
    language = phone.language(profile.package) or None
    return profile.for_version(phone.app_version(profile.package), language)


def _best(name: str, seen: Mapping[str, Sighting]) -> Resolution:
    """Return the best sighting of a selector: later alternatives may fit what was not meant, and repeat."""
    found = [(not each.proves, each.alternative or 0, place) for place, each in seen.items() if each.count]
    if not found:
        return Resolution(name)
    place = min(found, key=lambda hit: hit[:2])[2]
    return Resolution(name, place, seen[place])


@dataclass(slots=True)
class _Walk:
    driver: AppDriver
    username: str | None
    takes_pictures: bool = False
    screens: dict[str, Screen] = field(default_factory=dict[str, Screen])
    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])

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
                self._take_picture(place)

    def _take_picture(self, place: str) -> None:
        if self.takes_pictures:
            self.pictures[place] = self.driver.phone.screenshot()

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
