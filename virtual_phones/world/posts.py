"""What was published, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from phonefleet.errors import Permanent
from virtual_phones.world.events import PUBLISHED, Event
from virtual_phones.world.part import Happen
from virtual_phones.world.population import Media, Placement, Population, Post


class UnknownPost(Permanent):
    """The world knows no such post."""


@dataclass(frozen=True, slots=True)
class Details:
    """How a post was published, as text: what the journal keeps beside what it shows.

    `files` are the SHA-256 of its pictures or video, separated by commas; `ai_label` and `product_link` are "true" or
    empty; volumes are in percent, empty where there is no sound.
    """

    files: str = ""
    sound: str = ""
    origin_volume: str = ""
    sound_volume: str = ""
    placement: Placement = "reel"
    ai_label: str = ""
    product_link: str = ""


class Posts:
    """The old posts of the population, and what was published since; ids go on counting."""

    def __init__(self, population: Population, happen: Happen) -> None:
        self._happen = happen
        self._posts = {post.id: post for post in population.posts}
        self._by_author: dict[str, list[Post]] = {}
        for post in self._posts.values():
            self._by_author.setdefault(post.author, []).append(post)

    def apply(self, event: Event) -> None:
        """Take note of a post."""
        if event.kind == "post":
            self._enter(event)

    def publish(self, author: str, caption: str, media: Media, details: Details) -> str:
        """Publish a post and return its id."""
        post = str(int(next(reversed(self._posts))) + 1)
        self._happen("post", author, post, caption, media, *(getattr(details, name) for name in PUBLISHED))
        return post

    def all(self) -> list[Post]:
        """Return all posts, newest first; stories are none."""
        return [post for post in reversed(self._posts.values()) if post.placement == "reel"]

    def of(self, author: str) -> list[Post]:
        """Return an author's posts, newest first; stories are none."""
        return [post for post in reversed(self._by_author.get(author, [])) if post.placement == "reel"]

    def stories_of(self, author: str) -> list[Post]:
        """Return what is in an author's story, newest first."""
        return [post for post in reversed(self._by_author.get(author, [])) if post.placement == "story"]

    def _enter(self, event: Event) -> None:
        author, post, caption, media, *published = event.values
        placement = dict(zip(PUBLISHED, published, strict=True))["placement"] or "reel"
        entered = Post(post, author, caption, event.at, cast("Media", media), placement=cast("Placement", placement))
        self._posts[post] = entered
        self._by_author.setdefault(author, []).append(entered)

    def knows(self, post: str) -> bool:
        """Tell whether there is a post with this id."""
        return post in self._posts

    def get(self, post: str) -> Post:
        """Return a post.

        Raises:
            UnknownPost: there is none with this id.

        """
        if not self.knows(post):
            message = f"the world knows no post {post!r}"
            raise UnknownPost(message)
        return self._posts[post]
