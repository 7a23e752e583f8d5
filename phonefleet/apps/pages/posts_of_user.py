"""Somebody's posts, as tiles on the profile: which ones there are, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.identity import display_name_on, owner_of
from phonefleet.apps.pages.post_ref import PostRef, post_at, tile_of
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_text import look, reads, same_name
from phonefleet.apps.steps import ends, read_on
from phonefleet.errors import ElementMissing, TargetMissing
from phonefleet.words import say

_SCROLLS = 40
_ID = re.compile(r"\d+")


class PostsOfUser:
    """The tiles of one profile. Live posts and advertisements are passed over."""

    def __init__(self, driver: AppDriver, username: str) -> None:
        self._driver = driver
        self._username = username
        self.display_name = ""
        """What the profile calls its owner, once it was opened; "" where it shows no such name."""

    def newest(self, count: int) -> list[PostRef]:
        """Return the newest plain posts, fewer when there are fewer.

        Where the app shows ids a post is known by its id from now on, else by what its tile says.

        Raises:
            ElementMissing: there are fewer in sight, and the app shows no end of them.

        """
        labels: dict[str, None] = {}
        for tile in self._plain_tiles():
            labels[tile.label] = None
            if len(labels) == count:
                break
        return [self._ref(label) for label in labels]

    def first_tiles(self) -> list[str]:
        """Return how the tiles read that show first, pinned ones, live posts and advertisements among them."""
        ProfilePage(self._driver).open_direct(self._username)
        return list(map(look, self._labels(self._settled())))

    def is_unique(self, label: str) -> bool:
        """Tell whether a tile bears its post's id, so that no other tile can say the same."""
        return not self._ref(label).tile

    def open(self, label: str) -> None:
        """Tap the tile that says exactly this.

        Raises:
            TargetMissing: there is none.

        """
        for tile in self._plain_tiles():
            if reads(tile.label, label):
                self._driver.tap(tile)
                return
        raise self._driver.witnessed(
            TargetMissing(
                say(
                    "apps.no_post_any_more",
                    "@{username} has no post {label!r} any more",
                    username=self._username,
                    label=label,
                )
            )
        )

    def _plain_tiles(self) -> Iterator[Element]:
        """Open the profile and yield its tiles, scrolling when more are wanted; some come twice."""
        ProfilePage(self._driver).open_direct(self._username)
        screen = self._settled()
        self.display_name = display_name_on(self._driver, screen)
        for _ in range(_SCROLLS):
            badges = self._all(screen, "post_cell_badge")
            yield from (tile for tile in self._all(screen, "post_cell") if not _carries_any(tile, badges))
            before = self._labels(screen)
            if not before:  # the profile says that there are none
                return
            screen = read_on(self._driver, "posts_list", self._is_ready, self._labels, before)
            if self._labels(screen) == before:
                self._require_end(screen)
                return

    def _require_end(self, screen: Screen) -> None:
        if not ends(self._driver, screen, "posts_list", "post_cell"):
            complaint = say(
                "apps.posts_cannot_read_end_app",
                "the posts of {username} cannot be read to their end: the app shows no list to scroll",
                username=self._username,
            )
            raise self._driver.witnessed(ElementMissing(complaint), screen)

    def _labels(self, screen: Screen) -> list[str]:
        return [tile.label for tile in self._all(screen, "post_cell")]

    def _settled(self) -> Screen:
        """Wait until tiles have come, or that there are none is said, and nothing is loading."""
        complaint = say("apps.posts_do_not_show", "the posts of {username} do not show", username=self._username)
        return self._driver.wait_until(lambda screen: screen if self._is_ready(screen) else None, complaint)

    def _is_ready(self, screen: Screen) -> bool:
        right = same_name(owner_of(self._driver, screen), self._username)
        come = self._driver.finds(screen, "post_cell") or self._driver.finds(screen, "posts_none")
        return right and come and not self._driver.finds(screen, "loading")

    def _all(self, screen: Screen, name: str) -> Sequence[Element]:
        return screen.find_all(self._driver.profile.selector(name))

    def _ref(self, label: str) -> PostRef:
        profile, ids = self._driver.profile, _ID.findall(label)
        if "post_id" not in profile.selectors or "post" not in profile.links or len(ids) != 1:
            return tile_of(self._username, label)
        return post_at(profile.link("post", id=ids[0]), self._username)


def _carries_any(tile: Element, badges: Sequence[Element]) -> bool:
    return any(tile.bounds.contains(badge.bounds.center) for badge in badges)
