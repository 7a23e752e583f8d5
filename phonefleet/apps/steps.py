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
from phonefleet.words import say

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

BROKEN = (LinkLost, AutomationDown, DeviceOffline, ShellFailed)
"""What says nothing about the screen, only that a call broke."""

_REPEATS = 7
_SWIPES_AT_THE_END = 2
"""How many swipes must change nothing before a list counts as having ended."""

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
        driver.wait_until(
            lambda screen: None if driver.finds(screen, gone) else True,
            say("apps.does_not_go_away", "{gone} does not go away", gone=gone),
        )


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

    return driver.wait_until(
        outcome, say("apps.list_does_not_come_rest", "the list does not come to rest after it was scrolled")
    )


@persistent
def read_on(
    driver: AppDriver,
    container: str,
    ready: Callable[[Screen], bool],
    read: Callable[[Screen], object],
    before: object,
) -> Screen:
    """Return a list's screen after `before`: one that shows something else, or the same where nothing follows.

    A swipe may come to nothing, so only a second one that changes nothing either is the end. It is scrolled only while
    `before` is in sight, also after a broken call: nothing is passed over unread. Whether it was a list that ended
    there, tells `ends`.

    Raises:
        ElementMissing: the list does not show.

    """
    screen = _when_ready(driver, ready)
    for _ in range(_SWIPES_AT_THE_END):
        if read(screen) != before:
            break
        driver.scroll("down", _list_on(driver, screen, container))
        screen = scrolled(driver, ready, read, before)
    return screen


def ends(driver: AppDriver, screen: Screen, container: str, rows: str) -> bool:
    """Tell whether a screen that no longer changes shows the end of a list: only where its rows are in a list.

    Anything else that was swiped over, such as a bar of the system, does not move either.
    """
    if _list_on(driver, screen, container) is not None:
        return True
    found = screen.find_all(driver.profile.selector(rows))
    return bool(found) and any(each.scrollable for each in screen.ancestors(found[-1]))


def _list_on(driver: AppDriver, screen: Screen, name: str) -> Element | None:
    return driver.find(screen, name) if name in driver.profile.selectors else None


def _when_ready(driver: AppDriver, ready: Callable[[Screen], bool]) -> Screen:
    return driver.wait_until(
        lambda screen: screen if ready(screen) else None, say("apps.list_does_not_show", "the list does not show")
    )


def scroll(driver: AppDriver, container: str) -> bool:
    """Show what is below in an element, or in the app's largest list where the profile does not know it.

    Returns whether a call broke: then only a look tells whether it has scrolled.
    """
    over = _over(driver, container)
    try:
        driver.scroll("down", over)
    except BROKEN as breakage:
        _log.info("may have scrolled: %s", breakage)
        return True
    return False


@persistent
def _over(driver: AppDriver, name: str) -> Element | None:
    return _list_on(driver, driver.look(), name)
