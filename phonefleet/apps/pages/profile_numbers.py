"""The numbers of a profile: followers, people it follows, posts, likes. Whose profile it is, the caller has made sure.

Selectors find the element of a number, or the box that holds number and label; apps often describe a box more exactly
to screen readers ("61,234 followers") than they write it ("61.2K"). The most exact reading counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, get_args

from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.screens.selector import Element
from phonefleet.apps.shown_counts import number_in
from phonefleet.shown_number import ShownNumber

Counted = Literal["followers", "following", "posts", "likes"]
COUNTED: Final[tuple[Counted, ...]] = get_args(Counted)

ProfileNumbers = Mapping[Counted, ShownNumber]


def numbers_on(driver: AppDriver, screen: Screen) -> ProfileNumbers:
    """Return the numbers that a profile shows; those that it does not show, or not clearly, are left out."""
    known: dict[Counted, str] = {
        name: f"profile_{name}" for name in COUNTED if f"profile_{name}" in driver.profile.selectors
    }
    found: dict[Counted, ShownNumber] = {}
    for name, selector in known.items():
        box = driver.find(screen, selector)
        number = None if box is None else _number_of(driver, screen, box)
        if number is not None:
            found[name] = number
    return found


def _number_of(driver: AppDriver, screen: Screen, box: Element) -> ShownNumber | None:
    """Return the most exact number that an element or what it holds says; None where they contradict each other."""
    read = [number_in(text, driver.profile.language) for text in _texts(screen, box)]
    numbers = sorted((number for number in read if number is not None), key=lambda number: number.step)
    if not numbers or not all(number.agrees_with(numbers[0]) for number in numbers):
        return None
    return numbers[0]


def _texts(screen: Screen, box: Element) -> Iterator[str]:
    yield from (box.text, box.desc)
    for each in screen.elements:
        if each != box and each.height[0] == box.height[0] and box.bounds.intersection(each.bounds) == each.bounds:
            yield from (each.text, each.desc)
