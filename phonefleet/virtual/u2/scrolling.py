"""JSON-RPC methods of UiScrollable: scroll and fling an element, to its ends or until something shows."""

from __future__ import annotations

import asyncio
from typing import Literal

from phonefleet.virtual.node import Direction
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.registry import Family
from phonefleet.virtual.u2.selector import Chain

scrolling = Family()

MAX_SEARCH_SWIPES = 30
"""How often UiScrollable scrolls in each direction when it searches."""

Way = Literal["forward", "backward"]


@scrolling.method("scrollForward", "flingForward")
def scroll_forward(automator: Automator, target: object, vertical: bool = True, _steps: int = 0) -> bool:
    """Show what comes next; False at the end."""
    return _scroll(automator, automator.chain(target), "forward", vertical=vertical)


@scrolling.method("scrollBackward", "flingBackward")
def scroll_backward(automator: Automator, target: object, vertical: bool = True, _steps: int = 0) -> bool:
    """Show what came before; False at the beginning."""
    return _scroll(automator, automator.chain(target), "backward", vertical=vertical)


@scrolling.method("scrollToBeginning", "flingToBeginning")
async def scroll_to_beginning(
    automator: Automator,
    target: object,
    vertical: bool = True,
    swipes: int = MAX_SEARCH_SWIPES,
    _steps: int = 0,
) -> bool:
    """Scroll back as far as it goes, `swipes` times at most."""
    return await _scroll_far(automator, automator.chain(target), "backward", swipes, vertical=vertical)


@scrolling.method("scrollToEnd", "flingToEnd")
async def scroll_to_end(
    automator: Automator,
    target: object,
    vertical: bool = True,
    swipes: int = MAX_SEARCH_SWIPES,
    _steps: int = 0,
) -> bool:
    """Scroll on as far as it goes, `swipes` times at most."""
    return await _scroll_far(automator, automator.chain(target), "forward", swipes, vertical=vertical)


@scrolling.method("scrollTo")
async def scroll_to(automator: Automator, target: object, wanted: object, vertical: bool = True) -> bool:
    """Scroll from the beginning until the wanted element shows inside of the target; False when it does not."""
    chain = automator.chain(target)
    return await bring_into_view(automator, chain, chain.then(automator.chain(wanted)), vertical=vertical)


async def bring_into_view(automator: Automator, chain: Chain, wanted: Chain, *, vertical: bool = True) -> bool:
    """Scroll `chain` from its beginning until `wanted` shows; False when it never does.

    Raises:
        ObjectMissing: there is nothing to scroll.

    """
    if automator.exists(wanted):
        return True
    await _scroll_far(automator, chain, "backward", MAX_SEARCH_SWIPES, vertical=vertical)
    for _ in range(MAX_SEARCH_SWIPES):
        if automator.exists(wanted):
            return True
        if not _scroll(automator, chain, "forward", vertical=vertical):
            break
        await asyncio.sleep(0)
    return automator.exists(wanted)


async def _scroll_far(automator: Automator, chain: Chain, way: Way, swipes: int, *, vertical: bool) -> bool:
    for _ in range(swipes):
        if not _scroll(automator, chain, way, vertical=vertical):
            break
        await asyncio.sleep(0)
    return True


def _scroll(automator: Automator, chain: Chain, way: Way, *, vertical: bool) -> bool:
    """Scroll the view, or what a swipe over its middle would reach when it does not scroll itself."""
    view = automator.require(chain)
    direction = _direction(way, vertical=vertical)
    if view.node.on_scroll is not None and automator.phone.display_on:
        return view.node.on_scroll(direction)
    center = view.bounds.center
    dx, dy = {"down": (0, -200), "up": (0, 200), "right": (-200, 0), "left": (200, 0)}[direction]
    return automator.phone.swipe(center.x, center.y, center.x + dx, center.y + dy)


def _direction(way: Way, *, vertical: bool) -> Direction:
    if vertical:
        return "down" if way == "forward" else "up"
    return "right" if way == "forward" else "left"
