"""Tells what a screen is: a page of the app, something that came in between, or nothing that is known.

    kind_of(profile, screen)  # Seen(kind="page", name="profile")

The watcher asks it at each look, `phonefleet profile check` for each screen that it is given. It only reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from phonefleet.apps.app_profile import Popup, Refusal, VersionProfile
from phonefleet.apps.foreign import KEYGUARD, front_of_others
from phonefleet.apps.obstacles import shows, topmost_obstacle
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element, Match
from phonefleet.apps.shown_dialogs import ShownDialog, system_dialog_on
from phonefleet.errors import AutomationDown

Kind = Literal["page", "challenge", "blocked", "popup", "system_dialog", "foreign", "broken", "unknown"]

_TABS = ("home_tab", "search_tab", "create_button", "inbox_open", "profile_tab")
_OF_A_FRAME = 2
"""How many of the tabs make an app's frame: a screen that has it is no stop, however unknown it is."""

_PARTS_OF_A_PAGE = 3
"""How many elements with ids that the profile knows make a page of which it does not know all marks, or the name."""

_LARGE = 0.6
"""What takes more of its part of the display than this is a screen of the app, and not a dialog over one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a screen is.

    `name` is the page, challenge, refusal or popup of the profile; the dialog in the list of those of the system, such
    as "permission", "crash" or "not responding", and "" for one that the list does not know; of what is foreign
    "keyguard", "shade", "system" (nothing but bars) or the package of the app in front; why a hierarchy is broken; ""
    for an unknown screen of the app. `what` is the rule or the dialog behind it.
    """

    kind: Kind
    name: str = ""
    what: Popup | Refusal | ShownDialog | None = field(default=None, compare=False, repr=False)


def kind_of(profile: VersionProfile, screen: Screen) -> Seen:
    """Return what a screen is.

    A challenge counts first, because nothing may be touched then; a dialog of the system before what lies under it.
    """
    if not screen.windows:
        return Seen("broken", "it shows nothing")
    return in_the_way(profile, screen) or _page(profile, screen)


def kind_of_dump(profile: VersionProfile, xml: str) -> Seen:
    """Return what a hierarchy is that may be broken; `Screen.parse` refuses such a one, and its `name` says why."""
    try:
        screen = Screen.parse(xml, profile.package)
    except AutomationDown as error:
        return Seen("broken", error.message)
    return kind_of(profile, screen)


def in_the_way(profile: VersionProfile, screen: Screen) -> Seen | None:
    """Return what keeps the app from being used; None if nothing does."""
    for challenge in profile.challenges:
        if shows(screen, challenge):
            return Seen("challenge", challenge.name, challenge)
    front = front_of_others(screen)
    if front == KEYGUARD:  # a touch that is meant for a dialog behind it would hit its keys
        return Seen("foreign", front)
    dialog, obstacle = system_dialog_on(screen), topmost_obstacle(profile, screen)
    if dialog is not None and (dialog.known is not None or obstacle is None):
        return Seen("system_dialog", dialog.name, dialog)
    if obstacle is not None:
        return Seen("blocked" if isinstance(obstacle, Refusal) else "popup", obstacle.name, obstacle)
    return Seen("foreign", front) if front is not None else None


def page_of(profile: VersionProfile, screen: Screen) -> str | None:
    """Return the page that a screen is, or the dialog that lies over it ("popup: rating"); None if it is neither."""
    seen = kind_of(profile, screen)
    if seen.kind in ("challenge", "blocked", "popup"):
        return f"{seen.kind}: {seen.name}"
    if seen.kind == "system_dialog":
        return f"popup: {seen.name or 'not known'}"
    return seen.name if seen.kind == "page" else None


def may_be_a_stop(profile: VersionProfile, screen: Screen) -> bool:
    """Tell whether a screen is one by which the app may have stopped the account: full, unknown, and not loading.

    A profile that knows no pages cannot tell.
    """
    if not profile.pages or kind_of(profile, screen).kind != "unknown":
        return False
    known = _has_tabs(profile, screen) or _has_known_parts(profile, screen)
    return _is_full(profile, screen) and not _is_loading(profile, screen) and not known


def headline(screen: Screen) -> str:
    """Return the first words that the app's own windows say; "" if they say none."""
    return next((element.label.strip() for element in screen.elements if element.label.strip()), "")


def _page(profile: VersionProfile, screen: Screen) -> Seen:
    """Return the first page of which all marks are on the screen.

    A mark that is no more than a class, such as any text field, tells no page.
    """
    for page, marks in profile.pages.items():
        if all(_telling(profile, screen, mark) is not None for mark in marks):
            return Seen("page", page)
    return Seen("unknown")


def _telling(profile: VersionProfile, screen: Screen, name: str) -> Element | None:
    return screen.find(tuple(match for match in profile.selectors.get(name, ()) if not _is_a_mere_class(match)))


def _is_a_mere_class(match: Match) -> bool:
    said = (match.texts, match.text_pattern, match.descs, match.desc_pattern)
    return not match.is_anchored and all(each is None for each in said)


def _is_full(profile: VersionProfile, screen: Screen) -> bool:
    room = screen.room.width * screen.room.height
    own = [window.bounds for window in screen.windows if window.package == profile.package]
    return any(bounds.width * bounds.height >= room * _LARGE for bounds in own)


def _is_loading(profile: VersionProfile, screen: Screen) -> bool:
    """Tell whether there is nothing to read or to touch yet, or something turns round."""
    if "loading" in profile.selectors and screen.find(profile.selectors["loading"]) is not None:
        return True
    elements = screen.elements
    return not any(map(_says_or_takes_something, elements)) or any(map(_turns, elements))


def _says_or_takes_something(element: Element) -> bool:
    return bool(element.label.strip()) or element.clickable or element.class_name.endswith("WebView")


def _turns(element: Element) -> bool:
    """Tell whether an element is a spinner: a bar of progress is wider than high."""
    bounds = element.bounds
    return "ProgressBar" in element.class_name and 0 < bounds.width <= 2 * bounds.height


def _has_known_parts(profile: VersionProfile, screen: Screen) -> bool:
    """Tell whether the profile knows so much on the screen that it is a page which merely lacks something."""
    anchored = ([match for match in selector if match.id is not None] for selector in profile.selectors.values())
    found = {element.height for rules in anchored for element in screen.find_all(tuple(rules))}
    return len(found) >= _PARTS_OF_A_PAGE


def _has_tabs(profile: VersionProfile, screen: Screen) -> bool:
    return sum(_telling(profile, screen, tab) is not None for tab in _TABS) >= _OF_A_FRAME
