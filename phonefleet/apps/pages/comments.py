"""The comments of one post: what stands there, and writing another one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TypeVar

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.gallery_picker import GalleryPicker
from phonefleet.apps.pages.names import plain
from phonefleet.apps.pages.post import PostPage
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.screen import Screen
from phonefleet.apps.selector import Element
from phonefleet.apps.steps import persistent
from phonefleet.errors import PhonefleetError

_SCROLLS = 30

E = TypeVar("E", bound=PhonefleetError)


class Presence(Enum):
    """Whether a comment stands in a list, as far as the list was read."""

    THERE = "there"
    ABSENT = "absent"
    UNSETTLED = "unsettled"
    """The list is longer than anybody reads."""


class CommentsPage:
    """The comments of the post that was opened; nothing is read or written below any other one."""

    def __init__(self, driver: AppDriver, post: PostRef) -> None:
        self._driver = driver
        self._post = post
        self._page = PostPage(driver, post)

    def open(self) -> None:
        """Show the post, then its comments from their beginning.

        Raises:
            TargetMissing: the post is gone, or the address leads to none.

        """
        self._page.open()
        self._enter()

    def in_sight(self, author: str, text: str) -> bool:
        """Tell whether a comment of this author with exactly this text is in sight now."""
        return _bears(self._rows(self._settled()), author, text)

    def search(self, author: str, text: str) -> Presence:
        """Read the list from here to its end for a comment of this author with exactly this text."""
        rows = self._rows(self._settled())
        for _ in range(_SCROLLS):
            if _bears(rows, author, text):
                return Presence.THERE
            before, rows = rows, self._rows_below(rows)
            if rows == before:
                return Presence.ABSENT
        return Presence.UNSETTLED

    def witnessed(self, error: E) -> E:
        """Return the error with what the phone shows now as its evidence."""
        return self._driver.witnessed(error)

    @persistent
    def attach_newest_photo(self) -> None:
        """Add the newest picture of the phone's gallery to what is being written."""
        found, button = self._driver.wait_for("comment_attached", "gallery", "comment_attach")
        if found == "comment_attached":
            return
        if found == "comment_attach":
            self._driver.tap(button)
        GalleryPicker(self._driver).choose(1, "image")
        self._wait("comment_attached")

    @persistent
    def write(self, text: str) -> None:
        """Make `text` what is being written, and see that it stands there."""
        self._driver.type_into(self._wait("comment_entry"), text)

        def written(screen: Screen) -> bool | None:
            entry = self._driver.find(screen, "comment_entry") if self._shown_on(screen) else None
            return True if entry is not None and _squeezed(entry.text) == _squeezed(text) else None

        self._driver.wait_until(written, "the comment does not stand in the field")

    def send(self) -> None:
        """Tap Send. Whether it worked is for `in_sight` and `search` to tell."""
        self._driver.tap(self._wait("comment_send"))

    @persistent
    def _enter(self) -> None:
        if not self._shown_on(self._driver.look()):
            self._page.open_comments()
        self._settled()

    @persistent
    def _rows_below(self, before: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the rows after one scroll, made only while `before` is in sight: none is passed over unread."""
        screen = self._settled()
        if before and self._rows(screen) == before:
            self._driver.scroll("down", self._driver.find(screen, "comments_list"))
            screen = self._settled()
        return self._rows(screen)

    def _settled(self) -> Screen:
        """Wait until the list has come and nothing is loading."""

        def settled(screen: Screen) -> Screen | None:
            come = self._driver.finds(screen, "comment_author") or self._driver.finds(screen, "comments_none")
            ready = self._shown_on(screen) and come and not self._driver.finds(screen, "loading")
            return screen if ready else None

        return self._driver.wait_until(settled, f"the comments of {self._post} do not show")

    def _wait(self, name: str) -> Element:
        """Wait for an element, below this post only."""
        return self._driver.wait_until(
            lambda screen: self._driver.find(screen, name) if self._shown_on(screen) else None,
            f"the comments of {self._post} do not show {name}",
        )

    def _shown_on(self, screen: Screen) -> bool:
        return self._driver.finds(screen, "comment_entry") and self._page.bears_id(screen)

    def _rows(self, screen: Screen) -> list[tuple[str, str]]:
        """Return author and text of each comment in sight; the text stands below its author, above the next one."""
        find_all, selector = screen.find_all, self._driver.profile.selector
        authors, texts = find_all(selector("comment_author")), find_all(selector("comment_text"))
        tops = [author.bounds.top for author in authors]
        spans = zip(authors, tops, [*tops[1:], screen.bounds.bottom], strict=False)  # one end more when there are none
        return [(author.label, _between(texts, top, end)) for author, top, end in spans]


def _between(texts: Sequence[Element], top: int, bottom: int) -> str:
    return next((text.label for text in texts if top <= text.bounds.top < bottom), "")


def _bears(rows: Sequence[tuple[str, str]], author: str, text: str) -> bool:
    wanted = (plain(author), _squeezed(text))
    return any((plain(who), _squeezed(said)) == wanted for who, said in rows)


def _squeezed(text: str) -> str:
    """Return a text as it is compared: apps show white space as they like."""
    return " ".join(text.split())
