"""Finding what a page needs by the names of selectors, of which a profile may lack those that only some apps show."""

from __future__ import annotations

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element


def first_of(driver: AppDriver, screen: Screen, *names: str) -> tuple[str, Element] | None:
    """Return the first selector that finds something, with what it finds.

    Raises:
        UnsupportedApp: the profile has none of them.

    """
    known = [name for name in names if name in driver.profile.selectors] or list(names[:1])
    hits = ((name, driver.find(screen, name)) for name in known)
    return next(((name, element) for name, element in hits if element is not None), None)
