"""JSON-RPC methods that look at elements: whether they exist, how many there are, what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from phonefleet.geometry import Rect
from virtual_phones.screen.hierarchy import View
from virtual_phones.u2.automator import Automator, Target
from virtual_phones.u2.failures import NullPointer
from virtual_phones.u2.matching.fields import description_of, id_of, text_of
from virtual_phones.u2.matching.selector import Selector
from virtual_phones.u2.matching.uiselector import UiSelector
from virtual_phones.u2.protocol.registry import Family

elements = Family()

_FIRST_POLL, _LAST_POLL = 0.05, 0.25
"""Seconds between two looks at the screen: short at first, then longer, because many phones share one event loop."""


@elements.method("exist", "Selector", "String")
def exist(automator: Automator, target: Target) -> bool:
    """Tell whether an element shows now; an instance is ignored, unless the selector has an index, child or sibling."""
    if not isinstance(target, Selector):
        return target is not None and _shows(automator, automator.named(target))
    if not target.is_single or target.has_index:
        return _shows(automator, target.ui())
    if (by := target.by()) is None:
        raise NullPointer
    return automator.find_by(by) is not None


@elements.method("count", "Selector")
def count(automator: Automator, target: Selector) -> int:
    """Count the elements that match; of a chain, the most that its last link means below one parent."""
    if target.deep.has_instance:
        return int(_shows(automator, target.ui()))
    found = target.ui().count(automator.view())
    if not found:
        automator.run_watchers()
    return found


@elements.method("objInfo", "Selector", "String")
def describe(automator: Automator, target: Target) -> dict[str, object]:
    """Return what an element is."""
    if (view := automator.plain(target)) is not None:
        return plain_info(view)
    return info(automator.require(target))


@elements.method("objInfoOfAllInstances", "Selector")
def describe_all(automator: Automator, target: Selector) -> list[dict[str, object] | None]:
    """Return what all matching elements are; what cannot be found again is None.

    The server counts instances of the last link, but asks for those of the first.
    """
    found = count(automator, target)
    screen = automator.view()
    if target.has_instance and found:
        return [_info_if_there(screen, target.ui())]
    return [_info_if_there(screen, target.at(number).ui()) for number in range(found)]


@elements.method("waitForExists", "Selector, long", "String, long")
async def wait_for_exists(automator: Automator, target: Target, milliseconds: int) -> bool:
    """Wait until an element shows; False when the time is over."""
    return await _wait_until(_look(automator, target), milliseconds, shows=True)


@elements.method("waitUntilGone", "Selector, long", "String, long")
async def wait_until_gone(automator: Automator, target: Target, milliseconds: int) -> bool:
    """Wait until no element shows any more; False when the time is over."""
    return await _wait_until(_look(automator, target), milliseconds, shows=False)


def info(view: View) -> dict[str, object]:
    """Return a view as `ObjInfo` of a UiObject: whole bounds, no resource id, no text is an empty one."""
    return {
        **_states(view),
        "bounds": _corners(view.node.bounds),
        "text": text_of(view) or "",
        "contentDescription": description_of(view) or "",
        "resourceName": None,
    }


def plain_info(view: View) -> dict[str, object]:
    """Return a view as `ObjInfo` of a UiObject2: the bounds of what can be seen, no text is null."""
    return {
        **_states(view),
        "bounds": _corners(view.bounds),
        "text": text_of(view),
        "contentDescription": description_of(view),
        "resourceName": id_of(view),
    }


def _states(view: View) -> dict[str, object]:
    node = view.node
    return {
        "visibleBounds": _corners(view.bounds),
        "className": node.class_name,
        "packageName": node.package,
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


def _corners(rect: Rect) -> dict[str, int]:
    return {"left": rect.left, "top": rect.top, "right": rect.right, "bottom": rect.bottom}


def _shows(automator: Automator, selector: UiSelector | None) -> bool:
    return selector is not None and automator.find(selector) is not None


def _info_if_there(screen: View, selector: UiSelector) -> dict[str, object] | None:
    view = selector.find(screen)
    return info(view) if view is not None else None


def _look(automator: Automator, target: Target) -> Callable[[], bool]:
    """Return what tells whether the target shows: by a BySelector if it is plain."""
    by = target.plain() if isinstance(target, Selector) and target.is_single else None
    if by is not None:
        return lambda: automator.find_by(by) is not None
    selector = automator.ui(target)
    return lambda: automator.find(selector) is not None


async def _wait_until(looks: Callable[[], bool], milliseconds: float, *, shows: bool) -> bool:
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + milliseconds / 1000, _FIRST_POLL
    while looks() is not shows:
        left = deadline - loop.time()
        if left <= 0:
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, _LAST_POLL)
    return True
