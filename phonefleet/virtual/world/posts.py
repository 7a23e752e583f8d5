"""What was published, by whom and when."""

from __future__ import annotations

from typing import cast

from phonefleet.errors import Permanent
from phonefleet.virtual.world.events import Event
from phonefleet.virtual.world.part import Happen
from phonefleet.virtual.world.population import Media, Population, Post


class UnknownPost(Permanent):
    """The world knows no such post."""


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
            author, post, caption, media = event.values
            self._posts[post] = Post(post, author, caption, event.at, cast("Media", media))
            self._by_author.setdefault(author, []).append(self._posts[post])

    def publish(self, author: str, caption: str, media: Media) -> str:
        """Publish a post and return its id."""
        post = str(int(next(reversed(self._posts))) + 1)
        self._happen("post", author, post, caption, media)
        return post

    def all(self) -> list[Post]:
        """Return all posts, newest first."""
        return list(reversed(self._posts.values()))

    def of(self, author: str) -> list[Post]:
        """Return an author's posts, newest first."""
        return self._by_author.get(author, [])[::-1]

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
