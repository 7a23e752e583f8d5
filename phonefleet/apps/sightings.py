"""What the selectors of a profile find on a screen, and whether that is clear enough to act on.

A selector that acts or identifies proves something only where it finds one element, nothing that contradicts it, and
nothing that repeats: a stranger's card says Follow too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.likeness import looks_like_a_row, said_by
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.verification import ACTING, acts_or_identifies, opposites_of
from phonefleet.geometry import Rect


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a selector finds on a screen: the elements of its first fitting alternative (index from 0).

    `label` is what the first one says. `contradicted_by` are the selectors that find something at the same time and
    must not. `looks_like_a_row` tells that one of them repeats, as rows of lists and cards of strangers do; it is not
    told of what may be found many times. `by_words_alone` tells that what is to be touched is known by a word and a
    class only.
    """

    selector: str
    elements: tuple[Element, ...] = ()
    alternative: int | None = None
    label: str = ""
    contradicted_by: tuple[str, ...] = ()
    looks_like_a_row: bool = False
    by_words_alone: bool = False

    @property
    def count(self) -> int:
        """How many elements fit."""
        return len(self.elements)

    @property
    def bounds(self) -> Rect | None:
        """Where the first one is."""
        return self.elements[0].bounds if self.elements else None

    @property
    def ambiguous(self) -> bool:
        """Whether nobody can tell which element is meant, or what the screen says."""
        return acts_or_identifies(self.selector) and (self.count > 1 or bool(self.contradicted_by))

    @property
    def proves(self) -> bool:
        """Whether it found what it is meant to find, as far as a program can tell."""
        return self.count > 0 and not (self.ambiguous or self.looks_like_a_row or self.by_words_alone)


def sightings(profile: VersionProfile, screen: Screen) -> dict[str, Sighting]:
    """Return what each selector of a profile finds on a screen, by its name."""
    found = {name: tuple(screen.find_all(selector)) for name, selector in profile.selectors.items()}
    return {name: _sighting(profile, screen, name, found) for name in found}


def _sighting(profile: VersionProfile, screen: Screen, name: str, found: Mapping[str, tuple[Element, ...]]) -> Sighting:
    elements, selector = found[name], profile.selectors[name]
    alternative = screen.alternative(selector)
    if alternative is None:
        return Sighting(name)
    return Sighting(
        selector=name,
        elements=elements,
        alternative=alternative,
        label=said_by(screen, elements[0]),
        contradicted_by=tuple(sorted(other for other in opposites_of(name) if found.get(other))),
        looks_like_a_row=acts_or_identifies(name) and _is_in_a_row(profile, screen, name, elements),
        by_words_alone=name in ACTING and not selector[alternative].is_anchored,
    )


def _is_in_a_row(profile: VersionProfile, screen: Screen, name: str, elements: Sequence[Element]) -> bool:
    """Tell whether an element repeats among all that one could take for it: by any alternative, or by an opposite."""
    names = [each for each in (name, *opposites_of(name)) if each in profile.selectors]
    rules = [match for each in names for match in profile.selectors[each]]
    alike = {element for match in rules for element in screen.find_all((match,))}
    return any(looks_like_a_row(screen, element, alike) for element in elements)
