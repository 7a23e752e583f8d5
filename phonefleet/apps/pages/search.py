"""Search: find the one account that bears exactly a username."""

from __future__ import annotations

from collections.abc import Sequence

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import require_handles
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import plain, same_name
from phonefleet.apps.steps import ends, scroll
from phonefleet.errors import ElementMissing, TargetMissing
from phonefleet.words import say

_SCROLLS = 40
_SWIPES = 2
"""How many swipes must change nothing before the results count as read to their end."""


class SearchPage:
    """The app's search for people."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver

    def open_result(self, username: str) -> None:
        """Search for a username and tap the result that bears exactly it, scrolling past look-alikes.

        Raises:
            TargetMissing: no result does.
            HandleUnknown: the app lists people by display name.

        """
        require_handles(self._driver.profile, "search_username")
        self.enter(username)
        self._driver.tap(self._exact_result(username))

    def enter(self, query: str) -> None:
        """Type what to search for; whom it finds shows below."""
        driver = self._driver
        driver.ensure_started()
        driver.tap(driver.wait_for("search_tab")[1])
        driver.type_into(driver.wait_for("search_field")[1], query)

    def _exact_result(self, username: str) -> Element:
        ineffective, seen = 0, [""]
        for _ in range(_SCROLLS):
            screen = self._settled_results(username)
            rows = self._rows(screen)
            if exact := next((row for row in rows if same_name(row.label, username)), None):
                return exact
            names = [row.label for row in rows]
            ineffective = ineffective + 1 if names == seen else 0
            if ineffective == _SWIPES or not names:
                self._require_end(screen, names)
                break
            seen = names
            scroll(self._driver, "search_list")
        raise self._driver.witnessed(
            TargetMissing(say("apps.search_finds_no_user", "the search finds no user {username!r}", username=username))
        )

    def _require_end(self, screen: Screen, names: Sequence[str]) -> None:
        if names and not ends(self._driver, screen, "search_list", "search_username"):
            complaint = say(
                "apps.results_search_cannot_read_end",
                "the results of the search cannot be read to their end: the app shows no list to scroll",
            )
            raise self._driver.witnessed(ElementMissing(complaint), screen)

    def _settled_results(self, username: str) -> Screen:
        """Wait until the exact result shows, or until results have come and change no more."""
        before: list[str] = []

        def settled(screen: Screen) -> Screen | None:
            names = [row.label for row in self._rows(screen)]
            if self._driver.finds(screen, "search_nothing") or plain(username) in map(plain, names):
                return screen
            same = bool(names) and names == before and not self._driver.finds(screen, "loading")
            before[:] = names
            return screen if same else None

        return self._driver.wait_until(settled, say("apps.search_shows_no_results", "the search shows no results"))

    def _rows(self, screen: Screen) -> Sequence[Element]:
        return screen.find_all(self._driver.profile.selector("search_username"))
