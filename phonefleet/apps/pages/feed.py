"""Posts that fill the screen one after the other: the feed, or what a search for posts has found."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import handle_in
from phonefleet.apps.pages.post import PostKind
from phonefleet.apps.pages.post_ref import PostRef, post_at
from phonefleet.apps.pages.search import SearchPage
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import look
from phonefleet.apps.steps import persistent, scroll
from phonefleet.words import say

_STILL = 4
"""How many looks after a swipe must show the same post, and nothing that loads, before it counts as ineffective."""

_SWIPES = 2
"""How many swipes must be ineffective before a post counts as the last one."""

_BACK_AT_MOST = 3
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class FeedPost:
    """The post on the screen and of what kind it is."""

    ref: PostRef
    kind: PostKind


class FeedPage:
    """The feed, or with a `topic` the posts that a search for it finds. It goes on from post to post."""

    def __init__(self, driver: AppDriver, topic: str | None = None) -> None:
        self._driver = driver
        self._topic = topic

    @persistent
    def open(self) -> bool:
        """Show the first post; False when the search finds none."""
        if self._topic is not None:
            return self._open_found(self._topic)
        self._driver.ensure_started()
        self._driver.tap(self._driver.wait_for("home_tab")[1])
        self._driver.wait_until(self._seen, say("apps.feed_shows_no_post", "the feed shows no post"))
        return True

    @persistent
    def resume(self) -> bool:
        """Come back to the post that was left, by Back, or show the first one; False when there is none."""
        self._driver.ensure_started()
        for _ in range(_BACK_AT_MOST):
            if self._is_here(self._driver.look()):
                return True
            self._driver.leave()
            self._driver.ensure_started()
        return self._is_here(self._driver.look()) or self.open()

    @persistent
    def current(self) -> FeedPost:
        """Return the post on the screen."""
        return self._driver.wait_until(self._seen, say("apps.feed_shows_no_post", "the feed shows no post"))

    def advance(self) -> bool:
        """Show the next post; False when there is none."""
        before = self.current().ref
        return any(self._moves(before) for _ in range(_SWIPES))

    def _moves(self, before: PostRef) -> bool:
        """Swipe once, and tell whether another post shows."""
        broken, moved = True, False
        while broken and not moved:  # scrolling twice would pass a post over
            broken = scroll(self._driver, "feed")
            moved = self._has_moved(before)
        return moved

    @persistent
    def _has_moved(self, before: PostRef) -> bool:
        still = 0

        def moved(screen: Screen) -> bool | None:
            nonlocal still
            seen = self._seen(screen)
            if seen is not None and seen.ref != before:
                return True
            still = 0 if seen is None or self._driver.finds(screen, "loading") else still + 1
            return False if still == _STILL else None

        return self._driver.wait_until(moved, say("apps.feed_does_not_go", "the feed does not go on"))

    def _open_found(self, topic: str) -> bool:
        driver = self._driver
        SearchPage(driver).enter(topic)
        driver.tap(driver.wait_for("search_posts")[1])
        name, first = driver.wait_for("search_post", "search_nothing")
        if name == "search_nothing":
            return False
        driver.tap(first)
        driver.wait_until(self._seen, say("apps.no_post_about_shows", "no post about {topic} shows", topic=topic))
        return True

    def _is_here(self, screen: Screen) -> bool:
        """Tell whether a post of this feed is on the screen: the lit tab tells the feed from what was found."""
        other = self._driver.find(screen, "search_tab" if self._topic is None else "home_tab")
        return self._seen(screen) is not None and not (other and other.selected)

    def _seen(self, screen: Screen) -> FeedPost | None:
        driver = self._driver
        owner = driver.find(screen, "post_owner") if driver.finds(screen, "feed") else None
        if owner is None or driver.finds(screen, "comment_entry") or driver.finds(screen, "share_link"):
            return None
        return FeedPost(self._ref(screen, owner), self._kind(screen))

    def _kind(self, screen: Screen) -> PostKind:
        if self._driver.finds(screen, "post_live"):
            return PostKind.LIVE
        return PostKind.AD if self._driver.finds(screen, "post_ad") else PostKind.PLAIN

    def _ref(self, screen: Screen, owner: Element) -> PostRef:
        """Return the post by its address where the app shows ids, else by what it says."""
        profile = self._driver.profile
        author = handle_in(profile, "post_owner", owner.label)
        display_name = "" if author else look(owner.label)
        shown = self._driver.find(screen, "post_id") if self._driver.finds(screen, "post_id") else None
        ids = [word for word in _WORD.findall(shown.label if shown else "") if word.isdecimal()]
        if len(ids) == 1 and "post" in profile.links:
            return replace(post_at(profile.link("post", id=ids[0]), author), display_name=display_name)
        found = self._driver.find(screen, "post_caption") if self._driver.finds(screen, "post_caption") else None
        caption = found.label if found else ""
        called = f"@{author}" if author else display_name
        return PostRef(f"{called}: {caption}", author, display_name=display_name, caption=look(caption))
