"""One's own profile, as others see it and as it is edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.gallery_picker import GalleryPicker
from phonefleet.apps.pages.identity import owner_of
from phonefleet.apps.pages.look import Look, look_of
from phonefleet.apps.pages.profile_numbers import ProfileNumbers, numbers_on
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import Reading, plain, reading, trimmed
from phonefleet.apps.steps import advance, persistent
from phonefleet.apps.true_text import reading_of
from phonefleet.errors import ElementMissing, Rejected, UsernameTaken
from phonefleet.words import say

Field = Literal["nickname", "username", "bio", "link"]

_SHOWN: Mapping[Field, str] = {
    "nickname": "profile_name",
    "username": "profile_username",
    "bio": "profile_bio",
    "link": "profile_link",
}
_EDITED: Mapping[Field, str] = {
    "nickname": "editor_name",
    "username": "editor_username",
    "bio": "editor_bio",
    "link": "editor_link",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a profile says of its owner; what it does not show is empty."""

    nickname: str
    username: str
    bio: str
    link: str


class OwnProfile:
    """The profile of the active account, which bears one of the given usernames. Nobody else's is read or touched.

    Without usernames it is only asked `whose` it is.
    """

    def __init__(self, driver: AppDriver, usernames: Iterable[str] = ()) -> None:
        self._driver = driver
        self._usernames = frozenset(map(plain, usernames))

    @persistent
    def open(self) -> None:
        """Show the profile of whoever is active."""
        self._driver.ensure_started()
        name, element = self._driver.wait_for("profile_tab", "editor_save")
        if name == "editor_save":
            self._driver.leave()
            element = self._driver.wait_for("profile_tab")[1]
        self._driver.tap(element)
        self._driver.wait_until(
            self._shown, say("apps.accounts_own_profile_does_not", "the account's own profile does not show")
        )

    @persistent
    def whose(self) -> str:
        """Return by which handle the active account is known, without `@`, as its own profile says."""
        self._driver.ensure_started()
        self._driver.tap(self._driver.wait_for("profile_tab")[1])
        return self._driver.wait_until(
            self._handle, say("apps.accounts_own_profile_does_not", "the account's own profile does not show")
        )

    @persistent
    def read(self) -> Shown:
        """Return what the profile says."""
        return self._driver.wait_until(
            self._shown, say("apps.accounts_own_profile_does_not", "the account's own profile does not show")
        )

    @persistent
    def numbers(self) -> ProfileNumbers:
        """Return the numbers that the profile shows, once two looks show the same: they come later than the page.

        Raises:
            ElementMissing: it shows none, not even how many follow it.

        """
        before: list[ProfileNumbers] = []

        def settled(screen: Screen) -> ProfileNumbers | None:
            found = numbers_on(self._driver, screen) if self._shown(screen) is not None else None
            same = found is not None and before == [found]
            before[:] = [] if found is None else [found]
            return found if same and found is not None and "followers" in found else None

        return self._driver.wait_until(settled, "the account's own profile does not show its numbers")

    @persistent
    def says(self, field: Field, value: str) -> Reading:
        """Tell whether the profile says a value, truly where a dump cannot tell it from others."""
        self.read()
        element = self._driver.find(self._driver.look(), _SHOWN[field])
        return reading_of(self._driver, element, value) if element and element.text else reading("", value)

    @persistent
    def avatar(self) -> Look:
        """Return what the picture looks like."""
        self.read()
        screen = self._driver.look()
        element = self._driver.find(screen, "profile_avatar")
        if element is None:
            raise self._driver.witnessed(
                ElementMissing(say("apps.accounts_own_profile_shows_no", "the account's own profile shows no picture")),
                screen,
            )
        return look_of(self._driver.phone.screenshot(), element.bounds, screen.bounds)

    @persistent
    def edit(self) -> None:
        """Open the editor."""
        if not self._driver.finds(self._driver.look(), "editor_save"):
            self.read()
            self._driver.tap(self._driver.wait_for("edit_button")[1])
        self._driver.wait_for("editor_save")

    @persistent
    def enter(self, field: Field, value: str) -> None:
        """Put a value into its field of the editor, without saving it."""
        self._driver.type_into(self._driver.wait_for(_EDITED[field])[1], trimmed(value))

    def pick_avatar(self) -> None:
        """Choose the phone's newest picture in the editor, without saving it."""
        advance(self._driver, "editor_photo", "gallery")
        GalleryPicker(self._driver).choose()
        self._wait_for("editor_save")

    def save(self) -> None:
        """Save what stands in the editor, and see that the app takes it.

        Raises:
            UsernameTaken: somebody else has the username.
            Rejected: the app does not take a value, and says why.
            ScreenUnclear: several elements could be the button that saves.

        """
        self._driver.tap(self._driver.only("editor_save")[1])
        answers = ["editor_taken"] if "editor_taken" in self._driver.profile.selectors else []
        name, element = self._wait_for(*answers, "editor_error", "edit_button")
        if name == "editor_taken":
            raise self._driver.witnessed(
                UsernameTaken(say("apps.app_says", "the app says: {label}", label=element.label))
            )
        if name == "editor_error":
            raise self._driver.witnessed(Rejected(say("apps.app_says", "the app says: {label}", label=element.label)))

    @persistent
    def _wait_for(self, *names: str) -> tuple[str, Element]:
        return self._driver.wait_for(*names)

    def _shown(self, screen: Screen) -> Shown | None:
        username = self._handle(screen)
        if username is None:
            return None
        known = {field: name for field, name in _SHOWN.items() if name in self._driver.profile.selectors}
        labels = {field: self._driver.find(screen, name) for field, name in known.items()}
        texts = {field: element.text for field, element in labels.items() if element is not None}
        shown = Shown(texts.get("nickname", ""), username, texts.get("bio", ""), texts.get("link", ""))
        return shown if plain(shown.username) in self._usernames else None

    def _handle(self, screen: Screen) -> str | None:
        """Return whose profile it is, if one can edit it."""
        return (owner_of(self._driver, screen) or None) if self._driver.finds(screen, "edit_button") else None
