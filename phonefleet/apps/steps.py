"""Steps that lead to an action and can be taken back: a broken call does not end them, they look again and go on.

Only for what begins by looking and does what is still missing. Never for the touch that cannot be taken back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.errors import AutomationDown, DeviceOffline, LinkLost, ShellFailed

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

BROKEN = (LinkLost, AutomationDown, DeviceOffline, ShellFailed)
"""What says nothing about the screen, only that a call broke."""

_REPEATS = 7
_STILL = 2
"""How many looks must show the same after a scroll before that is a list's end."""


def persistent(step: Callable[P, T]) -> Callable[P, T]:
    """Do a step again, from its look on, when a call broke; the last error is the caller's."""

    @wraps(step)
    def go_on(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_REPEATS):
            try:
                return step(*args, **kwargs)
            except BROKEN as breakage:
                _log.info("looking again after: %s", breakage)
        return step(*args, **kwargs)

    return go_on


@persistent
def advance(driver: AppDriver, touched: str, *expected: str) -> str:
    """Tap an element until one of the others shows, and return which."""
    name, element = driver.wait_for(*expected, touched)
    if name != touched:
        return name
    driver.tap(element)
    return driver.wait_for(*expected)[0]


@persistent
def dismiss(driver: AppDriver, touched: str, gone: str) -> None:
    """Tap an element until another one is gone."""
    if driver.finds(driver.look(), gone):
        driver.tap(driver.wait_for(touched)[1])
        driver.wait_until(lambda screen: None if driver.finds(screen, gone) else True, f"{gone} does not go away")


@persistent
def open_tab(driver: AppDriver, tab: str, expected: str) -> None:
    """Show the first screen of a tab, wherever the app is."""
    driver.ensure_started()
    driver.tap(driver.wait_for(tab)[1])
    driver.wait_for(expected)


@persistent
def scrolled(
    driver: AppDriver, ready: Callable[[Screen], bool], read: Callable[[Screen], object], before: object
) -> Screen:
    """Return the screen after a list was scrolled: one that shows something else than `before`, or the list's end.

    The end is where a scroll inside of the list changes nothing: several looks show the same, and nothing loads.

    Raises:
        ElementMissing: the list is not ready again in time.

    """
    still = 0

    def outcome(screen: Screen) -> Screen | None:
        nonlocal still
        if ready(screen) and read(screen) != before:
            return screen
        still = still + 1 if ready(screen) and not driver.finds(screen, "loading") else 0
        return screen if still == _STILL else None

    return driver.wait_until(outcome, "the list does not come to rest after it was scrolled")


def scroll(driver: AppDriver, container: str) -> bool:
    """Show what is below in an element, or in the app's largest list where the profile does not know it.

    Returns whether a call broke: then only a look tells whether it has scrolled.
    """
    over = _found(driver, container)
    try:
        driver.scroll("down", over)
    except BROKEN as breakage:
        _log.info("may have scrolled: %s", breakage)
        return True
    return False


@persistent
def _found(driver: AppDriver, name: str) -> Element | None:
    return driver.find(driver.look(), name) if name in driver.profile.selectors else None
