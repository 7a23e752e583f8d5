"""What was written below which post."""

from __future__ import annotations

from virtual_phones.world.events import Event
from virtual_phones.world.part import Happen
from virtual_phones.world.population import Comment, Population


class Comments:
    """The old comments of the population, and those that were written since."""

    def __init__(self, population: Population, happen: Happen) -> None:
        self._population = population
        self._happen = happen
        self._old: dict[str, tuple[Comment, ...]] = {}
        self._new: dict[str, list[Comment]] = {}

    def apply(self, event: Event) -> None:
        """Take note of a comment."""
        if event.kind == "comment":
            author, post, text, image = event.values
            self._new.setdefault(post, []).append(Comment(author, text, image))

    def add(self, author: str, post: str, text: str, image: str = "") -> None:
        """Write below a post; writing the same again is written down again."""
        self._happen("comment", author, post, text, image)

    def on(self, post: str) -> list[Comment]:
        """Return what stands below a post, oldest first."""
        if post not in self._old:
            self._old[post] = self._population.old_comments(post)
        return [*self._old[post], *self._new.get(post, ())]
