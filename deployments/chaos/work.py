"""What the phones of a plan are asked for: all ten scripts in turn, on people and posts that each phone has for itself.

A function of the plan, of the posts that the world begins with, and of a picture. What is asked for stands in
`work.yaml`; each task says which events must stand in the world afterwards, each once.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict

from deployments.chaos.plan import Plan
from phonefleet import yaml_text
from phonefleet.texts.emoji_data import friendly_emoji

Event = dict[str, Any]
Deed = tuple[str, ...]
"""A list of the world, and the values of one of its events: who, to whom or what, and perhaps a text."""

ME: Final = "(me)"
"""Stands for the account that acts."""
EMOJI: Final = "(emoji)"
"""Stands for the emoji that `insert_emoji` has drawn."""

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
_POSTS: Final = 3
_BRACES: Final = re.compile(r"\{(\w+)\}")
_INSERTED: Final = re.compile(f" (?:{'|'.join(map(re.escape, friendly_emoji()))})$")


@dataclass(frozen=True, slots=True)
class Ask:
    """One task: its phone from 1, and the deeds that must stand in the world afterwards.

    `chooses`: the script chooses posts itself.
    """

    phone: int
    script: str
    config: Mapping[str, Any]
    deeds: tuple[Deed, ...] = ()
    chooses: bool = False

    def expected(self, account: str) -> Counter[Deed]:
        """Count the deeds, done by this account."""
        return Counter(tuple(account if value == ME else value for value in deed) for deed in self.deeds)


def asks(plan: Plan, posts: Sequence[str], picture: str) -> list[Ask]:
    """Return all tasks of a plan, phone by phone in turn; `posts` are ids, `picture` a file that may be published."""
    phones = [asks_of_phone(number, plan, posts, picture) for number in range(1, plan.fleet.phones + 1)]
    return [next(phones[place % len(phones)]) for place in range(plan.work.tasks)]


def asks_of_phone(number: int, plan: Plan, posts: Sequence[str], picture: str) -> Iterator[Ask]:
    """Yield what a phone is asked for, without end; phones begin with different scripts."""
    wanted = plan.work.scripts
    units = [unit for unit in _work().units if not wanted or any(form.script in wanted for form in unit)]
    first = (number - 1) % len(units)
    for turn in itertools.count():
        chance = random.Random(f"{plan.seed}/{number}/{turn}")  # noqa: S311 - repeatable texts
        place = turn * plan.fleet.phones + number - 1 if _has_posts_for_all(plan, len(posts)) else turn
        words = _words(turn, place, posts, chance)
        for form in itertools.chain(*units[first:], *units[:first]):
            if not wanted or form.script in wanted:
                yield form.filled(number, {**words, "picture": picture})


def _has_posts_for_all(plan: Plan, posts: int) -> bool:
    """Tell whether each phone can have posts for itself, whatever it is asked for."""
    each = plan.work.tasks // plan.fleet.phones + 1
    of_a_round = 1 if plan.work.scripts else sum(map(len, _work().units))
    return posts >= _POSTS * plan.fleet.phones * (each // of_a_round + 1)


def last_look() -> Ask:
    """Return what each phone is asked for when all is over."""
    return _work().last.filled(0, {})


class _Form(BaseModel):
    """A task of a round, with words in braces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    script: str
    config: dict[str, Any]
    deeds: tuple[tuple[str, ...], ...] = ()
    chooses: bool = False

    def filled(self, phone: int, words: Mapping[str, str]) -> Ask:
        """Return the task of a phone."""
        deeds = tuple(tuple(_filled(value, words) for value in deed) for deed in self.deeds)
        return Ask(phone, self.script, _filled(self.config, words), deeds, self.chooses)


class _Work(BaseModel):
    """The file `work.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last: _Form
    units: tuple[tuple[_Form, ...], ...]


@cache
def _work() -> _Work:
    _, values = yaml_text.read(Path(__file__).with_name("work.yaml").read_text(encoding="utf-8"))
    return _Work.model_validate(values)


def _words(turn: int, place_of_posts: int, posts: Sequence[str], chance: random.Random) -> dict[str, str]:
    """Return the words of a round: people and posts that no earlier one has used, and texts.

    `place_of_posts` tells which posts. Where there are enough, no other phone has the same: among the comments of many,
    one's own is not always found.
    """
    first = turn * _OF_A_ROUND % _PEOPLE
    people = {f"person{place}": f"person_{first + place:04}" for place in range(1, _OF_A_ROUND + 1)}
    found = {f"post{place}": posts[(_POSTS * place_of_posts + place) % len(posts)] for place in range(1, _POSTS + 1)}
    texts = {f"text{place}": f"{chance.randrange(10**9):09} ok" for place in range(1, 10)}
    return {**people, **found, **texts}


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    """Put words into the braces of a value, however deep."""
    if isinstance(value, str):
        return _BRACES.sub(lambda found: words[found[1]], value)
    if isinstance(value, Mapping):
        return {name: _filled(inner, words) for name, inner in cast("Mapping[str, Any]", value).items()}
    return [_filled(inner, words) for inner in cast("list[Any]", value)] if isinstance(value, list) else value


def happened(world: Mapping[str, Iterable[Event]]) -> Counter[Deed]:
    """Count what stands in the world, by list and values; of an inserted emoji only that it is there."""
    return Counter(
        (name, *(_INSERTED.sub(f" {EMOJI}", str(event[each])) for each in fields))
        for name, fields in FIELDS.items()
        for event in world.get(name, ())
    )
