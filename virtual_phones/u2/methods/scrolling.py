"""JSON-RPC methods of UiScrollable: scroll and fling an element, to its ends or until something shows.

A scroll is a swipe over the element. When the list says that it has reached its end the answer is False, although it
may have moved. Source: `UiScrollable`, `InteractionController.scrollSwipe` and `Until.scrollFinished`.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from phonefleet.geometry import Point, Rect
from virtual_phones.screen import touch
from virtual_phones.u2.automator import Automator
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.matching.uiselector import UiSelector
from virtual_phones.u2.protocol.registry import Family

scrolling = Family()

MAX_SEARCH_SWIPES = 30
"""How often UiScrollable scrolls in each direction when it searches."""

_DEAD_ZONE = 0.1
"""The part of an element at each end over which UiScrollable does not swipe."""

Way = Literal["forward", "backward"]


@scrolling.method("scrollForward", "Selector, boolean, int")
@scrolling.method("flingForward", "Selector, boolean")
def scroll_forward(automator: Automator, target: Selector, vertical: bool, _steps: int = 0) -> bool:
    """Show what comes next; False once the end shows."""
    return _scroll(automator, automator.ui(target), "forward", vertical=vertical)


@scrolling.method("scrollBackward", "Selector, boolean, int")
@scrolling.method("flingBackward", "Selector, boolean")
def scroll_backward(automator: Automator, target: Selector, vertical: bool, _steps: int = 0) -> bool:
    """Show what came before; False once the beginning shows."""
    return _scroll(automator, automator.ui(target), "backward", vertical=vertical)


@scrolling.method("scrollToBeginning", "Selector, boolean, int, int")
@scrolling.method("flingToBeginning", "Selector, boolean, int")
async def scroll_to_beginning(
    automator: Automator, target: Selector, vertical: bool, swipes: int, _steps: int = 0
) -> bool:
    """Scroll back as far as it goes; False when the beginning was not reached with so many swipes."""
    return await _scroll_far(automator, automator.ui(target), "backward", swipes, vertical=vertical)


@scrolling.method("scrollToEnd", "Selector, boolean, int, int")
@scrolling.method("flingToEnd", "Selector, boolean, int")
async def scroll_to_end(automator: Automator, target: Selector, vertical: bool, swipes: int, _steps: int = 0) -> bool:
    """Scroll on as far as it goes; False when the end was not reached with so many swipes."""
    return await _scroll_far(automator, automator.ui(target), "forward", swipes, vertical=vertical)


@scrolling.method("scrollTo", "Selector, Selector, boolean")
async def scroll_to(automator: Automator, target: Selector, wanted: Selector, vertical: bool) -> bool:
    """Scroll from the beginning until the wanted element shows inside of the target; False when it does not."""
    return await bring_into_view(automator, automator.ui(target), automator.ui(wanted), vertical=vertical)


async def bring_into_view(
    automator: Automator, target: UiSelector, wanted: UiSelector, *, vertical: bool = True
) -> bool:
    """Scroll the target from its beginning until `wanted` shows below it; False when it never does.

    Raises:
        ObjectMissing: there is nothing to scroll.

    """
    inside = target.then(wanted)
    if _shows(automator, inside):
        return True
    await _scroll_far(automator, target, "backward", MAX_SEARCH_SWIPES, vertical=vertical)
    if _shows(automator, inside):
        return True
    for _ in range(MAX_SEARCH_SWIPES):
        goes_on = _scroll(automator, target, "forward", vertical=vertical)
        if _shows(automator, inside):
            return True
        if not goes_on:
            return False
        await asyncio.sleep(0)
    return False


def _shows(automator: Automator, selector: UiSelector) -> bool:
    return selector.find(automator.view()) is not None


async def _scroll_far(automator: Automator, target: UiSelector, way: Way, swipes: int, *, vertical: bool) -> bool:
    for _ in range(swipes):
        if not _scroll(automator, target, way, vertical=vertical):
            return True
        await asyncio.sleep(0)
    return False


def _scroll(automator: Automator, target: UiSelector, way: Way, *, vertical: bool) -> bool:
    """Swipe over the element; True when something has moved and more of it is to come."""
    start, end = _line(automator.require(target).bounds, way, vertical=vertical)
    moved = automator.phone.swipe(start.x, start.y, end.x, end.y)
    direction = touch.direction_of(start, end)
    if not moved or direction is None:
        return False
    path = automator.phone.scene().path_at(start)
    scroller = touch.receiver(path, lambda node: node.on_scroll is not None)
    return scroller is not None and direction not in scroller.ends


def _line(bounds: Rect, way: Way, *, vertical: bool) -> tuple[Point, Point]:
    """Return where the finger goes, to show what comes next or what came before."""
    center, across, along = bounds.center, int(bounds.width * _DEAD_ZONE), int(bounds.height * _DEAD_ZONE)
    if vertical:
        line = Point(center.x, bounds.bottom - along), Point(center.x, bounds.top + along)
    else:
        line = Point(bounds.right - across, center.y), Point(bounds.left + across, center.y)
    return line if way == "forward" else (line[1], line[0])
