"""Checks an app profile against screens that were saved as files, in whatever form people save them.

No phone and no server are needed, so that anybody can tell of a changed app with a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.check import Resolution, best_of
from phonefleet.apps.dumps import DumpBroken, read_dump
from phonefleet.apps.recognition import page_of
from phonefleet.apps.screens.screen import LARGEST, Screen
from phonefleet.apps.sightings import Sighting, sightings
from phonefleet.errors import AutomationDown, Permanent


class SavedScreenBroken(Permanent):
    """The file holds no screen."""


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """What a profile makes of one file: its page, None when unknown, and what each selector found, by its name."""

    file: Path
    screen: Screen
    page: str | None
    sightings: Mapping[str, Sighting]


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """The files under the rules for one version, or range of versions, of the app."""

    version: str
    screens: tuple[SavedScreen, ...]
    resolutions: tuple[Resolution, ...]


def read_screen(file: Path, package: str) -> Screen:
    """Return the screen that a file holds, in any form that `phonefleet.apps.dumps` reads.

    Raises:
        SavedScreenBroken: it cannot be read, or is no hierarchy; the message names the file, and the line where its XML
            breaks.

    """
    try:
        return Screen.parse(read_dump(_content(file)), package)
    except (DumpBroken, AutomationDown) as error:
        message = f"{file} is no screen as `uiautomator dump` writes it: {error}"
        raise SavedScreenBroken(message) from error


def check_saved(profile: AppProfile, screens: Mapping[Path, Screen], version: str | None = None) -> SavedCheck:
    """Check a profile against saved screens, under the rules of a version; without one, those that fit best.

    Raises:
        UnsupportedApp: the profile does not cover the version.

    """
    candidates = profile.variants() if version is None else [profile.for_version(version)]
    return max((_check(each, screens) for each in candidates), key=_found)


def _check(profile: VersionProfile, screens: Mapping[Path, Screen]) -> SavedCheck:
    examined = tuple(_saved(profile, file, screen) for file, screen in screens.items())
    together = best_of({str(each.file): each.sightings for each in examined})
    return SavedCheck(profile.version, examined, tuple(together))


def _saved(profile: VersionProfile, file: Path, screen: Screen) -> SavedScreen:
    return SavedScreen(file, screen, page_of(profile, screen), sightings(profile, screen))


def _found(check: SavedCheck) -> tuple[int, int]:
    return sum(each.page is not None for each in check.screens), sum(each.resolved for each in check.resolutions)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            message = f"{file} is too large for a screen: more than {LARGEST // 1_000_000} MB"
            raise SavedScreenBroken(message)
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}"
        raise SavedScreenBroken(message) from error
