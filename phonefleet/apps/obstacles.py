"""Finds popups, refusals and challenges of the profile on an app's screen."""

from __future__ import annotations

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element


def shows(screen: Screen, obstacle: Popup | Refusal) -> bool:
    """Tell whether something of the profile is on a screen."""
    return sign_of(screen, obstacle) is not None


def sign_of(screen: Screen, obstacle: Popup | Refusal) -> Element | None:
    """Return the element by which an obstacle is recognized; None if it does not show, or what speaks against it does.

    Rules are tried in their order: those by structure stand before those by words. What a person may have written is
    excused only by what shows in its own window: a page that lies below a dialog says nothing about the dialog's words.
    """
    dialogs = isinstance(obstacle, Popup)
    against = [element for match in obstacle.unless for element in screen.find_all((match,))]
    windows = {element.height[0] for element in against}
    for match in obstacle.when:
        for element in screen.find_all((match,), dialogs=dialogs):
            if not against or not (match.is_anchored or element.height[0] in windows):
                return element
    return None


def topmost_obstacle(profile: VersionProfile, screen: Screen) -> Popup | Refusal | None:
    """Return the topmost popup or refusal, which may cover the buttons of others; None if there is none."""
    obstacles: list[Popup | Refusal] = [*profile.popups, *profile.blocked]
    shown = ((sign_of(screen, each), each) for each in obstacles)
    found = [(screen.height_of(element), each) for element, each in shown if element is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def button_of(screen: Screen, obstacle: Popup | Refusal) -> Element | None:
    """Return the element that dismisses an obstacle: in its own window if it has one, otherwise the topmost."""
    shown = sign_of(screen, obstacle)
    found = screen.find_all(obstacle.dismiss, dialogs=True)
    beside = [each for each in found if shown is not None and each.height[0] == shown.height[0]]
    return max(beside or found, key=screen.height_of, default=None)
