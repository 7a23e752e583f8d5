"""Finds popups, refusals and challenges of the profile on an app's screen."""

from __future__ import annotations

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Match


def shows(screen: Screen, obstacle: Popup | Refusal) -> bool:
    """Tell whether something of the profile is on a screen."""
    return sign_of(screen, obstacle) is not None


def sign_of(screen: Screen, obstacle: Popup | Refusal) -> Element | None:
    """Return the element by which an obstacle is recognized; None if it does not show, or what speaks against it does.

    Rules are tried in their order: those by structure stand before those by words. What a person may have written is
    excused only by what shows in its own window: a page that lies below a dialog says nothing about the dialog's words.
    """
    dialogs = isinstance(obstacle, Popup)
    for match in obstacle.when:
        for element in screen.find_all((match,), dialogs=dialogs):
            if not _is_excused(screen, obstacle, match, element):
                return element
    return None


def _is_excused(screen: Screen, obstacle: Popup | Refusal, match: Match, element: Element) -> bool:
    """Tell whether what speaks against an obstacle shows: anywhere, or for mere words in their own window."""
    against = [each for rule in obstacle.unless for each in screen.find_all((rule,))]
    if match.is_anchored:
        return bool(against)
    return any(each.height[0] == element.height[0] for each in against)


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
