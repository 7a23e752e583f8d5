"""One post: whose it is, of what kind, and the buttons below it with whether they are lit."""

from __future__ import annotations

import re
from enum import Enum
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import named, same_name
from phonefleet.apps.steps import persistent
from phonefleet.errors import AppCrashed, TargetMissing

Mark = Literal["like", "favorite", "repost", "share"]
"""What can be done with a post by one of its buttons."""

_BUTTONS: dict[Mark, tuple[str, str]] = {
    "like": ("like_button", "liked_button"),
    "favorite": ("favorite_button", "favorited_button"),
    "repost": ("repost_button", "reposted_button"),
    "share": ("share_button", "shared_button"),
}


class PostKind(Enum):
    """What a post is; only a plain one is acted on."""

    PLAIN = "plain"
    LIVE = "live"
    AD = "ad"


class PostPage:
    """A post that was opened; nothing is read or touched on any other one."""

    def __init__(self, driver: AppDriver, post: PostRef) -> None:
        self._driver = driver
        self._post = post

    @persistent
    def open(self) -> None:
        """Show the post, with nothing over it.

        Raises:
            TargetMissing: the post is gone, or the address leads to none.

        """
        if self._post.tile:
            PostsOfUser(self._driver, self._post.author).open(self._post.tile)
        elif "://" in self._post.target:
            self._driver.open_url(self._post.target)
        elif not self.is_open():
            raise self._driver.witnessed(TargetMissing(f"the post {self._post} has no address to find it again by"))
        if not self._driver.wait_until(self._outcome, f"the post {self._post} does not show"):
            raise self._driver.witnessed(TargetMissing(f"the app knows no post {self._post}"))

    def is_open(self) -> bool:
        """Tell whether the post is on the screen now, with nothing over it."""
        try:
            return self._shown_on(self._driver.look())
        except AppCrashed:
            return False

    def author(self) -> str:
        """Return who has published it, without `@`."""
        return named(self._wait("post_owner").label)

    def kind(self) -> PostKind:
        """Return what kind of post it is."""
        screen = self._driver.look()
        if self._driver.finds(screen, "post_live"):
            return PostKind.LIVE
        return PostKind.AD if self._driver.finds(screen, "post_ad") else PostKind.PLAIN

    def is_lit(self, mark: Mark) -> bool:
        """Tell whether the button says that it is done."""
        _, lit = _BUTTONS[mark]
        return self._button(*_BUTTONS[mark])[0] == lit

    @persistent
    def prepare(self, mark: Mark) -> None:
        """Do what comes before the touch that cannot be taken back: only a share asks how."""
        if mark == "share" and not self._driver.finds(self._driver.look(), "share_link"):
            self._driver.tap(self._wait("share_button"))
            self._driver.wait_for("share_link")

    def touch(self, mark: Mark) -> None:
        """Tap a button that is not lit, or choose the link of a prepared share. Whether it worked `is_lit` tells."""
        element = self._driver.wait_for("share_link")[1] if mark == "share" else self._wait(_BUTTONS[mark][0])
        self._driver.tap(element)

    def open_comments(self) -> None:
        """Tap the button that leads to the comments."""
        self._driver.tap(self._wait("comment_button"))

    def names(self, label: str) -> bool:
        """Tell whether a label bears the post's id as a word of its own."""
        return self._post.id in re.findall(r"[\w-]+", label)

    def _outcome(self, screen: Screen) -> bool | None:
        """Return whether the post is there; take away what an interrupted share has left over it."""
        if self._shown_on(screen):
            return True
        if self._driver.finds(screen, "share_link"):
            self._driver.leave()
        return False if self._driver.finds(screen, "post_missing") else None

    def _wait(self, name: str) -> Element:
        return self._button(name)[1]

    def _button(self, *names: str) -> tuple[str, Element]:
        """Wait for one of the elements, on this post only."""

        def found(screen: Screen) -> tuple[str, Element] | None:
            hits = ((name, self._driver.find(screen, name)) for name in names if self._shown_on(screen))
            return next(((name, element) for name, element in hits if element is not None), None)

        return self._driver.wait_until(found, f"the post {self._post} does not show {' or '.join(names)}")

    def _shown_on(self, screen: Screen) -> bool:
        owner = self._driver.find(screen, "post_owner")
        if owner is None or self._driver.finds(screen, "share_link") or self._driver.finds(screen, "comment_entry"):
            return False
        by_author = not self._post.author or same_name(owner.label, self._post.author)
        return by_author and self.bears_id(screen)

    def bears_id(self, screen: Screen) -> bool:
        """Tell whether the screen bears the post's id, where an app shows ids at all."""
        if not self._post.id or "post_id" not in self._driver.profile.selectors:
            return True
        shown = self._driver.find(screen, "post_id")
        return shown is not None and self.names(shown.label)
