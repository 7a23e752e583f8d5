"""The comments of one post: what stands there, and writing another one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.conversation import joined
from phonefleet.apps.pages.gallery_picker import GalleryPicker
from phonefleet.apps.pages.post import PostPage
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import Reading, look, plain, reading, reads, same_name, trimmed
from phonefleet.apps.steps import ends, persistent, read_on
from phonefleet.apps.true_text import reading_of
from phonefleet.errors import PhonefleetError
from phonefleet.words import say

_SCROLLS = 30

E = TypeVar("E", bound=PhonefleetError)


class Presence(Enum):
    """Whether a comment stands in a list, as far as the list was read and as far as anybody can tell."""

    THERE = "there"
    ABSENT = "absent"
    UNSETTLED = "unsettled"
    """The list is longer than anybody reads, or a comment that stands there may be it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A comment as it reads: who wrote it, and its text."""

    author: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that stand for it."""
        return hashlib.sha256(f"{self.author}\0{self.text}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Listing:
    """The comments of a post, in the order of the list: `whole` when they are all, `joins` when each is there once.

    `found` tells what is known of the comment that was looked for: `PERHAPS` where one only reads like it.
    """

    rows: tuple[Row, ...]
    whole: bool
    found: Reading = Reading.OTHER
    joins: bool = True


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
        return self._found(self._settled(), author, text) is Reading.SAME

    def alike_in_sight(self, author: str, text: str) -> int:
        """Return how many comments of this author that read like this text are in sight now."""
        return alike(self._rows(self._settled()), author, text)

    def search(self, author: str, text: str) -> Presence:
        """Read the list from here to its end for a comment of this author with exactly this text."""
        listing = self.read(author, text)
        if listing.found is Reading.SAME:
            return Presence.THERE
        return Presence.ABSENT if listing.whole and listing.found is Reading.OTHER else Presence.UNSETTLED

    def read(self, author: str = "", text: str = "") -> Listing:
        """Read the list from here to its end, or to a comment of this author with exactly this text, if given.

        It is not whole where it is longer than anybody reads, or two looks at it do not fit together.
        """
        screen = self._settled()
        shown = self._rows(screen)
        rows: tuple[Row, ...] = tuple(shown)
        found, fits = Reading.OTHER, True
        for _ in range(_SCROLLS):
            here = self._found(screen, author, text) if text else Reading.OTHER
            if here is Reading.SAME:
                return Listing(rows, whole=False, found=here)
            found = here if here is Reading.PERHAPS else found
            before, screen = shown, self._below(shown)
            shown = self._rows(screen)
            if shown == before:
                return Listing(rows, whole=fits and self._has_ended(screen, shown), found=found, joins=fits)
            together = joined(rows, shown)
            rows, fits = together or (*rows, *shown), fits and together is not None
        return Listing(rows, whole=False, found=found, joins=fits)

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
        self._driver.type_into(self._wait("comment_entry"), trimmed(text))

        def written(screen: Screen) -> bool | None:
            entry = self._driver.find(screen, "comment_entry") if self._shown_on(screen) else None
            return True if entry is not None and reads(entry.text, text) else None

        self._driver.wait_until(
            written, say("apps.comment_does_not_stand_field", "the comment does not stand in the field")
        )

    def send(self) -> None:
        """Tap Send. Whether it worked is for `in_sight` and `search` to tell.

        Raises:
            ScreenUnclear: several elements could be the one that sends.

        """
        complaint = say(
            "apps.comments_do_not_show_comment", "the comments of {post} do not show comment_send", post=self._post
        )
        self._driver.tap(self._driver.only("comment_send", where=self._shown_on, complaint=complaint)[1])

    @persistent
    def _enter(self) -> None:
        if not self._shown_on(self._driver.look()):
            self._page.open_comments()
        self._settled()

    def _below(self, before: list[Row]) -> Screen:
        """Return the screen after one scroll, made only while `before` is in sight: none is passed over unread."""
        if not before:
            return self._settled()
        return read_on(self._driver, "comments_list", self._is_ready, self._rows, before)

    def _has_ended(self, screen: Screen, shown: list[Row]) -> bool:
        """Tell whether a list that no longer changes has ended; where all in sight is the same, it may go on."""
        listing = screen.find(self._driver.profile.selectors.get("comments_list", ()))
        hides = listing is not None and listing.scrollable and len(set(shown)) <= 1
        said = self._driver.finds(screen, "comments_none")
        return not hides and (said or ends(self._driver, screen, "comments_list", "comment_author"))

    @persistent
    def _settled(self) -> Screen:
        """Wait until the list has come and nothing is loading."""
        complaint = say("apps.comments_do_not_show", "the comments of {post} do not show", post=self._post)
        return self._driver.wait_until(lambda screen: screen if self._is_ready(screen) else None, complaint)

    def _is_ready(self, screen: Screen) -> bool:
        come = self._driver.finds(screen, "comment_author") or self._driver.finds(screen, "comments_none")
        return self._shown_on(screen) and come and not self._driver.finds(screen, "loading")

    def _wait(self, name: str) -> Element:
        """Wait for an element, below this post only."""
        return self._driver.wait_until(
            lambda screen: self._driver.find(screen, name) if self._shown_on(screen) else None,
            say("apps.comments_do_not_show_2", "the comments of {post} do not show {name}", post=self._post, name=name),
        )

    def _shown_on(self, screen: Screen) -> bool:
        return self._driver.finds(screen, "comment_entry") and self._page.bears_id(screen)

    def _found(self, screen: Screen, author: str, text: str) -> Reading:
        """Return what is known of a comment on a screen, the surest of what its rows say."""
        readings = {
            reading_of(self._driver, said, text)
            for who, said in self._elements(screen)
            if said is not None and same_name(who.label, author)
        }
        return next((each for each in (Reading.SAME, Reading.PERHAPS) if each in readings), Reading.OTHER)

    def _rows(self, screen: Screen) -> list[Row]:
        """Return the comments in sight, without one at the end of which only the author is."""
        found = self._elements(screen)
        complete = found[:-1] if found and found[-1][1] is None else found
        return [Row(plain(who.label), look(said.label) if said else "") for who, said in complete]

    def _elements(self, screen: Screen) -> list[tuple[Element, Element | None]]:
        """Return author and text of each comment in sight; the text stands below its author, above the next one."""
        find_all, selector = screen.find_all, self._driver.profile.selector
        authors, texts = find_all(selector("comment_author")), find_all(selector("comment_text"))
        tops = [author.bounds.top for author in authors]
        spans = zip(authors, tops, [*tops[1:], screen.bounds.bottom], strict=False)  # one end more when there are none
        return [(author, _between(texts, top, end)) for author, top, end in spans]


def alike(rows: Iterable[Row], author: str, text: str) -> int:
    """Return how many of the comments are of this author and read like this text, or like its beginning."""
    return sum(same_name(row.author, author) and reading(row.text, text) is not Reading.OTHER for row in rows)


def _between(texts: Sequence[Element], top: int, bottom: int) -> Element | None:
    return next((text for text in texts if top <= text.bounds.top < bottom), None)
