"""What one has published: how many posts of the same words stand first on the profile, and what is on its way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.pages.post import PostPage
from phonefleet.apps.pages.posts_of_user import PostsOfUser
from phonefleet.apps.pages.user_profile import ProfilePage
from phonefleet.apps.shown_text import Reading, reading
from phonefleet.apps.steps import persistent
from phonefleet.errors import Permanent
from phonefleet.words import say

MOST_ALIKE = 20

_NUMBER = re.compile(r"\d+")


class TooManyAlike(Permanent):
    """So many posts with these words stand on the profile that a new one could not be told from them."""


class OwnPosts:
    """The posts of the active account, read on its profile."""

    def __init__(self, driver: AppDriver, username: str) -> None:
        self._driver = driver
        self._username = username

    @persistent
    def open(self) -> None:
        """Show the profile."""
        ProfilePage(self._driver).open_direct(self._username)

    @persistent
    def is_uploading(self) -> bool:
        """Tell whether something is on its way, as the profile shows it now."""
        return self._driver.finds(self._driver.look(), "upload_going")

    @persistent
    def discard_failed(self) -> bool:
        """Take uploads away that have failed, and tell whether there were any."""
        found = False
        while self._driver.finds(screen := self._driver.look(), "upload_discard"):
            before = len(screen.find_all(self._driver.profile.selector("upload_discard")))
            self._driver.tap(screen.find_all(self._driver.profile.selector("upload_discard"))[0])
            self._driver.wait_until(
                lambda now, before=before: (
                    True if len(now.find_all(self._driver.profile.selector("upload_discard"))) < before else None
                ),
                say("apps.upload_failed_stays", "an upload that has failed stays"),
            )
            found = True
        return found

    @persistent
    def alike(self, *captions: str) -> int:
        """Return how many of the newest posts, one after the other, read like one of these texts.

        Raises:
            TooManyAlike: there are too many to look at.

        """
        for count in range(MOST_ALIKE):
            words = self._words(count)
            if words is None or not _reads_like(words, captions):
                return count
        message = say(
            "apps.posts_same_words_stand_first",
            "{most_alike} posts with the same words stand first on the profile of @{username}",
            most_alike=MOST_ALIKE,
            username=self._username,
        )
        raise self._driver.witnessed(TooManyAlike(message))

    @persistent
    def matching(self, among: int, *captions: str) -> int:
        """Return how many of the newest `among` posts read like one of these texts."""
        words = [self._words(place) for place in range(among)]
        return sum(each is not None and _reads_like(each, captions) for each in words)

    @persistent
    def first_tiles(self) -> list[str]:
        """Return what the tiles say that show first on the profile."""
        return PostsOfUser(self._driver, self._username).first_tiles()

    def is_unchanged(self, before: Sequence[str], now: Sequence[str], others: int) -> bool:
        """Tell whether the profile positively shows no further post than `others`: below them it is as before.

        Not where one more would look just like this, nor where a tile says something else than before.
        """
        tiles = PostsOfUser(self._driver, self._username)
        if not before:  # then there is nothing below them, and their number tells
            return all(map(tiles.is_unique, now)) and len(tiles.newest(others + 1)) == others
        if not _is_shifted(before, now, others):
            return False
        distinct = len(set(before[: len(now) - others])) > 1 and not _is_shifted(before, now, others + 1)
        return distinct or all(map(tiles.is_unique, before))

    def _words(self, place: int) -> str | None:
        """Return the words of one of the posts, the newest at 0; None when there are fewer."""
        newest = PostsOfUser(self._driver, self._username).newest(place + 1)
        if len(newest) <= place:
            return None
        PostPage(self._driver, newest[place]).open()
        return self._driver.wait_for("post_caption")[1].label

    @persistent
    def in_story(self) -> int:
        """Return how much is in the story, as the profile says."""
        self.open()
        found = self._driver.find(self._driver.look(), "story_count")
        number = _NUMBER.search(found.label) if found else None
        return int(number[0]) if number else 0


def _is_shifted(before: Sequence[str], now: Sequence[str], places: int) -> bool:
    """Tell whether tiles are those of before with so many others in front, as far as both looks show them."""
    both = min(len(before), len(now) - places)
    return both > 0 and list(now[places : places + both]) == list(before[:both])


def _reads_like(words: str, captions: Sequence[str]) -> bool:
    return any(reading(words, caption) is not Reading.OTHER for caption in captions)
