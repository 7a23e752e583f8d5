"""Tells which page of an app a screen is, by what its profile says of pages and of what comes in between."""

from __future__ import annotations

from phonefleet.apps.app_profile import VersionProfile
from phonefleet.apps.screens.screen import Screen


def page_of(profile: VersionProfile, screen: Screen) -> str | None:
    """Return the page that a screen is, or the dialog that lies over it; None when the profile knows neither."""
    groups = {"challenge": profile.challenges, "blocked": profile.blocked, "popup": profile.popups}
    for kind, obstacles in groups.items():
        for obstacle in obstacles:
            if screen.find(obstacle.when, dialogs=True):
                return f"{kind}: {obstacle.name}"
    pages = profile.pages.items()
    return next((page for page, marks in pages if all(_shows(profile, screen, mark) for mark in marks)), None)


def _shows(profile: VersionProfile, screen: Screen, name: str) -> bool:
    return name in profile.selectors and screen.find(profile.selectors[name]) is not None
