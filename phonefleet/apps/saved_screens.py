"""Checks an app profile against screens that were saved as files, in whatever form people save them.

No phone and no server are needed, so that anybody can tell of a changed app with a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.check import Resolution, best_of
from phonefleet.apps.dumps import DumpBroken, DumpEmpty, read_dump
from phonefleet.apps.recognition import Kind, Seen, kind_of
from phonefleet.apps.screens.screen import LARGEST, Screen
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.errors import AutomationDown, Permanent
from phonefleet.words import say

SavedKind = Literal["page", "challenge", "system_dialog", "foreign", "broken", "unknown"]
_KINDS: Mapping[Kind, SavedKind] = {
    "page": "page", "popup": "page", "challenge": "challenge", "blocked": "challenge",
    "system_dialog": "system_dialog", "foreign": "foreign", "broken": "broken", "unknown": "unknown",
}  # fmt: skip


class SavedScreenBroken(Permanent):
    """The file holds no screen."""

    holds_a_hierarchy = False


class ServiceBroken(SavedScreenBroken):
    """The file was saved while the phone's accessibility service was broken."""

    holds_a_hierarchy = True
    """Whether it has a node at all; without one the file counts as damaged too."""


class EmptyHierarchy(ServiceBroken):
    """The same, and nothing at all was saved."""

    holds_a_hierarchy = False


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """What a profile makes of one file: what it is, and what each selector found, by its name.

    `screen` is None where the phone's accessibility service was broken, which shows nothing.
    """

    file: Path
    screen: Screen | None
    seen: Seen
    sightings: Mapping[str, Sighting]

    @property
    def kind(self) -> SavedKind:
        """What it is, in the words of `--json`."""
        return kind_told(self.seen)

    @property
    def page(self) -> str | None:
        """Which page it is, or what of the profile lies over one; else None."""
        return page_told(self.seen)


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """The files under the rules for one version, or range of versions, of the app, and one language or None for all."""

    version: str
    language: str | None
    screens: tuple[SavedScreen, ...]
    resolutions: tuple[Resolution, ...]


def kind_told(seen: Seen) -> SavedKind:
    """Return what a screen is, in the words of `--json`: a refusal is a challenge, a page under a popup a page."""
    return _KINDS[seen.kind]


def page_told(seen: Seen) -> str | None:
    """Return which page a screen is, or which challenge, refusal or popup of the profile lies over one; else None."""
    if kind_told(seen) not in {"page", "challenge"}:
        return None
    return seen.name if seen.kind == "page" else f"{seen.kind}: {seen.name}"


def read_screen(file: Path, package: str) -> Screen:
    """Return the screen that a file holds, in any form that `phonefleet.apps.dumps` reads.

    Raises:
        SavedScreenBroken: it cannot be read, or is no hierarchy; the message names the file, and the line where its XML
            breaks.
        ServiceBroken: it holds what a broken accessibility service shows of any screen.

    """
    try:
        hierarchy = read_dump(_content(file))
    except DumpBroken as error:
        message = say(
            "apps.no_screen_uiautomator_dump_writes",
            "{file} is no screen as `uiautomator dump` writes it: {error}",
            file=file,
            error=error,
        )
        broken = EmptyHierarchy if isinstance(error, DumpEmpty) else SavedScreenBroken
        raise broken(message) from error
    try:
        return Screen.parse(hierarchy, package)
    except AutomationDown as error:
        if error.__cause__ is not None:  # it could not be read, such as for a display whose number is none
            message = say(
                "apps.no_screen_uiautomator_dump_writes",
                "{file} is no screen as `uiautomator dump` writes it: {error}",
                file=file,
                error=error.message.partition(": ")[2],
            )
            raise SavedScreenBroken(message) from error
        message = say(
            "apps.shows_nothing_then_save_screen",
            "{file} shows nothing: {error}; then save the screen again",
            file=file,
            error=error.message,
        )
        raise ServiceBroken(message) from error


def check_saved(
    profile: AppProfile, screens: Mapping[Path, Screen | None], version: str | None = None, language: str | None = None
) -> SavedCheck:
    """Check a profile against saved screens, under the rules of a version; without one, those that fit best.

    A screen of None is one of a broken accessibility service. Words count in `language`, or in all that the profile
    knows.

    Raises:
        UnsupportedApp: the profile does not cover the version, or the language.

    """
    candidates = profile.variants(language) if version is None else [profile.for_version(version, language)]
    newest_first = reversed(candidates)  # of rules that fit equally well
    return max((_check(each, screens) for each in newest_first), key=_found)


def _check(profile: VersionProfile, screens: Mapping[Path, Screen | None]) -> SavedCheck:
    examined = tuple(_saved(profile, file, screen) for file, screen in screens.items())
    together = best_of({str(each.file): each.sightings for each in examined})
    return SavedCheck(profile.version, profile.language, examined, tuple(together))


def _saved(profile: VersionProfile, file: Path, screen: Screen | None) -> SavedScreen:
    if screen is None:
        nothing = {name: Sighting(name) for name in profile.selectors}
        return SavedScreen(file, None, Seen("broken"), nothing)
    return SavedScreen(file, screen, kind_of(profile, screen), sightings(profile, screen))


def _found(check: SavedCheck) -> tuple[int, int, int]:
    """Return how well rules fit: by the screens that they know, then by what they find, then by what of it is clear."""
    known = sum(each.kind != "unknown" for each in check.screens)
    found = sum(each.resolved for each in check.resolutions)
    return known, found, sum(each.proven for each in check.resolutions)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            message = say(
                "apps.too_large_screen_more_than",
                "{file} is too large for a screen: more than {largest} MB",
                file=file,
                largest=LARGEST // 1000000,
            )
            raise SavedScreenBroken(message)
        return file.read_bytes()
    except OSError as error:
        message = say(
            "apps.cannot_read_2", "{file} cannot be read: {strerror}", file=file, strerror=error.strerror or error
        )
        raise SavedScreenBroken(message) from error
