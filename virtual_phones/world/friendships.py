"""Who follows whom."""

from __future__ import annotations

from enum import Enum

from virtual_phones.world.events import Event
from virtual_phones.world.population import Population


class Relation(Enum):
    """What one account is to another."""

    NONE = "none"
    FOLLOWING = "following"
    REQUESTED = "requested"


class Friendships:
    """The old friendships of the population, and what happened to them since."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._following: dict[str, dict[str, None]] = {}
        self._followers: dict[str, dict[str, None]] = {}

    def apply(self, event: Event) -> None:
        """Take note of a follow or an unfollow."""
        match event.kind, event.values:
            case "follow", (follower, followee):
                self._following.setdefault(follower, {})[followee] = None
                self._followers.setdefault(followee, {})[follower] = None
            case "unfollow", (follower, followee):
                self._following.get(follower, {}).pop(followee, None)
                self._followers.get(followee, {}).pop(follower, None)
            case _:
                pass

    def relation(self, follower: str, followee: str) -> Relation:
        """Return what `follower` is to `followee`."""
        if followee not in self._following.get(follower, {}):
            return Relation.NONE
        return Relation.REQUESTED if self._is_private(followee) else Relation.FOLLOWING

    def followers(self, username: str) -> list[str]:
        """Return who follows an account, newest first; a private one has accepted nobody."""
        recent = [] if self._is_private(username) else list(self._followers.get(username, {}))
        return [*reversed(recent), *self._population.fans.get(username, ())]

    def following(self, username: str) -> list[str]:
        """Return whom an account follows, newest first."""
        recent = [followee for followee in self._following.get(username, {}) if not self._is_private(followee)]
        return [*reversed(recent), *self._population.idols.get(username, ())]

    def _is_private(self, username: str) -> bool:
        """Tell whether following has to be asked for; a journal may name accounts of more phones than there are now."""
        account = self._population.accounts.get(username)
        return account is not None and account.private
