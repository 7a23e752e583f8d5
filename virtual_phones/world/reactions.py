"""Who likes, keeps, reposts and shares which post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from virtual_phones.world.events import Event, Kind
from virtual_phones.world.part import Happen
from virtual_phones.world.population import Population

Mark = Literal["like", "favorite", "repost"]
"""What an account sets on a post and can take back."""

_SET: Mapping[Mark, Kind] = {"like": "like", "favorite": "favorite", "repost": "repost"}
_UNSET: Mapping[Mark, Kind] = {"like": "unlike", "favorite": "unfavorite", "repost": "unrepost"}
_MARK_OF: Mapping[Kind, Mark] = {kind: mark for kinds in (_SET, _UNSET) for mark, kind in kinds.items()}


class Reactions:
    """The marks and shares of posts. Usernames and ids of posts are not checked."""

    def __init__(self, population: Population, happen: Happen) -> None:
        self._population = population
        self._happen = happen
        self._marks: dict[tuple[Mark, str], set[str]] = {}
        self._shares: dict[str, list[str]] = {}

    def apply(self, event: Event) -> None:
        """Take note of a mark that was set or taken back, or of a share."""
        if event.kind == "share":
            username, post, _ = event.values
            self._shares.setdefault(post, []).append(username)
        elif (mark := _MARK_OF.get(event.kind)) is not None:
            username, post = event.values
            marked = self._marks.setdefault((mark, post), set())
            (marked.add if event.kind == _SET[mark] else marked.discard)(username)

    def mark(self, mark: Mark, username: str, post: str) -> None:
        """Set a mark; setting it again is written down again."""
        self._happen(_SET[mark], username, post)

    def unmark(self, mark: Mark, username: str, post: str) -> None:
        """Take a mark back."""
        self._happen(_UNSET[mark], username, post)

    def share(self, username: str, post: str, way: str) -> None:
        """Share a post, in a way such as `link`."""
        self._happen("share", username, post, way)

    def marked(self, mark: Mark, username: str, post: str) -> bool:
        """Tell whether an account has set a mark."""
        return username in self._marks.get((mark, post), ())

    def marks(self, mark: Mark, post: str) -> int:
        """Return how many accounts have set a mark."""
        return self._population.old_marks(mark, post) + len(self._marks.get((mark, post), ()))

    def shared(self, username: str, post: str) -> bool:
        """Tell whether an account has shared a post."""
        return username in self._shares.get(post, ())

    def shares(self, post: str) -> int:
        """Return how often a post was shared."""
        return self._population.old_marks("share", post) + len(self._shares.get(post, ()))
