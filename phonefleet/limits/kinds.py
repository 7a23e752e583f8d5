"""The kinds of irreversible actions, each with a budget of its own."""

from __future__ import annotations

from typing import Literal, get_args

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

_NOUNS: dict[Kind, str] = {
    "follow": "follows",
    "unfollow": "unfollows",
    "like": "likes",
    "favorite": "favorites",
    "repost": "reposts",
    "share": "shares",
    "comment": "comments",
    "message": "messages",
    "post": "posts",
    "profile": "profile changes",
}


def counted(number: int, kind: Kind) -> str:
    """Return a number of actions in words: "1 follow", "20 follows"."""
    noun = _NOUNS[kind]
    return f"{number} {noun.removesuffix('s') if number == 1 else noun}"
