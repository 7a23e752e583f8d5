"""Somebody's profile: who it is, what we are to them, and the follow button."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.finding import first_of
from phonefleet.apps.pages.identity import display_name_on, owner_of
from phonefleet.apps.pages.search import SearchPage
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import same_name
from phonefleet.errors import ElementMissing, TargetMissing
from phonefleet.text import bare_name
from phonefleet.words import OR, joined, say


class Relation(Enum):
    """What the active account is to the owner of a profile, as its button says."""

    NONE = "none"
    FOLLOWING = "following"
    REQUESTED = "requested"
    SELF = "self"


_BUTTONS = {
    "follow_button": Relation.NONE,
    "following_button": Relation.FOLLOWING,
    "requested_button": Relation.REQUESTED,
    "edit_button": Relation.SELF,
}


class ProfilePage:
    """The profile of one user. Open it first; nothing is read or touched on anybody else's."""

    def __init__(self, driver: AppDriver) -> None:
        self._driver = driver
        self._owner = ""

    def open_direct(self, username: str) -> None:
        """Open the profile by its deep link.

        Raises:
            TargetMissing: the app knows no such user.

        """
        self._driver.open_link("user", username=username.strip().removeprefix("@"))
        self._await(username)

    def open_search(self, username: str) -> None:
        """Open the profile through the app's search.

        Raises:
            TargetMissing: the search does not find exactly this username.

        """
        SearchPage(self._driver).open_result(username.strip().removeprefix("@"))
        self._await(username)

    def username(self) -> str:
        """Return whose profile is on the screen, without `@`."""
        return self._driver.wait_until(
            lambda screen: owner_of(self._driver, screen) or None,
            say("apps.screen_does_not_show_whose", "the screen does not show whose profile it is"),
        )

    def display_name(self) -> str:
        """Return the name that the owner has chosen, as it reads; "" where the profile shows none."""
        complaint = say("apps.profile_does_not_show", "the profile of {owner} does not show", owner=self._owner)
        screen = self._driver.wait_until(lambda now: now if self._shown_on(now) else None, complaint)
        return display_name_on(self._driver, screen)

    @property
    def owner(self) -> str:
        """Whose profile was opened, without `@`."""
        return bare_name(self._owner)

    def message_button(self) -> tuple[str, Element]:
        """Return the button that opens the conversation, or what says that there can be none, with its name.

        Raises:
            ScreenUnclear: several elements could be the button.

        """
        found = self._button("message_button", "messages_refused")
        return found if found[0] == "messages_refused" else self._only("message_button")

    def is_private(self) -> bool:
        """Tell whether the account keeps to itself whom it knows and what it has published."""
        return self._driver.finds(self._driver.look(), "profile_private")

    def open_people(self, side: Literal["followers", "following"]) -> None:
        """Tap the number of people who follow the account, or whom it follows: the list shows."""
        self._driver.tap(self._button(f"profile_{side}")[1])

    def relation(self) -> Relation:
        """Return what the button says.

        Raises:
            ScreenUnclear: there are several buttons, or two that contradict each other.

        """
        return _BUTTONS[self._only(*_BUTTONS)[0]]

    def follow(self) -> None:
        """Tap Follow. Whether it worked is for `relation` to tell."""
        self._driver.tap(self._the("follow_button"))

    def unfollow(self) -> None:
        """Tap Following, or Requested, and confirm. Whether it worked is for `relation` to tell."""
        self._driver.tap(self._the("following_button", "requested_button"))
        self._driver.tap(self._driver.only("unfollow_confirm")[1])

    def _await(self, username: str) -> None:
        self._owner = username

        def outcome(screen: Screen) -> bool | None:
            if self._shown_on(screen):
                return True
            return False if self._driver.finds(screen, "profile_missing") else None

        if not self._driver.wait_until(
            outcome, say("apps.profile_does_not_show_3", "the profile of {username} does not show", username=username)
        ):
            raise self._driver.witnessed(
                TargetMissing(say("apps.app_knows_no_user", "the app knows no user {username!r}", username=username))
            )

    def _the(self, *wanted: str) -> Element:
        """Return the one button that tells the relation, which must be one of these."""
        name, button = self._only(*_BUTTONS)
        if name not in wanted:
            complaint = say(
                "apps.profile_shows_not",
                "the profile of {owner} shows {name} and not {wanted}",
                owner=self._owner,
                name=name,
                wanted=joined(OR, wanted),
            )
            raise self._driver.witnessed(ElementMissing(complaint))
        return button

    def _only(self, *names: str) -> tuple[str, Element]:
        """Wait until exactly one of the buttons is there, on the owner's profile only: lists have such buttons too."""
        complaint = say(
            "apps.profile_does_not_show_2",
            "the profile of {owner} does not show {names}",
            owner=self._owner,
            names=joined(OR, names),
        )
        return self._driver.only(*names, where=self._shown_on, complaint=complaint)

    def _button(self, *names: str) -> tuple[str, Element]:
        """Wait for one of the buttons, on the owner's profile only."""
        return self._driver.wait_until(
            lambda screen: first_of(self._driver, screen, *names) if self._shown_on(screen) else None,
            say(
                "apps.profile_does_not_show_2",
                "the profile of {owner} does not show {names}",
                owner=self._owner,
                names=joined(OR, names),
            ),
        )

    def _shown_on(self, screen: Screen) -> bool:
        return same_name(owner_of(self._driver, screen), self._owner)
