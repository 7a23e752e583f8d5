"""What the phones of a plan are asked for: all ten scripts in turn, on people and posts that each phone has for itself.

A pure function of the plan, of the posts that the world begins with, and of a picture. Each task says which events must
stand in the world afterwards, each once.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deployments.chaos.plan import Plan
from phonefleet.texts.emoji_data import friendly_emoji

Event = dict[str, Any]
Deed = tuple[str, ...]
"""A list of the world, and the values of one of its events: who, to whom or what, and perhaps a text."""

ME: Final = "(me)"
"""Stands for the account that acts."""
EMOJI: Final = "(emoji)"
"""Stands for the emoji that `insert_emoji` has drawn."""
LAST_PERSON: Final = "person_1000"
"""Nobody is asked to do anything to this person: the last look at each lane uses it."""

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "follows": ("follower", "followee"),
    "unfollows": ("follower", "followee"),
    "likes": ("username", "post"),
    "favorites": ("username", "post"),
    "reposts": ("username", "post"),
    "shares": ("username", "post"),
    "comments": ("username", "post", "text"),
    "messages": ("sender", "recipient", "text"),
    "profile_cards": ("sender", "recipient", "profile"),
    "posts": ("author", "caption"),
    "profile_changes": ("username", "field", "value"),
}
"""The lists of the world, and which fields of an event tell it from others."""

LISTS: Final[Mapping[str, str]] = {
    "follow": "follows",
    "unfollow": "unfollows",
    "like": "likes",
    "favorite": "favorites",
    "repost": "reposts",
    "share": "shares",
    "comment": "comments",
    "message": "messages",
    "post": "posts",
    "profile": "profile_changes",
}
"""In which list of the world each kind of action of the ledger shows."""

_PEOPLE: Final = 960
_OF_A_ROUND: Final = 8
"""So many people each round of all scripts uses."""
_INSERTED: Final = re.compile(f" (?:{'|'.join(map(re.escape, friendly_emoji()))})$")


@dataclass(frozen=True, slots=True)
class Ask:
    """One task: its phone from 1, and the deeds that must stand in the world afterwards."""

    phone: int
    script: str
    config: Mapping[str, Any]
    deeds: tuple[Deed, ...] = ()

    def expected(self, account: str) -> Counter[Deed]:
        """Count the deeds, done by this account."""
        return Counter(tuple(account if value == ME else value for value in deed) for deed in self.deeds)


def asks(plan: Plan, posts: Sequence[str], picture: str) -> list[Ask]:
    """Return all tasks of a plan, phone by phone in turn; `posts` are ids, `picture` a file that may be published."""
    phones = [asks_of_phone(number, plan, posts, picture) for number in range(1, plan.fleet.phones + 1)]
    return [next(phones[place % len(phones)]) for place in range(plan.work.tasks)]


def asks_of_phone(number: int, plan: Plan, posts: Sequence[str], picture: str) -> Iterator[Ask]:
    """Yield what a phone is asked for, without end; phones begin with different scripts."""
    for turn in itertools.count():
        told = random.Random(f"{plan.seed}/{number}/{turn}")  # noqa: S311 - repeatable texts, no secrets
        found = _round(turn, posts, picture, lambda told=told: f"{told.randrange(10**9):09} ok")
        units = [unit for unit in found if not plan.work.scripts or _has_any(unit, plan.work.scripts)]
        first = (number - 1) % len(units)
        for script, config, deeds in itertools.chain(*units[first:], *units[:first]):
            if not plan.work.scripts or script in plan.work.scripts:
                yield Ask(number, script, config, deeds)


_Unit = tuple[tuple[str, dict[str, Any], tuple[Deed, ...]], ...]
"""Tasks that follow each other on a phone: script, configuration, deeds."""


def _round(turn: int, posts: Sequence[str], picture: str, text: Callable[[], str]) -> list[_Unit]:
    """Return every script once, some with more of their options."""
    first = turn * _OF_A_ROUND % _PEOPLE
    people = [f"person_{first + place:04}" for place in range(1, _OF_A_ROUND + 1)]
    liked, commented, below = (posts[(3 * turn + place) % len(posts)] for place in range(3))
    return [
        (
            ("follow", {"target_users": people[:1]}, (("follows", ME, people[0]),)),
            ("unfollow", {"target_users": people[:1]}, (("unfollows", ME, people[0]),)),
        ),
        *((one,) for one in _on_posts(liked, commented, below, text)),
        *((one,) for one in _to_people(people, text)),
        *((one,) for one in _of_oneself(people, picture, text)),
    ]


def _has_any(unit: _Unit, scripts: Iterable[str]) -> bool:
    return any(script in scripts for script, _, _ in unit)


def _on_posts(liked: str, commented: str, below: str, text: Callable[[], str]) -> _Unit:
    remark, other = text(), text()
    like = {
        "target_post_urls": [f"sample://post/{liked}"], "view_duration": [0, 1], "enable_favorite": True,
        "enable_repost": True,
    }  # fmt: skip
    return (
        ("like", like, tuple((name, ME, liked) for name in ("likes", "favorites", "reposts"))),
        (
            "comment",
            {"target_post_urls": [f"sample://post/{commented}"], "comment_content": [remark]},
            (("comments", ME, commented, remark),),
        ),
        (
            "comment",
            {"target_post_urls": [f"sample://post/{below}"], "comment_content": [other], "insert_emoji": True},
            (("comments", ME, below, f"{other} {EMOJI}"),),
        ),
    )


def _to_people(people: Sequence[str], text: Callable[[], str]) -> _Unit:
    hello, card, offer = text(), text(), text()
    reached = people[3:6]
    marketing = {
        "targets": reached, "features": {"followUsers": True, "sendDM": True}, "task_interval": [0, 0],
        "dmSettings": {"message_contents": [offer]},
    }  # fmt: skip
    with_card = {"target_users": people[6:7], "message_contents": [card], "insert_emoji": True}
    return (
        (
            "message",
            {"target_users": people[1:2], "message_contents": [hello]},
            (("messages", ME, people[1], hello),),
        ),
        (
            "message",
            with_card | {"send_profile_card": True},
            (("messages", ME, people[6], f"{card} {EMOJI}"), ("profile_cards", ME, people[6], ME)),
        ),
        ("super_marketing", marketing, tuple(_approach(reached, offer))),
    )


def _approach(people: Iterable[str], offer: str) -> Iterator[Deed]:
    for person in people:
        yield "follows", ME, person
        yield "messages", ME, person, offer


def _of_oneself(people: Sequence[str], picture: str, text: Callable[[], str]) -> _Unit:
    words, name, bio = text(), text(), text()
    post = {"content_type": 1, "material_list": [picture], "captions": [words], "post_way": "addButton"}
    warmup = {"task_duration": 5, "min_duration": 0, "max_duration": 1, "like_probable": 50}
    return (
        ("post", post, (("posts", ME, words),)),
        ("scrape_user", {"target_username": people[2:3], "max_scrape_count": 5}, ()),
        ("account_warmup", warmup, ()),
        (
            "profile",
            {"nicknames": [name], "bios": [bio]},
            (("profile_changes", ME, "name", name), ("profile_changes", ME, "bio", bio)),
        ),
    )


def happened(world: Mapping[str, Iterable[Event]]) -> Counter[Deed]:
    """Count what stands in the world, by list and values; of an inserted emoji only that it is there."""
    return Counter(
        (name, *(_INSERTED.sub(f" {EMOJI}", str(event[each])) for each in fields))
        for name, fields in FIELDS.items()
        for event in world.get(name, ())
    )
