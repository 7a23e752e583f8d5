"""Which screens count as the same one.

What surrounds an app (status bar with its clock, navigation bar, keyboard keys) never makes a screen new. A person's
recording compares roughly: numbers that count up and places that scroll do not make one new either. A program's
recording compares exactly, because a replay has to show it the same again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator

from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element

Likeness = Callable[[Screen], str]
"""Returns the same text for screens that count as the same."""

_NUMBER = re.compile(
    r"(?<![\w@.#-])[+-]?\d+(?:[.,:/\s\xa0\u202f]*\d)*(?:\s?(?:[KMB]|тыс\.?|млн))?(?![\w@])", re.IGNORECASE
)
"""A number by itself: a count, a time, a percentage; not the digits of a name such as `shop_001`."""


def exact(screen: Screen) -> str:
    """Return a fingerprint of all that an app shows, and of whether a keyboard lies over it."""
    return _digest(screen, lambda each: [str(each.bounds), each.text, each.desc])


def rough(screen: Screen) -> str:
    """Return a fingerprint that ignores numbers and places."""
    return _digest(screen, lambda each: [without_numbers(each.text), without_numbers(each.desc)])


def places(screen: Screen) -> str:
    """Return a fingerprint of where everything lies, which tells whether a picture and a hierarchy are of one time."""
    return _digest(screen, lambda each: [str(each.bounds), without_numbers(each.text)])


def without_numbers(text: str) -> str:
    """Return a text with `#` in place of each number."""
    return _NUMBER.sub("#", text)


def _digest(screen: Screen, said: Callable[[Element], list[str]]) -> str:
    rows = [[each.id, each.class_name, *_state(each), *said(each)] for each in _shown(screen)]
    return hashlib.sha256(json.dumps([screen.keyboard_is_open, rows]).encode()).hexdigest()


def _state(element: Element) -> list[bool]:
    return [element.selected, element.checked, element.enabled]


def _shown(screen: Screen) -> Iterator[Element]:
    """Yield the elements of the app and of dialogs that the system puts over it, whatever the order of the dump."""
    for window in screen.windows:
        if window.is_of_a_system_dialog or screen.package in (None, window.package):
            yield from window.elements
