"""Who somebody is: by the handle on the screen, never by the name that people choose for themselves and share."""

from __future__ import annotations

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.shown_text import is_name, look, named, plain
from phonefleet.errors import HandleUnknown
from phonefleet.words import say


def shows_handles(profile: VersionProfile, name: str) -> bool:
    """Tell whether the elements of a selector name people by handle."""
    return profile.holds(name) == "handle"


def handle_in(profile: VersionProfile, name: str, label: str) -> str:
    """Return the handle that the label of a selector's element is; "" for anything else, such as "ann and bob"."""
    return named(label) if shows_handles(profile, name) and is_name(label) else ""


def require_handles(profile: VersionProfile, name: str) -> None:
    """See that the elements of a selector name people by handle.

    Raises:
        HandleUnknown: they show display names.
        UnsupportedApp: the profile does not know the selector.

    """
    profile.selector(name)
    if not shows_handles(profile, name):
        message = say(
            "apps.nothing_done_app_shows_people",
            "nothing was done: the app shows people by display name where {name} is (profile "
            "{profile}, version {version}), and by such a name nobody is known: name them by handle "
            "instead",
            name=name,
            profile=profile.name,
            version=profile.version,
        )
        raise HandleUnknown(message)


def owner_of(driver: AppDriver, screen: Screen) -> str:
    """Return the handle of whose profile a screen is; "" where it shows none, or two different ones."""
    shown = screen.find_all(driver.profile.selector("profile_username"))
    names = {plain(each.label): named(each.label) for each in shown if each.label}
    return next(iter(names.values())) if len(names) == 1 else ""


def display_name_on(driver: AppDriver, screen: Screen) -> str:
    """Return the display name on a profile as it reads; "" where none shows, or the app profile knows of none."""
    found = driver.find(screen, "profile_name") if "profile_name" in driver.profile.selectors else None
    return look(found.label) if found is not None else ""
