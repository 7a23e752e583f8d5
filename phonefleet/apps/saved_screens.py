"""Checks an app profile against screens that were saved as files, as `uiautomator dump` writes them.

No phone and no server are needed, so that anybody can tell of a changed app with a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from phonefleet.apps.app_profile import AppProfile, VersionProfile
from phonefleet.apps.check import Resolution, check_screens
from phonefleet.apps.recognition import page_of
from phonefleet.apps.screens.screen import LARGEST, Screen
from phonefleet.errors import AutomationDown, Permanent


class SavedScreenBroken(Permanent):
    """The file holds no screen."""


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """What a profile makes of one file: its page, None when unknown, and where each selector was found."""

    file: Path
    page: str | None
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True, slots=True)
class SavedCheck:
    """The files under the rules for one version, or range of versions, of the app."""

    version: str
    screens: tuple[SavedScreen, ...]
    resolutions: tuple[Resolution, ...]


def read_screen(file: Path, package: str) -> Screen:
    """Return the screen that a file holds.

    Raises:
        SavedScreenBroken: it cannot be read, is no hierarchy, or shows nothing of the app; the message names the file.

    """
    try:
        screen = Screen.parse(_text(file), package)
    except AutomationDown as error:
        message = f"{file} is no screen as `uiautomator dump` writes it: {error.message.partition(': ')[2]}"
        raise SavedScreenBroken(message) from error
    if not screen.windows:
        message = f"{file} shows nothing: it has no nodes"
        raise SavedScreenBroken(message)
    if not screen.shows(package):
        others = ", ".join(sorted(screen.packages)) or "no app"
        message = f"{file} shows {others}, not {package}"
        raise SavedScreenBroken(message)
    return screen


def check_saved(profile: AppProfile, screens: Mapping[Path, Screen], version: str | None = None) -> SavedCheck:
    """Check a profile against saved screens, under the rules of a version; without one, those that fit best.

    Raises:
        UnsupportedApp: the profile does not cover the version.

    """
    candidates = profile.variants() if version is None else [profile.for_version(version)]
    return max((_check(each, screens) for each in candidates), key=_found)


def _check(profile: VersionProfile, screens: Mapping[Path, Screen]) -> SavedCheck:
    examined = tuple(
        SavedScreen(file, page_of(profile, screen), tuple(check_screens(profile, {str(file): screen})))
        for file, screen in screens.items()
    )
    together = check_screens(profile, {str(file): screen for file, screen in screens.items()})
    return SavedCheck(profile.version, examined, tuple(together))


def _found(check: SavedCheck) -> tuple[int, int]:
    return sum(each.page is not None for each in check.screens), _resolved(check.resolutions)


def _resolved(resolutions: Sequence[Resolution]) -> int:
    return sum(each.resolved for each in resolutions)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            message = f"{file} is too large for a screen: more than {LARGEST // 1_000_000} MB"
            raise SavedScreenBroken(message)
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{file} is no text: {error.reason} at byte {error.start}"
        raise SavedScreenBroken(message) from error
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}"
        raise SavedScreenBroken(message) from error
