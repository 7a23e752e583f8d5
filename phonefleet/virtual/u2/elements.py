"""JSON-RPC methods that look at elements: whether they exist, how many there are, what they are."""

from __future__ import annotations

import asyncio

from phonefleet.geometry import Rect
from phonefleet.virtual.hierarchy import View, shown_text
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.registry import Family

elements = Family()

_FIRST_POLL, _LAST_POLL = 0.05, 0.25
"""Seconds between two looks at the screen: soon at first, then rarely, for many phones share one event loop."""


@elements.method("exist")
def exist(automator: Automator, target: object) -> bool:
    """Tell whether an element shows now."""
    return automator.exists(automator.chain(target))


@elements.method("count")
def count(automator: Automator, target: object) -> int:
    """Count the elements that match; of a chain, those that its last link means."""
    return sum(1 for _ in automator.find_all(target))


@elements.method("objInfo")
def describe(automator: Automator, target: object) -> dict[str, object]:
    """Return what an element is."""
    return info(automator.require(target))


@elements.method("objInfoOfAllInstances")
def describe_all(automator: Automator, target: object) -> list[dict[str, object]]:
    """Return what all matching elements are."""
    return [info(view) for view in automator.find_all(target)]


@elements.method("waitForExists")
async def wait_for_exists(automator: Automator, target: object, milliseconds: float) -> bool:
    """Wait until an element shows; False when the time is over."""
    return await _wait_until(automator, target, milliseconds, shows=True)


@elements.method("waitUntilGone")
async def wait_until_gone(automator: Automator, target: object, milliseconds: float) -> bool:
    """Wait until no element shows any more; False when the time is over."""
    return await _wait_until(automator, target, milliseconds, shows=False)


def info(view: View) -> dict[str, object]:
    """Return a view as the client's `info`."""
    node = view.node
    return {
        "bounds": corners(node.bounds),
        "visibleBounds": corners(view.bounds),
        "text": shown_text(node),
        "contentDescription": node.content_desc,
        "className": node.class_name,
        "packageName": node.package,
        "resourceName": node.resource_id or None,
        "childCount": len(node.children),
        "checkable": node.checkable,
        "checked": node.checked,
        "clickable": node.clickable,
        "enabled": node.enabled,
        "focusable": node.focusable,
        "focused": node.focused,
        "longClickable": node.long_clickable,
        "scrollable": node.scrollable,
        "selected": node.selected,
    }


def corners(rect: Rect) -> dict[str, int]:
    """Return a rectangle as the client reads it."""
    return {"left": rect.left, "top": rect.top, "right": rect.right, "bottom": rect.bottom}


async def _wait_until(automator: Automator, target: object, milliseconds: float, *, shows: bool) -> bool:
    chain = automator.chain(target)
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + milliseconds / 1000, _FIRST_POLL
    while automator.exists(chain) is not shows:
        left = deadline - loop.time()
        if left <= 0:
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LAST_POLL)
    return True
