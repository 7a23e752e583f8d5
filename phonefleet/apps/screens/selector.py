"""Selectors: how an app profile recognizes an element on the screen.

What an element is by itself is asked here; where it stands is asked in `placing`, which sees the whole window.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Literal

from phonefleet.apps.shown_text import look
from phonefleet.geometry import Rect


@lru_cache(maxsize=4096)  # the same few texts are compared at each look at a screen
def _as_read(text: str) -> str:
    """Return how a text reads; apps write either kind of apostrophe, and change it from version to version."""
    return look(text).replace("\u2019", "'")


@dataclass(frozen=True, slots=True)
class Element:
    """One view on the screen, as the hierarchy describes it."""

    bounds: Rect
    id: str = ""
    text: str = ""
    desc: str = ""
    class_name: str = ""
    package: str = ""
    checked: bool = False
    selected: bool = False
    enabled: bool = True
    clickable: bool = False
    scrollable: bool = False
    height: tuple[int, int] = field(default=(0, 0), compare=False)
    """How high it lies: its window's place among the windows of its screen, then its own in the document."""

    @property
    def label(self) -> str:
        """What the element says: its text, or else its description."""
        return self.text or self.desc


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element must stand; all that is given must hold, each in the window of the element.

    `within`: an ancestor fits. `not_in`: neither the element nor an ancestor fits any of these. `has`: a descendant
    fits. `below`, `above` and `beside`: its middle is below, above, or at the height of another element that fits.
    `not_below`: no element that fits is above its middle.
    """

    within: Match | None = None
    not_in: tuple[Match, ...] = ()
    has: Match | None = None
    below: Match | None = None
    above: Match | None = None
    beside: Match | None = None
    not_below: Match | None = None

    @property
    def leads_somewhere(self) -> bool:
        """Whether it says where the element is, and not only where it is not."""
        return any((self.within, self.has, self.below, self.above, self.beside))


@dataclass(frozen=True, slots=True)
class Match:
    """One alternative of a selector: what is given must hold; patterns must match the whole value.

    Texts and descriptions are compared as they read, see `shown_text.look`. `xpath` is evaluated on each window as if
    the hierarchy held no other, and the other conditions then choose among what it finds. With `take` of "clickable"
    the result is not what fits, but its nearest ancestor that takes touches, or itself.
    """

    id: str | None = None
    texts: frozenset[str] | None = None
    text_pattern: re.Pattern[str] | None = None
    descs: frozenset[str] | None = None
    desc_pattern: re.Pattern[str] | None = None
    class_name: str | None = None
    package: str | None = None
    checked: bool | None = None
    selected: bool | None = None
    clickable: bool | None = None
    xpath: str | None = None
    place: Place | None = None
    take: Literal["clickable"] | None = None

    @property
    def is_anchored(self) -> bool:
        """Whether it says more than a word and a class: an id, a place or an XPath.

        Words and classes alone fit buttons of list rows and cards as well as the one that is meant.
        """
        return self.id is not None or self.xpath is not None or (self.place is not None and self.place.leads_somewhere)

    def fits(self, element: Element) -> bool:
        """Tell whether the element is what is meant, apart from `xpath` and `place`."""
        return (  # written out, because each look at a screen asks this some thousand times
            (self.class_name is None or self.class_name == element.class_name)
            and (self.id is None or self.id == element.id)
            and (self.texts is None or _as_read(element.text) in self.texts)
            and (self.descs is None or _as_read(element.desc) in self.descs)
            and (self.package is None or self.package == element.package)
            and self._fits_state(element)
            and (self.text_pattern is None or _fits_pattern(self.text_pattern, element.text))
            and (self.desc_pattern is None or _fits_pattern(self.desc_pattern, element.desc))
        )

    def _fits_state(self, element: Element) -> bool:
        return (
            (self.checked is None or self.checked == element.checked)
            and (self.selected is None or self.selected == element.selected)
            and (self.clickable is None or self.clickable == element.clickable)
        )


Selector = tuple[Match, ...]
"""Alternatives: the first one that finds anything counts."""


def words(*texts: str) -> frozenset[str]:
    """Return texts as a `Match` compares them."""
    return frozenset(map(_as_read, texts))


def fingerprint(selector: Selector) -> str:
    """Return 16 hexadecimal digits that stand for the rules of a selector: other rules, another fingerprint."""
    return hashlib.sha256(json.dumps(selector, default=_written).encode()).hexdigest()[:16]


def _fits_pattern(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None or pattern.fullmatch(_as_read(text)) is not None


def _written(rule: frozenset[str] | re.Pattern[str] | Match | Place) -> object:
    """Return a rule in JSON's types; what it leaves open is left out, so that new kinds of rules change no old one."""
    if isinstance(rule, re.Pattern):
        return rule.pattern
    if isinstance(rule, frozenset):
        return sorted(rule)
    said = {each.name: getattr(rule, each.name) for each in fields(rule)}
    return {name: value for name, value in said.items() if value not in (None, ())}
