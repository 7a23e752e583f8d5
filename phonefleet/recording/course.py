"""The course of a recording: which screens came one after the other, and what led from each to the next.

A replay is a set of screens and steps, in which the same touch on the same screen always leads to the same place. A
course is not: a list may be empty at first and hold somebody later. `unrolled` makes such a set of a course, in which
screens that look the same are several where the same touch led to several places. Following the recorded course through
it shows exactly what was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from phonefleet.apps.screens.screen import Screen
from phonefleet.recording.deeds import Deed, Typed
from phonefleet.recording.likeness import Likeness

NOWHERE = ""
"""The look of whatever is not the app: the launcher, another app, a phone that is locked."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen as it was met first, with its picture as PNG unless it did not stand still."""

    screen: Screen
    picture: bytes | None = None


@dataclass(slots=True)
class Visit:
    """One stay on a screen; `deed` is what ended it, None if that is not known."""

    look: str
    deed: Deed | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """What a deed on a place leads to; places are numbered from 0."""

    place: int
    deed: Deed
    goto: int


@dataclass(slots=True)
class Course:
    """A recording as it grows. `likeness` tells which screens are the same one."""

    likeness: Likeness
    shots: dict[str, Shot] = field(default_factory=dict[str, Shot])
    """Each screen once, by its look."""

    visits: list[Visit] = field(default_factory=lambda: [Visit(NOWHERE)])
    latest: Screen | None = None
    """What was seen last, None while it is not the app."""

    moved: bool = False
    """Whether something was done since the last look."""

    def see(self, screen: Screen, photograph: Callable[[], bytes | None]) -> bool:
        """Note what the app shows now; tell whether the screen is new, of which then a picture is taken.

        What shows without another deed, such as a list that has loaded, is where the last deed led to.
        """
        look, self.latest = self.likeness(screen), screen
        if self.moved or self.visits[-1].look == NOWHERE:
            self.visits.append(Visit(look))
        self.visits[-1].look, self.moved = look, False
        if look in self.shots:
            return False
        self.shots[look] = Shot(screen, photograph())
        return True

    def lose(self) -> None:
        """Note that the phone shows something else than the app."""
        if self.visits[-1].look != NOWHERE or self.moved:
            self.visits.append(Visit(NOWHERE))
        self.latest, self.moved = None, False

    def do(self, deed: Deed | None) -> None:
        """Note what was done to the screen that was seen last; None for what nobody could tell."""
        if not self.moved:
            self.visits[-1].deed = deed
            self.moved = True

    @property
    def unexplained(self) -> int:
        """How many times another screen followed without anything known that leads there."""
        pairs = zip(self.visits, self.visits[1:], strict=False)
        return sum(one.deed is None and NOWHERE not in (one.look, other.look) for one, other in pairs)


def unrolled(visits: Sequence[Visit]) -> tuple[list[int], list[Transition]]:
    """Return the place of each visit, and the transitions between places, of which no two contradict each other."""
    looks = list(dict.fromkeys(visit.look for visit in visits))
    places = [looks.index(visit.look) for visit in visits]
    while (contradiction := _contradiction(visits, places)) is not None:
        split, fresh = places[contradiction], max(places) + 1
        places[contradiction:] = [fresh if each == split else each for each in places[contradiction:]]
    return places, list(_transitions(visits, places))


def typing_joined(visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits without those where somebody only paused while typing a text."""
    joined: list[Visit] = []
    for visit in visits:
        before = joined[-1].deed if joined else None
        if isinstance(visit.deed, Typed) and isinstance(before, Typed) and visit.deed.target.id == before.target.id:
            joined[-1] = Visit(joined[-1].look, visit.deed)
        else:
            joined.append(visit)
    return joined


def _contradiction(visits: Sequence[Visit], places: Sequence[int]) -> int | None:
    """Return the first visit whose deed leads elsewhere than it did from the same place before."""
    known: dict[tuple[int, str], int] = {}
    for number, (visit, goto) in enumerate(zip(visits, places[1:], strict=False)):
        if visit.deed is not None and known.setdefault((places[number], visit.deed.said()), goto) != goto:
            return number
    return None


def _transitions(visits: Sequence[Visit], places: Sequence[int]) -> Iterator[Transition]:
    seen: set[tuple[int, str]] = set()
    for visit, place, goto in zip(visits, places, places[1:], strict=False):
        if visit.deed is not None and (place, visit.deed.said()) not in seen:
            seen.add((place, visit.deed.said()))
            yield Transition(place, visit.deed, goto)
