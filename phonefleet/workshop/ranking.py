"""Ranks rules for an element by how surely they find it: on its screen, then on all recorded screens of its page.

What a rule would hit on screens of other pages is told, and decides between rules that are otherwise as good: a tab is
rightly on every page, and a button that stands elsewhere too is a trap only for who looks for it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from phonefleet.apps.app_profile import numbers_of
from phonefleet.apps.likeness import said_by
from phonefleet.apps.recognition import page_of
from phonefleet.apps.schema import MatchRule
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.workshop.candidates import candidates, touched_by
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import RecordedScreen

MOST_SCREENS = 300
"""How many recorded screens rules are tried on, the newest first."""

_MEANT = frozenset("aeiouy")
_SHORT_ID = 4
"""An id of so few letters, or without a vowel, is one that a build tool has made: it changes with each version."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A recorded screen that a rule is tried on; `page` is what a person or the profile says that it is."""

    recorded: RecordedScreen
    screen: Screen
    page: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """How many elements a rule finds on a recorded screen; `label` is what the first one says."""

    recorded: RecordedScreen
    page: str | None
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rule and what it finds. `count` is how many on the screen that the person looks at.

    `finds_it` tells that the element which the person means is the first of them, and so the one that is touched;
    `takes` that the rule gives what takes the touch and not the element itself. `same_page` are the hits on the other
    screens of its page, those without any too; `elsewhere` those on screens of other pages, only where there are any.
    """

    rule: MatchRule
    screen: Screen
    elements: tuple[Element, ...]
    finds_it: bool
    takes: bool
    anchored: bool
    same_page: tuple[Hit, ...] = ()
    elsewhere: tuple[Hit, ...] = ()

    @property
    def count(self) -> int:
        """How many elements it finds on the screen."""
        return len(self.elements)

    @property
    def labels(self) -> tuple[str, ...]:
        """What it finds says, here and on the page's other screens, each once: Follow and Following are two things."""
        here = [said_by(self.screen, element) for element in self.elements[:1]]
        return tuple(dict.fromkeys(filter(None, [*here, *(hit.label for hit in self.same_page)])))

    @property
    def is_unique(self) -> bool:
        """Whether it finds the element alone, and no other on any screen of the page."""
        return self.finds_it and self.count == 1 and all(hit.count == 1 for hit in self.same_page)


def page_told(rules: Rules, recorded: RecordedScreen | None, screen: Screen) -> str | None:
    """Return which page a screen is: what a person has said, else what the profile knows."""
    return recorded.page if recorded is not None and recorded.page else page_of(rules.version, screen)


def comparable(
    rules: Rules, version: str, stock: Iterable[tuple[RecordedScreen, Screen]], besides: RecordedScreen | None = None
) -> list[Compared]:
    """Return the recorded screens on which rules are tried: those of versions for which the rules are, or of this one.

    Ids change from version to version, so screens of others say nothing. `besides` is the screen itself.
    """
    found: list[Compared] = []
    for recorded, screen in stock:
        here = besides is not None and recorded.place == besides.place
        if not here and (rules.covers(recorded.version) or _same(recorded.version, version)):
            spoken = rules.in_language(recorded.language)
            found.append(Compared(recorded, screen, page_told(spoken, recorded, screen)))
        if len(found) >= MOST_SCREENS:
            break
    return found


@dataclass(frozen=True, slots=True)
class Bench:
    """A screen on which rules are tried, and the recorded screens that they are tried on as well.

    `element` is what a person has pointed at, None where nothing was. `page` is that of the screen, None if unknown.
    """

    rules: Rules
    screen: Screen
    page: str | None
    others: Sequence[Compared]
    element: Element | None = None

    def ranked(self) -> list[Ranked]:
        """Return the candidates for the element, the surest first; none without an element."""
        if self.element is None:
            return []
        made = candidates(self.rules, self.screen, self.element)
        return sorted((self.tried(rule) for rule in made), key=order)

    def tried(self, rule: MatchRule) -> Ranked:
        """Return what one rule finds."""
        elements = tuple(self.rules.found(rule, self.screen))
        first = elements[0].height if elements else None
        meant = self._meant()
        hits = list(_hits(self.rules, rule, self.others))
        return Ranked(
            rule=rule,
            screen=self.screen,
            elements=elements,
            finds_it=first in meant,
            takes=first in meant and self.element is not None and first != self.element.height,
            anchored=all(match.is_anchored for match in self.rules.selector(rule)),
            same_page=tuple(hit for hit in hits if self.page is not None and hit.page == self.page),
            elsewhere=tuple(hit for hit in hits if (self.page is None or hit.page != self.page) and hit.count),
        )

    def _meant(self) -> set[tuple[int, int] | None]:
        """Return where the element is, and what takes a touch of it."""
        if self.element is None:
            return set()
        touched = touched_by(self.screen, self.element)
        return {each.height for each in (self.element, touched) if each is not None}


def order(found: Ranked) -> tuple[float, ...]:
    """Return what ranks a rule, the best with the least.

    First the screen itself, then the page's others: what is missed, what is ambiguous. Then what rules are made of:
    ids outlive words, groups of words outlive words, and what says less breaks less. Last what is hit elsewhere.
    """
    here = 0 if found.finds_it and found.count == 1 else 1 if found.finds_it else 2
    missed = sum(hit.count == 0 for hit in found.same_page)
    several = sum(hit.count > 1 for hit in found.same_page)
    return here, missed, several, frailty(found.rule), len(found.elsewhere), found.count


def frailty(rule: MatchRule) -> float:
    """Return how easily a rule breaks: 0 for an id that means something, more for words, most for a mere class."""
    said = rule.model_fields_set
    own = [_frailty_of(name, rule) for name in said if name in _FRAIL]
    places = sum(0.5 + 0.5 * frailty(anchor) for anchor in rule.anchors())
    return (max(own) if own else 0.0) + 0.1 * len(said) + places


_FRAIL = {
    "id": 0.0, "text_of": 2.0, "desc_of": 2.0, "text_matches": 3.0, "desc_matches": 3.0, "desc": 4.0, "text": 5.0,
    "class_name": 6.0,
}  # fmt: skip


def _frailty_of(name: str, rule: MatchRule) -> float:
    """Return how easily one condition breaks; a class says little by itself, and harms nothing beside words."""
    if name == "class_name":
        others = rule.model_fields_set & _FRAIL.keys() - {"class_name"}
        return 0.2 if others else _FRAIL[name]
    if name == "id":
        return 1.0 if is_made_by_tools(rule.id or "") else 0.0
    return _FRAIL[name]


def is_made_by_tools(resource_id: str) -> bool:
    """Tell whether an id looks like one that a build tool has shortened, such as `al2` or `x63`."""
    name = resource_id.rpartition("/")[2]
    if re.fullmatch(r"[a-z0-9]+", name) is None:
        return False
    return len(name) <= _SHORT_ID and (any(map(str.isdigit, name)) or len(name) < _SHORT_ID or not set(name) & _MEANT)


def _hits(rules: Rules, rule: MatchRule, others: Sequence[Compared]) -> Iterator[Hit]:
    for each in others:
        spoken = rules.in_language(each.recorded.language)
        found = spoken.found(rule, each.screen)
        yield Hit(each.recorded, each.page, len(found), said_by(each.screen, found[0]) if found else "")


def _same(one: str, other: str) -> bool:
    return bool(one) and numbers_of(one) == numbers_of(other)
