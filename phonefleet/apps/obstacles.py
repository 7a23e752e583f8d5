"""What lies over an app's screen, by what its profile says of popups and refusals."""

from __future__ import annotations

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.screen import Screen
from phonefleet.apps.selector import Element


def topmost_obstacle(profile: VersionProfile, screen: Screen) -> Popup | Refusal | None:
    """Return the popup or refusal that lies over all others: a button of another one may be covered by it."""
    obstacles: list[Popup | Refusal] = [*profile.popups, *profile.blocked]
    shown = ((screen.find(each.when, dialogs=True), each) for each in obstacles)
    found = [(screen.height_of(element), each) for element, each in shown if element is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def button_of(screen: Screen, obstacle: Popup | Refusal) -> Element | None:
    """Return what dismisses an obstacle: in its own window if it has any, of several the one that lies on top."""
    shown = screen.find(obstacle.when, dialogs=True)
    found = screen.find_all(obstacle.dismiss, dialogs=True)
    beside = [each for each in found if shown is not None and each.height[0] == shown.height[0]]
    return max(beside or found, key=screen.height_of, default=None)
