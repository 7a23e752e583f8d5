"""What the world says of follows, after anything was killed."""

from __future__ import annotations

from collections.abc import Iterable

from tests.integration.stack import Stack


def each_once(stack: Stack, people: Iterable[str], times: int) -> None:
    """See that so many followed one of the people, nobody anybody twice."""
    wanted = set(people)
    follows = [follow for follow in stack.world()["follows"] if follow["followee"] in wanted]
    assert len(follows) == len({(follow["follower"], follow["followee"]) for follow in follows}) == times
