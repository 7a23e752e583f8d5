"""Names for recorded screens: of the page that the profile knows, else by number; each may be the name of a file."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.recognition import page_of
from phonefleet.apps.screens.screen import Screen

UNKNOWN = "screen"
"""What a screen is called of which the profile knows no page."""

_LONGEST = 60


def page_name(profile: VersionProfile, screen: Screen) -> str:
    """Return what a screen is called: `own-profile`, `popup-update`; `UNKNOWN` if the profile does not know it."""
    return _as_a_file(page_of(profile, screen) or UNKNOWN)


def unique(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: with a number behind it if need be, and always for screens without a page."""
    if name != UNKNOWN and name not in taken:
        return name
    first = 1 if name == UNKNOWN else 2
    return next(each for number in itertools.count(first) if (each := f"{name}-{number}") not in taken)


def _as_a_file(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:_LONGEST] or UNKNOWN
