"""Finds the dialogs of the system on a screen, and the buttons that put them away. It touches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.screens.windows import SYSTEM_UI, Window
from phonefleet.apps.system_dialogs.listed import Dialog, as_read, dialogs_of, is_of_dialogs
from phonefleet.geometry import Rect
from phonefleet.words import say

_WHOLE = 0.95
"""A window that covers more than this of both sides of the display is a screen, and not a dialog over one."""

_NOTIFICATION = re.compile(r".*(notification|status_bar|expandable|heads_up).*")
"""Ids of what the system's interface shows beside dialogs; a notification may say the same as a dialog."""

_PLAIN = re.compile(r"button[123]")
"""The buttons of Android's AlertDialog."""


@dataclass(frozen=True, slots=True)
class ShownDialog:
    """A dialog of the system that a screen shows: its window, and what the list says of it; None if nothing."""

    window: Window
    known: Dialog | None

    @property
    def name(self) -> str:
        """What the list calls it; "" if it does not know it."""
        return self.known.name if self.known is not None else ""

    @property
    def is_for_a_person(self) -> bool:
        """Whether only a person may answer it: the list says so, or does not know it."""
        return self.known is None or self.known.cure == "person"

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything that it says, in document order."""
        return tuple(element.label for element in self.window.elements if element.label.strip())

    def describe(self) -> str:
        """Return what a person needs to recognize it: whose it is, its first words and its buttons."""
        labels = self.labels
        buttons = ", ".join(repr(element.label) for element in self.window.elements if is_button(element))
        said = (
            say("apps.says", "says {labels!r}", labels=labels[0])
            if labels
            else say("apps.says_nothing", "says nothing")
        )
        return say("apps.belongs", "it belongs to {package}, {said}", package=self.window.package, said=said) + (
            say("apps.offers", " and offers {buttons}", buttons=buttons) if buttons else ""
        )

    def to_tick(self) -> Element | None:
        """Return the box that is to be ticked first, unless it is ticked or absent."""
        box = _first(self.window, self.known.tick) if self.known is not None else None
        return box if box is not None and not box.checked else None

    def button(self) -> Element | None:
        """Return the button that puts it away: by its id, or else by its words where just one says them."""
        if self.known is None:
            return None
        return _first(self.window, self.known.buttons) or _by_words(self.window, self.known.says)

    def insisting(self) -> Element | None:
        """Return the button for a dialog that does not go away."""
        return _first(self.window, self.known.insist) if self.known is not None else None


def system_dialog_on(screen: Screen) -> ShownDialog | None:
    """Return the topmost dialog of the system that the list knows, else one that it does not know, else None."""
    foreign = [window for window in reversed(screen.windows) if window.package != screen.package]
    found = list(_recognized(foreign, screen.display))
    return next((dialog for dialog in found if dialog.known is not None), found[0] if found else None)


def is_whole(bounds: Rect, display: Rect) -> bool:
    """Tell whether a window covers the display."""
    return bounds.width >= display.width * _WHOLE and bounds.height >= display.height * _WHOLE


def name_of(element: Element) -> str:
    """Return an element's id without the package that it belongs to."""
    return element.id.rpartition("/")[2]


def is_button(element: Element) -> bool:
    """Tell whether an element is a button of a dialog."""
    return element.class_name.endswith("Button") or _PLAIN.fullmatch(name_of(element)) is not None


def _recognized(windows: Sequence[Window], display: Rect) -> Iterator[ShownDialog]:
    for window in windows:
        known = next((dialog for dialog in dialogs_of(window.package) if _fits(dialog, window, display)), None)
        asks = is_of_dialogs(window.package) or (window.package == SYSTEM_UI and _is_an_alert(window))
        unknown = asks and not is_whole(window.bounds, display) and _says_something(window)
        if known is not None or unknown:
            yield ShownDialog(window, known)


def _fits(dialog: Dialog, window: Window, display: Rect) -> bool:
    names = [name_of(element) for element in window.elements if element.id]
    if dialog.without is not None and any(map(dialog.without.fullmatch, names)):
        return False
    if dialog.ids is not None and any(map(dialog.ids.fullmatch, names)):
        return True
    if dialog.words is None or not _says(dialog.words, window):
        return False
    asks = is_of_dialogs(window.package) and _by_words(window, dialog.says) is not None
    return asks or _is_a_dialog(window, names, display)


def _is_a_dialog(window: Window, names: Sequence[str], display: Rect) -> bool:
    """Tell whether a window looks like a dialog, so that its words may be believed."""
    if is_whole(window.bounds, display) or any(map(_NOTIFICATION.fullmatch, names)):
        return False
    return any(is_button(element) for element in window.elements)


def _is_an_alert(window: Window) -> bool:
    """Tell whether a window is an AlertDialog, by the ids that Android gives its parts, in whatever language."""
    return any(
        element.id.startswith("android:id/") and _PLAIN.fullmatch(name_of(element)) for element in window.elements
    )


def _says(words: re.Pattern[str], window: Window) -> bool:
    return any(words.search(as_read(element.label)) for element in window.elements if element.label)


def _says_something(window: Window) -> bool:
    return any(element.label.strip() for element in window.elements)


def _first(window: Window, names: Sequence[re.Pattern[str]]) -> Element | None:
    """Return the first element that bears the first of the names that any bears, and can be touched."""
    able = [element for element in window.elements if element.id and element.enabled]
    found = (element for name in names for element in able if name.fullmatch(name_of(element)))
    return next(found, None)


def _by_words(window: Window, says: Sequence[str]) -> Element | None:
    """Return the one element that says the first of the words that any says."""
    for words in says:
        found = [each for each in window.elements if each.enabled and words in (as_read(each.text), as_read(each.desc))]
        if found:
            return found[0] if len({each.bounds for each in found}) == 1 else _only_button(found)
    return None


def _only_button(found: Sequence[Element]) -> Element | None:
    buttons = [each for each in found if is_button(each) or each.clickable]
    return buttons[0] if len(buttons) == 1 else None
