"""The workshop without a server: rules for what stands at a place of a saved screen, two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployments.cli.profiles.checking import profile_named
from deployments.cli.shared.options import load_settings
from phonefleet.apps import AppProfile
from phonefleet.apps.saved_screens import read_screen
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.errors import Permanent
from phonefleet.geometry import Point
from phonefleet.words import tr
from phonefleet.workshop.comparison import Compared, Side, compared
from phonefleet.workshop.ranking import Bench, Ranked, comparable, page_told
from phonefleet.workshop.rules import Rules
from phonefleet.workshop.stock import RecordedScreen, Recording, Stock, read_recording

_PLACE = re.compile(r"(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class RankedHere:
    """The element at a place, and the rules for it, tried on so many recorded screens."""

    element: Element
    page: str | None
    compared: int
    rules: Sequence[Ranked]


def rules_at(  # noqa: PLR0913 - as many as the command has options for it
    file: Path, at: str, *, app: str | None, home: Path | None, version: str | None, language: str | None
) -> RankedHere:
    """Return the rules for the innermost view at a place such as "540,1006", tried on the recordings of the home.

    Raises:
        Permanent: the place is none, or nothing of the app is there.
        SavedScreenBroken: the file holds no screen.

    """
    profile = profile_named(app, home)
    screen = read_screen(file, profile.package)
    element = _at(screen, _point(at))
    rules = Rules.of(profile, version, language, [screen])
    stock = Stock((home or load_settings().home) / "recordings")
    others = comparable(rules, version or "", stock.screens(profile.package))
    page = page_told(rules, None, screen)
    return RankedHere(element, page, len(others), Bench(rules, screen, page, others, element).ranked())


def versions_compared(old: Path, new: Path, *, app: str | None, home: Path | None) -> list[Compared]:
    """Return what became of each selector of a profile between two recordings.

    Raises:
        RecordingBroken: a folder holds no recording.
        Permanent: one is of another app.

    """
    profile = profile_named(app, home)
    before, after = (_recording(folder, profile) for folder in (old, new))
    rules = Rules.of(profile, before.version, before.language, [screen for _, screen in _screens(before)])
    own = Rules.of(profile, after.version, after.language)
    known = own if own.covers(after.version) else rules
    return compared(Side.of(rules, _screens(before)), Side.of(known, _screens(after)))


def _point(text: str) -> Point:
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        message = tr("{text!r} is no place: give pixels from the left and from above, such as 540,1006", text=text)
        raise Permanent(message)
    return Point(int(found[1]), int(found[2]))


def _at(screen: Screen, point: Point) -> Element:
    here = [each for each in screen.elements if each.bounds.contains(point)]
    if not here:
        message = tr(
            "nothing of the app is at {x},{y} of this screen of {display}", x=point.x, y=point.y, display=screen.display
        )
        raise Permanent(message)
    return [each for each in here if each.height[0] == here[0].height[0]][-1]


def _recording(folder: Path, profile: AppProfile) -> Recording:
    found = read_recording(folder)
    if found.package != profile.package:
        message = tr(
            "{folder} is a recording of {package}, and the profile {profile} is for {profile_package}",
            folder=folder,
            package=found.package,
            profile=profile.name,
            profile_package=profile.package,
        )
        raise Permanent(message)
    return found


def _screens(recording: Recording) -> list[tuple[RecordedScreen, Screen]]:
    return list(Stock(recording.folder.parent).readable(recording))
