"""Holds two versions of an app side by side: what a profile found on the screens of one, and finds on the other's.

Only pages that both sides have recorded can tell that something is lost. Where the new version is so different that no
page is recognized, a person names the pages of its screens; without that, what is found nowhere counts as lost if there
are screens that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.workshop.ranking import page_told
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import RecordedScreen

Outcome = Literal["kept", "lost", "ambiguous", "new", "unseen"]
"""`unseen`: found before, and nothing was recorded now on which it could be."""

_ORDER: Sequence[Outcome] = ("lost", "ambiguous", "new", "unseen", "kept")


@dataclass(frozen=True, slots=True)
class Found:
    """The best sighting of a selector on one side; `page` is that of its screen."""

    recorded: RecordedScreen
    page: str | None
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class Compared:
    """A selector on both sides; `there` is the screen of the same page on the new side where it was not found."""

    selector: str
    outcome: Outcome
    old: Found | None
    new: Found | None
    there: RecordedScreen | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """The screens of one version, with what each selector finds on each."""

    rules: Rules
    screens: Sequence[tuple[RecordedScreen, str | None, Mapping[str, Sighting]]]

    @classmethod
    def of(cls, rules: Rules, screens: Iterable[tuple[RecordedScreen, Screen]]) -> Side:
        """Look at each screen under the rules, in its own language."""
        looked: list[tuple[RecordedScreen, str | None, Mapping[str, Sighting]]] = []
        for recorded, screen in screens:
            spoken = rules.in_language(recorded.language)
            page = page_told(spoken, recorded, screen)
            looked.append((recorded, page, sightings(spoken.version, screen)))
        return cls(rules, looked)

    @property
    def pages(self) -> Mapping[str | None, RecordedScreen]:
        """The first screen of each page."""
        return {page: recorded for recorded, page, _ in reversed(self.screens)}

    def best(self, selector: str, page: str | None = None) -> Found | None:
        """Return where a selector finds something best: what is clear first, then on a page that is named."""
        found = [
            Found(recorded, shown, seen[selector])
            for recorded, shown, seen in self.screens
            if selector in seen and seen[selector].count
        ]
        return min(found, key=lambda each: (not each.sighting.proves, each.page != page), default=None)


def compared(old: Side, new: Side) -> list[Compared]:
    """Return what became of each selector, what was lost first; those that neither side finds are left out."""
    names = dict.fromkeys([*old.rules.version.selectors, *new.rules.version.selectors])
    found = [each for name in names if (each := _compared(name, old, new)) is not None]
    return sorted(found, key=lambda each: _ORDER.index(each.outcome))


def _compared(name: str, old: Side, new: Side) -> Compared | None:
    was = old.best(name)
    now = new.best(name, was.page if was else None)
    if was is None and now is None:
        return None
    there = new.pages.get(was.page) if was is not None else None
    return Compared(name, _outcome(was, now, there, new), was, now, there)


def _outcome(was: Found | None, now: Found | None, there: RecordedScreen | None, new: Side) -> Outcome:
    if was is None:
        return "new"
    if now is None:
        return "lost" if there is not None or None in new.pages else "unseen"
    return "ambiguous" if was.sighting.proves and not now.sighting.proves else "kept"
