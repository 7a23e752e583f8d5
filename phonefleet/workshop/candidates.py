"""Makes rules for an element that a person has pointed at, in the format of profiles; `ranking` tells which are good.

Rules are made of what profiles are made of: ids, words and their groups, classes, and where something stands. Nothing
is left out here because it may be bad, only because it does not find the element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from phonefleet.apps.compiling import Group, every_word
from phonefleet.apps.schema import MatchRule
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, words
from phonefleet.errors import Permanent
from phonefleet.words import say
from phonefleet.workshop.rules import Rules

Said = dict[str, Any]
"""A rule as it stands in a profile."""

LISTS = ("RecyclerView", "ListView", "GridView", "HorizontalScrollView")
"""How the classes end whose children repeat."""

_MOST = 100
_AROUND, _INSIDE, _BESIDE = 2, 3, 2
"""How many elements around, inside of and beside the one that is meant are tried as what says where it is."""

_LONGEST_WORDS = 60
"""Characters of a text that may be a label of the app; what is longer is somebody's text."""

_NUMBER = re.compile(r"\d[\d.,\s\xa0\u202f]*(?:[KMB]\b)?")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class NoSuchElement(Permanent):
    """The screen has no such element."""


def element_at(screen: Screen, window: int, place: int) -> Element:
    """Return the element of a screen at a place: that of its window, then its own in the window's document.

    Raises:
        NoSuchElement: there is none.

    """
    found = next((each for each in screen.elements if each.height == (window, place)), None)
    if found is None:
        message = say(
            "workshop.no_such_element",
            "the screen has no element {place} in its window {window}",
            place=place,
            window=window,
        )
        raise NoSuchElement(message)
    return found


def touched_by(screen: Screen, element: Element) -> Element | None:
    """Return the element, or else the nearest one around it, that takes touches."""
    return next((each for each in (element, *screen.ancestors(element)) if each.clickable), None)


def candidates(rules: Rules, screen: Screen, element: Element) -> list[MatchRule]:
    """Return rules that find an element, or what takes a touch of it, perhaps among others; each once."""
    target = _Target(rules, screen, element)
    meant = {element, touched_by(screen, element)}
    found: dict[str, MatchRule] = {}
    for said in target.all():
        rule = MatchRule.model_validate(said)
        if any(hit in meant and hit.height in target.heights for hit in rules.found(rule, screen)):
            found.setdefault(repr(said), rule)
        if len(found) >= _MOST:
            break
    return list(found.values())


@dataclass(frozen=True)
class _Target:
    rules: Rules
    screen: Screen
    element: Element

    @cached_property
    def heights(self) -> set[tuple[int, int]]:
        """Where the element is, and what takes its touch."""
        touched = touched_by(self.screen, self.element)
        return {each.height for each in (self.element, touched) if each is not None}

    @cached_property
    def around(self) -> Sequence[Element]:
        return self.screen.ancestors(self.element)

    @cached_property
    def inside(self) -> Sequence[Element]:
        return [each for each in self.screen.elements if self.element in self._holders(each)]

    def _holders(self, other: Element) -> list[Element]:
        held = [each for each in self.screen.ancestors(other) if each.height == self.element.height]
        return held if other.height != self.element.height else []

    def all(self) -> Iterator[Said]:
        """Yield rules from the plainest to those that say most."""
        own = list(self._own(self.element))
        yield from own
        yield from self._states()
        yield from self._taking(own)
        placed = [rule for said in own for rule in self._placed(said)]
        yield from placed
        yield from self._taking(placed)
        yield from self._near()

    # --- what it is ---------------------------------------------------------------------------------------

    def _own(self, element: Element) -> Iterator[Said]:
        """Yield what an element says of itself: its id, its words, both, its class."""
        ids = [{"id": self._id(element)}] if element.id else []
        said = list(self._words(element))
        yield from ids
        yield from ({**each, **words_} for each in ids for words_ in said)
        yield from ({"class": element.class_name, **words_} for words_ in said)
        yield from said
        yield {"class": element.class_name}

    def _id(self, element: Element) -> str:
        return element.id.removeprefix(f"{self.rules.profile.package}:id/")

    def _words(self, element: Element) -> Iterator[Said]:
        yield from self._in_words(element.text, "text")
        yield from self._in_words(element.desc, "desc")

    def _in_words(self, label: str, kind: str) -> Iterator[Said]:
        """Yield ways to say a label: by a group of words of the profile, as a pattern if it counts, as it is."""
        if not label.strip():
            return
        profile, place = self.rules.profile.rules, self.rules.place
        groups: Mapping[str, Group] = {**profile.texts, **profile.versions[place].texts}
        wanted = words(label)
        yield from ({f"{kind}_of": name} for name, group in groups.items() if wanted <= words(*every_word(group)))
        if len(label) <= _LONGEST_WORDS:
            yield from ({f"{kind}_matches": pattern} for pattern in _patterns(label))
            yield {kind: label.strip()}

    def _states(self) -> Iterator[Said]:
        """Yield the id with a state that the element is in: on and off often are two selectors."""
        if not self.element.id:
            return
        for name in ("checked", "selected"):
            if getattr(self.element, name):
                yield {"id": self._id(self.element), name: True}

    # --- where it is --------------------------------------------------------------------------------------

    def _placed(self, said: Said) -> Iterator[Said]:
        yield from ({**said, "within": around} for around in self._frames())
        yield from ({**said, "has": inside} for inside in self._contents())
        yield from self._outside_of_lists(said)

    def _taking(self, own: Sequence[Said]) -> Iterator[Said]:
        """Yield rules for what takes the touch: around words that do not, or told by what it holds."""
        if not self.element.clickable and touched_by(self.screen, self.element) is not None:
            yield from ({**said, "take": "clickable"} for said in own)
        if self.element.clickable:
            yield from ({**said, "take": "clickable"} for said in self._contents())

    def _frames(self) -> list[Said]:
        """Return what is around the element and has an id, the nearest first."""
        named = [each for each in self.around if each.id]
        return [{"id": self._id(each)} for each in named[:_AROUND]]

    def _contents(self) -> list[Said]:
        """Return what is inside of the element and says something."""
        told = [said for each in self.inside if each.id or each.label for said in self._short(each)]
        return told[:_INSIDE]

    def _short(self, element: Element) -> list[Said]:
        """Return the best that an element says of itself: id and words, or one of them."""
        nothing: Said = {}
        said = next(self._words(element), nothing)
        own: list[Said] = [{"id": self._id(element)}] if element.id else []
        return [*own, *([{**(own[0] if own else {}), **said}] if said else [])]

    def _outside_of_lists(self, said: Said) -> Iterator[Said]:
        """Yield that it is in no list, where others like it are: buttons of strangers say the same."""
        if any(each.class_name.endswith(LISTS) for each in self.around):
            return
        lists = {
            holder.class_name
            for hit in self.rules.found(MatchRule.model_validate(said), self.screen)
            for holder in self.screen.ancestors(hit)
            if holder.class_name.endswith(LISTS)
        }
        if lists:
            barred = [{"class": name} for name in sorted(lists)]
            yield {**said, "not_in": barred}

    def _near(self) -> Iterator[Said]:
        """Yield rules by a neighbour, for what says nothing of itself."""
        if self.element.id or self.element.label:
            return
        kin = [each for each in self.screen.elements if self._is_a_neighbour(each)]
        row = [each for each in kin if each.bounds.top <= self.element.bounds.center.y < each.bounds.bottom]
        over = [each for each in kin if each.bounds.bottom <= self.element.bounds.center.y]
        over.sort(key=lambda each: self.element.bounds.top - each.bounds.bottom)
        plain = {"class": self.element.class_name}
        for name, others in (("beside", row), ("below", over)):
            yield from ({**plain, name: said} for each in others[:_BESIDE] for said in self._short(each)[:1])

    def _is_a_neighbour(self, other: Element) -> bool:
        """Tell whether another element of the window could say where this one is: neither holds the other."""
        if other.height[0] != self.element.height[0] or not (other.id or other.label):
            return False
        heights = {each.height for each in (self.element, *self.around)}
        return other.height not in heights and not self._holders(other)


def _patterns(label: str) -> Iterator[str]:
    """Yield a regular expression for a label that counts something, such as `12 followers`."""
    if not _NUMBER.search(label) or not _LETTERS.search(label):
        return
    parts = [re.escape(part).replace(r"\ ", " ") for part in _NUMBER.split(label.strip())]
    if any(_LETTERS.search(part) for part in parts):
        yield r"\d.*".join(parts) if not parts[0] else ".*".join(parts)
