"""The kinds of irreversible actions, each with a budget of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from phonefleet.words import Message, say_many

Kind = Literal[
    "follow", "unfollow", "like", "favorite", "repost", "share", "comment", "message", "post", "profile"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

Cost = tuple[tuple[Kind, int], ...]
"""What a task takes from the budgets of its account: kinds of actions, each with how many of it."""

CONTACTING: frozenset[Kind] = frozenset({"follow", "like", "favorite", "repost", "share", "comment", "message"})
"""What somebody else notices; nobody on the do-not-contact list does. To unfollow a person is to leave them alone."""

ONCE_A_TASK: frozenset[Kind] = frozenset({"profile"})
"""What counts once in a task, however many parts it has: a new name and a new picture are one change of the profile."""

_COUNTED: dict[Kind, Callable[[int], Message]] = {
    "follow": lambda number: say_many("limits.follow", "{count} follow", "{count} follows", count=number),
    "unfollow": lambda number: say_many("limits.unfollow", "{count} unfollow", "{count} unfollows", count=number),
    "like": lambda number: say_many("limits.like", "{count} like", "{count} likes", count=number),
    "favorite": lambda number: say_many("limits.favorite", "{count} favorite", "{count} favorites", count=number),
    "repost": lambda number: say_many("limits.repost", "{count} repost", "{count} reposts", count=number),
    "share": lambda number: say_many("limits.share", "{count} share", "{count} shares", count=number),
    "comment": lambda number: say_many("limits.comment", "{count} comment", "{count} comments", count=number),
    "message": lambda number: say_many("limits.message", "{count} message", "{count} messages", count=number),
    "post": lambda number: say_many("limits.post", "{count} post", "{count} posts", count=number),
    "profile": lambda number: say_many(
        "limits.profile", "{count} profile change", "{count} profile changes", count=number
    ),
}


def counted(number: int, kind: Kind) -> Message:
    """Return a number of actions in words: "1 follow", "20 follows"."""
    return _COUNTED[kind](number)
