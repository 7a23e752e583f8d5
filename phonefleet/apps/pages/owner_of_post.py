"""Reads by which handle the author of a post is known, where the post shows only a display name.

It opens the profile to which the post leads, reads the handle there, and comes back to the same post.
"""

from __future__ import annotations

from collections.abc import Callable

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import display_name_on, owner_of
from phonefleet.apps.pages.post_ref import PostRef
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import look
from phonefleet.apps.steps import persistent
from phonefleet.errors import HandleUnknown
from phonefleet.words import say

Mark = tuple[str, ...]
"""What a post says that tells it from the next one."""


class OwnerOfPost:
    """The author of the post on the screen; `shown_on` tells on which screens that is."""

    def __init__(self, driver: AppDriver, shown_on: Callable[[Screen], bool], post: PostRef) -> None:
        self._driver = driver
        self._shown_on = shown_on
        self._post = post

    def handle(self) -> str:
        """Return the author's handle, without `@`; afterwards the same post is on the screen.

        Raises:
            HandleUnknown: nothing leads from the post to a profile, or the profile bears another name than the post.
            ElementMissing: the profile or, after it, the post does not show.

        """
        if "post_owner_open" not in self._driver.profile.selectors:
            message = say(
                "apps.nothing_done_post_shows_author",
                "nothing was done: the post {post} shows its author by display name only, and the "
                "profile {profile} has no selector post_owner_open that leads to the handle",
                post=self._post,
                profile=self._driver.profile.name,
            )
            raise self._driver.witnessed(HandleUnknown(message))
        before = self._post_on_screen()
        self._enter(before)
        handle, display_name = self._read()
        self._come_back(before)
        if display_name and display_name != before[0]:
            message = say(
                "apps.nothing_done_post_leads_profile",
                "nothing was done: the post {post} leads to the profile of {display_name!r}, @{handle}",
                post=self._post,
                display_name=display_name,
                handle=handle,
            )
            raise HandleUnknown(message)
        return handle

    @persistent
    def _post_on_screen(self) -> Mark:
        return self._driver.wait_until(
            self._mark, say("apps.post_does_not_show", "the post {post} does not show", post=self._post)
        )

    @persistent
    def _enter(self, before: Mark) -> None:
        """Open the profile, unless a call that broke has opened it."""
        here = self._mark(self._driver.look())
        if here == before:
            self._driver.tap(self._button())
        self._driver.wait_until(
            self._profile,
            say(
                "apps.profile_author_does_not_show",
                "the profile of the author of {post} does not show",
                post=self._post,
            ),
        )

    def _button(self) -> Element:
        complaint = say(
            "apps.post_does_not_show_post", "the post {post} does not show post_owner_open", post=self._post
        )
        return self._driver.only("post_owner_open", where=self._shown_on, complaint=complaint)[1]

    @persistent
    def _read(self) -> tuple[str, str]:
        return self._driver.wait_until(
            self._profile,
            say(
                "apps.profile_author_shows_no_handle",
                "the profile of the author of {post} shows no handle",
                post=self._post,
            ),
        )

    @persistent
    def _come_back(self, before: Mark) -> None:
        here = self._mark(self._driver.look())
        if here != before:
            self._driver.leave()
        self._driver.wait_until(
            lambda screen: True if self._mark(screen) == before else None,
            say(
                "apps.post_does_not_show_again",
                "the post {post} does not show again after a look at the profile of its author",
                post=self._post,
            ),
        )

    def _profile(self, screen: Screen) -> tuple[str, str] | None:
        """Return handle and display name on a profile; None on any other screen."""
        handle = "" if self._driver.finds(screen, "post_owner") else owner_of(self._driver, screen)
        return (handle, display_name_on(self._driver, screen)) if handle else None

    def _mark(self, screen: Screen) -> Mark | None:
        """Return what tells the post from others, the display name first; None where it does not show."""
        if not self._shown_on(screen):
            return None
        found = (screen.find(self._driver.profile.selectors.get(name, ())) for name in ("post_caption", "post_id"))
        owner = self._driver.find(screen, "post_owner")
        return look(owner.label if owner else ""), *(look(each.label) if each else "" for each in found)
