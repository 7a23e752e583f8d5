"""Spintax: `{good|great} day` is one of two texts. Groups nest; after a backslash `{`, `|` and `}` are plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from phonefleet.words import say

DEEPEST = 20
"""How deep groups may nest."""

_SPECIAL = "{|}"


@dataclass(frozen=True, slots=True)
class Group:
    """Texts of which one is taken."""

    alternatives: tuple[Spintax, ...]


@dataclass(frozen=True, slots=True)
class Spintax:
    """A parsed template: plain text and groups, in order."""

    parts: tuple[str | Group, ...]

    def pick(self, rng: Random) -> str:
        """Return one of the texts that the template stands for."""
        return "".join(
            part if isinstance(part, str) else rng.choice(part.alternatives).pick(rng) for part in self.parts
        )

    def longest(self) -> int:
        """Return how many characters the longest of its texts has."""
        return sum(
            len(part) if isinstance(part, str) else max(one.longest() for one in part.alternatives)
            for part in self.parts
        )

    def shortest(self) -> int:
        """Return how many characters the shortest of its texts has."""
        return sum(
            len(part) if isinstance(part, str) else min(one.shortest() for one in part.alternatives)
            for part in self.parts
        )


@dataclass(slots=True)
class _Open:
    """A group that is being read; the outermost one, the template itself, begins at no character."""

    begins: int
    alternatives: list[list[str | Group]] = field(default_factory=lambda: [[]])

    def add(self, part: str | Group) -> None:
        """Add to the alternative that is being read."""
        parts = self.alternatives[-1]
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)

    def closed(self) -> Group:
        """Return the whole group."""
        return Group(tuple(Spintax(tuple(parts)) for parts in self.alternatives))


def parse(template: str) -> Spintax:
    """Return the parsed template.

    Raises:
        ValueError: a brace has no partner, or groups nest too deep; the message says at which character.

    """
    groups = [_Open(0)]
    place = 0
    while place < len(template):
        place += _read(template, place, groups)
    if len(groups) > 1:
        message = say(
            "texts.character_never_closed", "the {{ at character {begins} is never closed", begins=groups[-1].begins
        )
        raise ValueError(message)
    return groups[0].closed().alternatives[0]


def _read(template: str, place: int, groups: list[_Open]) -> int:
    """Read what stands at `place`, and return how many characters it took."""
    letter = template[place]
    if letter == "\\" and template[place + 1 : place + 2] in tuple(_SPECIAL):
        groups[-1].add(template[place + 1])
        return 2
    if letter == "{":
        _open(groups, place + 1)
    elif letter == "}":
        _close(groups, place + 1)
    elif letter == "|" and len(groups) > 1:
        groups[-1].alternatives.append([])
    else:
        groups[-1].add(letter)
    return 1


def _open(groups: list[_Open], character: int) -> None:
    if len(groups) > DEEPEST:
        message = say(
            "texts.character_more_than_groups_deep",
            "the {{ at character {character} is more than {deepest} groups deep",
            character=character,
            deepest=DEEPEST,
        )
        raise ValueError(message)
    groups.append(_Open(character))


def _close(groups: list[_Open], character: int) -> None:
    if len(groups) == 1:
        message = say(
            "texts.character_closes_nothing", "the }} at character {character} closes nothing", character=character
        )
        raise ValueError(message)
    group = groups.pop()
    groups[-1].add(group.closed())
