"""Tells apart what is in front where the app is not: lock screen, notification shade, launcher, other apps.

By whose windows they are and by the ends of ids: Android's own names in `com.android.systemui`, which makers keep, and
public dumps of Samsung, MIUI and EMUI. It knows no profile.
"""

from __future__ import annotations

import re

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.windows import SYSTEM_UI, Window
from phonefleet.apps.shown_dialogs import name_of

KEYGUARD, SHADE, SYSTEM = "keyguard", "shade", "system"

_NO_APPS = frozenset({SYSTEM_UI, "android"})

_MOST = 0.5
"""Bars take less than this part of the display; the shade and the lock screen take more."""

_KEYGUARD = re.compile(
    r".*(keyguard|lock_?screen|lock_icon|lockpattern|bouncer|unlock_|emergency_call).*", re.IGNORECASE
)
_SHADE = re.compile(
    r".*(notification_(stack|panel)|quick_settings|quick_qs|qs_|shade|control_center|tile_label|clear_all|dismiss_text).*"
)
_TILES = re.compile(r".*(quick_settings|quick_qs|qs_|control_center|tile_label).*")
"""What a shade shows that is pulled down, and a notification by itself never."""

_LOCK_APPS = re.compile(r".*\.keyguard")
"""Lock screens that are an app of their own, as of EMUI and before Android 5."""

_HEADS_UP = 0.25
"""A notification that shows by itself over an app stays in this upper part of the display."""

_LAUNCHER = re.compile(r".*launcher.*|com\.miui\.home|com\.mi\.android\.globallauncher|com\.hihonor\.android\.home")


def front_of_others(screen: Screen) -> str | None:
    """Return what covers the app or is there instead: "keyguard", "shade", "system" or a package; None if nothing is.

    Shade and keyguard may be in a dump together with the app that they cover.
    """
    shown = screen.package is not None and screen.shows(screen.package)
    large = [window for window in screen.windows if _covers_most(window, screen)]
    covering = [window for window in large if window.package == SYSTEM_UI]
    if any(_has(window, _KEYGUARD) and not (shown and _has(window, _SHADE)) for window in covering):
        return KEYGUARD
    if any(_LOCK_APPS.fullmatch(window.package) for window in large):
        return KEYGUARD
    if any(_has(window, _SHADE) and not (shown and _is_a_heads_up(window, screen)) for window in covering):
        return SHADE
    if shown or screen.package is None:
        return None
    return screen.largest_of_others(_NO_APPS) or SYSTEM


def has_keyguard(screen: Screen) -> bool:
    """Tell whether a large window of the system has parts of a lock screen, whatever else it has."""
    large = [window for window in screen.windows if window.package == SYSTEM_UI and _covers_most(window, screen)]
    return any(_has(window, _KEYGUARD) for window in large)


def is_launcher(package: str) -> bool:
    """Tell whether a package is a home screen."""
    return _LAUNCHER.fullmatch(package) is not None


def _covers_most(window: Window, screen: Screen) -> bool:
    bounds, display = window.bounds, screen.display
    return bounds.width * bounds.height > display.width * display.height * _MOST


def _is_a_heads_up(window: Window, screen: Screen) -> bool:
    """Tell whether all that the shade's window says is a notification that just came in: its window is as large."""
    lowest = screen.display.top + screen.display.height * _HEADS_UP
    labels = [element for element in window.elements if element.label.strip()]
    tiles = any(_TILES.fullmatch(name_of(element)) for element in labels)
    return bool(labels) and not tiles and all(element.bounds.bottom <= lowest for element in labels)


def _has(window: Window, names: re.Pattern[str]) -> bool:
    return any(names.fullmatch(name_of(element)) for element in window.elements if element.id)
