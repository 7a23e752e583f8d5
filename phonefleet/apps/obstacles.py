"""Finds popups and refusals of the profile that cover an app's screen."""

from __future__ import annotations

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.screen import Screen
from phonefleet.apps.selector import Element


def topmost_obstacle(profile: VersionProfile, screen: Screen) -> Popup | Refusal | None:
    """Return the topmost popup or refusal, which may cover the buttons of others; None if there is none."""
    obstacles: list[Popup | Refusal] = [*profile.popups, *profile.blocked]
    shown = ((screen.find(each.when, dialogs=True), each) for each in obstacles)
    found = [(screen.height_of(element), each) for element, each in shown if element is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def button_of(screen: Screen, obstacle: Popup | Refusal) -> Element | None:
    """Return the element that dismisses an obstacle: in its own window if it has one, otherwise the topmost."""
    shown = screen.find(obstacle.when, dialogs=True)
    found = screen.find_all(obstacle.dismiss, dialogs=True)
    beside = [each for each in found if shown is not None and each.height[0] == shown.height[0]]
    return max(beside or found, key=screen.height_of, default=None)
