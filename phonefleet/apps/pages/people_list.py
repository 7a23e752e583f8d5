"""Lists of people that grow while one scrolls: who follows somebody, whom somebody follows, whom a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import handle_in, require_handles
from phonefleet.apps.pages.search import SearchPage
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.steps import ends, persistent, scroll
from phonefleet.errors import HandleUnknown, PrivateAccount
from phonefleet.text import bare_name
from phonefleet.words import say

Side = Literal["followers", "following"]

_MOST_SCREENS = 500
_STILL = 3
"""How many looks after a swipe must show the same people, and nothing that loads, before it counts as ineffective."""

_SWIPES = 2
"""How many swipes must be ineffective before a list counts as read to its end."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The selectors of one kind of list: its rows, what scrolls, and what says that there is nobody."""

    rows: str
    container: str
    nobody: str


_RELATIONS = _Names("people_username", "people_list", "people_none")
_RESULTS = _Names("search_username", "search_list", "search_nothing")


class PeopleList:
    """One list on the screen. It only scrolls: no row is ever tapped.

    `complete` tells, once it was read, whether its end was seen: not where the app shows no list to scroll, nor where
    there are more people than anybody reads, nor where rows show no handle.
    """

    def __init__(self, driver: AppDriver, names: _Names) -> None:
        self._driver = driver
        self._names = names
        self.complete = False
        self._passed_over = False

    def screens(self) -> Iterator[list[str]]:
        """Yield the usernames on each screen of the list from its top on; neighbouring screens overlap."""
        self.complete = False
        names = self._first()
        self.complete = not names
        for _ in range(_MOST_SCREENS):
            if not names:
                return
            yield names
            names = self._next(names)

    @persistent
    def _first(self) -> list[str]:
        def come(screen: Screen) -> list[str] | None:
            if self._driver.finds(screen, self._names.nobody):
                return []
            return self._shown(screen) or None

        return self._driver.wait_until(come, say("apps.list_people_does_not_show", "the list of people does not show"))

    def _next(self, before: list[str]) -> list[str]:
        """Return who is shown after scrolling; nobody when two swipes have changed nothing."""
        for _ in range(_SWIPES):
            if names := self._scrolled(before):
                return names
        self.complete = not self._passed_over and self._ends()
        return []

    def _scrolled(self, before: list[str]) -> list[str]:
        """Return who is shown after one swipe; nobody when that changes nothing.

        After a broken call the screen tells whether it has scrolled: scrolling twice would pass people over.
        """
        broken = True
        names: list[str] = []
        while broken and not names:
            broken = scroll(self._driver, self._names.container)
            names = self._changed(before)
        return names

    @persistent
    def _ends(self) -> bool:
        return ends(self._driver, self._driver.look(), self._names.container, self._names.rows)

    @persistent
    def _changed(self, before: list[str]) -> list[str]:
        still = 0

        def changed(screen: Screen) -> list[str] | None:
            nonlocal still
            names = self._shown(screen)
            if names and names != before:
                return names
            still = 0 if not names or self._driver.finds(screen, "loading") else still + 1
            return [] if still == _STILL else None

        return self._driver.wait_until(
            changed, say("apps.list_people_does_not_go", "the list of people does not go on loading")
        )

    def _shown(self, screen: Screen) -> list[str]:
        """Return the handles in sight; a row that shows anything else, such as a display name, is nobody's."""
        labels = [row.label for row in screen.find_all(self._driver.profile.selector(self._names.rows)) if row.label]
        names = [handle_in(self._driver.profile, self._names.rows, label) for label in labels]
        self._passed_over = self._passed_over or not all(names)
        if labels and not any(names):
            message = say(
                "apps.nothing_read_list_shows_people",
                "nothing was read: the list shows people as {labels!r}, and by such a name nobody is known",
                labels=labels[0],
            )
            raise self._driver.witnessed(HandleUnknown(message), screen)
        return list(dict.fromkeys(filter(None, names)))


@persistent
def open_relations(driver: AppDriver, username: str, side: Side) -> PeopleList:
    """Show whom somebody follows, or by whom somebody is followed.

    Raises:
        TargetMissing: the app knows no such user.
        PrivateAccount: the app shows the list to nobody whom the account has not accepted.
        HandleUnknown: the app lists people by display name.

    """
    require_handles(driver.profile, _RELATIONS.rows)
    profile = ProfilePage(driver)
    profile.open_direct(username)
    if profile.is_private():
        raise driver.witnessed(
            PrivateAccount(
                say(
                    "apps.private_app_does_not_show",
                    "@{username} is private: the app does not show its {side}",
                    username=bare_name(username),
                    side=side,
                )
            )
        )
    profile.open_people(side)
    return PeopleList(driver, _RELATIONS)


@persistent
def open_results(driver: AppDriver, query: str) -> PeopleList:
    """Show whom a search finds.

    Raises:
        HandleUnknown: the app lists people by display name.

    """
    require_handles(driver.profile, _RESULTS.rows)
    SearchPage(driver).enter(query)
    return PeopleList(driver, _RESULTS)
