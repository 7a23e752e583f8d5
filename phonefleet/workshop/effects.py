"""What a changed profile makes of the screens that are there: which page each is now, and what is found or lost.

It is looked at before anything is saved, and again after it: a new page mark may take other screens for its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phonefleet.apps.app_profile import AppProfile
from phonefleet.apps.recognition import page_of
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.sightings import sightings
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import RecordedScreen


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen, with the version of the app and the language that it shows; both are empty where nobody has said."""

    screen: Screen
    version: str
    language: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One screen under the profile before and after a change.

    `before` and `after` are the pages that it is told to be, None for none. `found` are selectors that find something
    clear only after the change, `lost` those that did only before it.
    """

    before: str | None
    after: str | None
    found: tuple[str, ...]
    lost: tuple[str, ...]

    @classmethod
    def of(cls, before: AppProfile, after: AppProfile, shown: Shown) -> Turn:
        """Read a screen under both profiles, by the rules for its own version and language."""
        screen, version = shown.screen, shown.version or None
        old, new = (Rules.of(profile, version, shown.language, [screen]) for profile in (before, after))
        seen, sees = _clear(old, screen), _clear(new, screen)
        return cls(
            page_of(old.version, screen),
            page_of(new.version, screen),
            found=tuple(sorted(sees - seen)),
            lost=tuple(sorted(seen - sees)),
        )


@dataclass(frozen=True, slots=True)
class Effect(Turn):
    """What a change does to a recorded screen."""

    recorded: RecordedScreen

    @property
    def contradicts(self) -> bool:
        """Whether the profile now tells another page than a person has said."""
        return self.recorded.page is not None and self.after != self.recorded.page

    @property
    def changes(self) -> bool:
        """Whether anything is other than before."""
        return self.before != self.after or bool(self.found or self.lost)


def effects(
    before: AppProfile, after: AppProfile, stock: Iterable[tuple[RecordedScreen, Screen]], most: int
) -> list[Effect]:
    """Return what a change does to recorded screens, each under the rules for its own version and language."""
    return [_effect(before, after, recorded, screen) for (recorded, screen), _ in zip(stock, range(most), strict=False)]


def telling(found: Sequence[Effect]) -> list[Effect]:
    """Return what a person should look at: what changes, and what contradicts a person."""
    return [each for each in found if each.changes or each.contradicts]


def _effect(before: AppProfile, after: AppProfile, recorded: RecordedScreen, screen: Screen) -> Effect:
    turn = Turn.of(before, after, Shown(screen, recorded.version, recorded.language))
    return Effect(turn.before, turn.after, turn.found, turn.lost, recorded)


def _clear(rules: Rules, screen: Screen) -> set[str]:
    return {name for name, sighting in sightings(rules.version, screen).items() if sighting.proves}
