"""One post: whose it is, of what kind, and the buttons below it with whether they are lit."""

from __future__ import annotations

import re
from enum import Enum
from typing import Literal

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import handle_in, shows_handles
from phonefleet.apps.pages.owner_of_post import OwnerOfPost
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import look, reads, same_name
from phonefleet.apps.steps import persistent
from phonefleet.errors import AppCrashed, ElementMissing, TargetMissing
from phonefleet.words import OR, joined, say

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
        self._display_name = post.display_name
        self._shown_as = ""
        """What the screen has called the author, where that was no handle."""
        self._was_opened = False
        """Whether this object has opened it: that is all that is known where only a display name shows."""

    @persistent
    def open(self) -> None:
        """Show the post, with nothing over it.

        Raises:
            TargetMissing: the post is gone, or the address leads to none.
            HandleUnknown: the app shows the author by display name only, and it is to be somebody's post.

        """
        if self._post.tile:
            tiles = PostsOfUser(self._driver, self._post.author)
            tiles.open(self._post.tile)
            self._was_opened = True
            if not shows_handles(self._driver.profile, "post_owner"):
                self._display_name = tiles.display_name
        elif "://" in self._post.target:
            self._driver.open_url(self._post.target)
            self._was_opened = True
        elif not self.is_open():
            raise self._driver.witnessed(
                TargetMissing(
                    say(
                        "apps.post_no_address_find_again",
                        "the post {post} has no address to find it again by",
                        post=self._post,
                    )
                )
            )
        if not self._driver.wait_until(
            self._outcome, say("apps.post_does_not_show", "the post {post} does not show", post=self._post)
        ):
            raise self._driver.witnessed(
                TargetMissing(say("apps.app_knows_no_post", "the app knows no post {post}", post=self._post))
            )
        if self._post.author and self._shown_as != self._display_name:
            self._require_author()

    def is_open(self) -> bool:
        """Tell whether the post is on the screen now, with nothing over it."""
        try:
            return self._shown_on(self._driver.look())
        except AppCrashed:
            return False

    def author(self) -> str:
        """Return the handle of who has published it, without `@`. Raises as `owner` does."""
        return self.owner()[0]

    def owner(self) -> tuple[str, str]:
        """Return the handle of who has published it, without `@`, and what the post calls them if that is no handle.

        Where the post shows a display name, the handle is read on the profile to which the post leads.

        Raises:
            HandleUnknown: only a display name shows, and nothing leads from there to the handle.

        """
        label = self._wait("post_owner").label
        if handle := self._handle_in(label):
            return handle, ""
        if self._post.author and self._display_name:  # then it was compared with what this author's posts say
            return self._post.author, self._display_name
        return self._handle_behind(), look(label)

    def kind(self) -> PostKind:
        """Return what kind of post it is."""
        screen = self._driver.look()
        if self._driver.finds(screen, "post_live"):
            return PostKind.LIVE
        return PostKind.AD if self._driver.finds(screen, "post_ad") else PostKind.PLAIN

    def is_lit(self, mark: Mark) -> bool:
        """Tell whether the button says that it is done.

        Raises:
            ScreenUnclear: there are several buttons, or two that contradict each other.

        """
        _, lit = _BUTTONS[mark]
        return self._only(*_BUTTONS[mark])[0] == lit

    @persistent
    def prepare(self, mark: Mark) -> None:
        """Do what comes before the touch that cannot be taken back: only a share asks how."""
        if mark == "share" and not self._driver.finds(self._driver.look(), "share_link"):
            self._driver.tap(self._unlit("share"))
            self._driver.wait_for("share_link")

    def touch(self, mark: Mark) -> None:
        """Tap a button that is not lit, or choose the link of a prepared share. Whether it worked `is_lit` tells."""
        self._driver.tap(self._driver.only("share_link")[1] if mark == "share" else self._unlit(mark))

    def open_comments(self) -> None:
        """Tap the button that leads to the comments."""
        self._driver.tap(self._only("comment_button")[1])

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

    def _require_author(self) -> None:
        """See by the handle that the post at the address is by who it is to be; what it calls its author is kept."""
        author = self._handle_behind()
        if not same_name(author, self._post.author):
            complaint = say(
                "apps.post_does_not_show_one",
                "the post {post} does not show: the one on the screen is by @{author}",
                post=self._post,
                author=author,
            )
            raise self._driver.witnessed(ElementMissing(complaint))
        self._display_name = self._shown_as

    def _handle_in(self, label: str) -> str:
        return handle_in(self._driver.profile, "post_owner", label)

    def _handle_behind(self) -> str:
        return OwnerOfPost(self._driver, self._shown_on, self._post).handle()

    def _wait(self, name: str) -> Element:
        """Wait for one of the elements, on this post only."""
        return self._driver.wait_until(
            lambda screen: self._driver.find(screen, name) if self._shown_on(screen) else None,
            say("apps.post_does_not_show_3", "the post {post} does not show {name}", post=self._post, name=name),
        )

    def _only(self, *names: str) -> tuple[str, Element]:
        """Wait until exactly one of the elements is there, on this post only."""
        complaint = say(
            "apps.post_does_not_show_2",
            "the post {post} does not show {names}",
            post=self._post,
            names=joined(OR, names),
        )
        return self._driver.only(*names, where=self._shown_on, complaint=complaint)

    def _unlit(self, mark: Mark) -> Element:
        """Return the one button, which must not be lit."""
        wanted, lit = _BUTTONS[mark]
        name, button = self._only(wanted, lit)
        if name != wanted:
            complaint = say(
                "apps.post_shows_not",
                "the post {post} shows {name} and not {wanted}",
                post=self._post,
                name=name,
                wanted=wanted,
            )
            raise self._driver.witnessed(ElementMissing(complaint))
        return button

    def _shown_on(self, screen: Screen) -> bool:
        owner = self._driver.find(screen, "post_owner")
        if owner is None or self._driver.finds(screen, "share_link") or self._driver.finds(screen, "comment_entry"):
            return False
        self._shown_as = "" if self._handle_in(owner.label) else look(owner.label)
        return self._is_by(owner) and self._says_caption(screen) and self.bears_id(screen)

    def _is_by(self, owner: Element) -> bool:
        """Tell whether the author is the post's: by handle, else by the display name with which the post was found."""
        if handle := self._handle_in(owner.label):
            return not self._display_name and (not self._post.author or same_name(handle, self._post.author))
        return reads(owner.label, self._display_name) if self._display_name else self._was_opened

    def _says_caption(self, screen: Screen) -> bool:
        """Tell whether the screen says what the post says that has neither an id nor an address."""
        if self._post.caption is None:
            return True
        found = self._driver.find(screen, "post_caption") if self._driver.finds(screen, "post_caption") else None
        return reads(found.label if found else "", self._post.caption)

    def bears_id(self, screen: Screen) -> bool:
        """Tell whether the screen bears the post's id, where an app shows ids at all."""
        if not self._post.id or "post_id" not in self._driver.profile.selectors:
            return True
        shown = self._driver.find(screen, "post_id")
        return shown is not None and self.names(shown.label)
