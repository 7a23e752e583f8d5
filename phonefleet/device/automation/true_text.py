"""The true text of a view that a dump has shown: dumps hold dots in place of what XML cannot hold."""

from __future__ import annotations

from typing import Any

from phonefleet.device.automation.server import Automation
from phonefleet.geometry import Point, Rect


def labels_at(automation: Automation, at: Point, resource_id: str) -> tuple[str, str] | None:
    """Return the text and the description of the one view with this id that shows at a point.

    All views of the id are asked for at once, in one answer: an instance's number could mean another one a moment
    later, and the server compares ids without regard to case as soon as one is given. None when there is no such view,
    or more than one.
    """
    if not resource_id:
        return None
    ui: Any = automation
    infos: list[Any] = automation.call("objInfoOfAllInstances", ui(resourceId=resource_id).selector) or []
    shown = [(info, visible_bounds(info)) for info in infos]
    found = [info for info, bounds in shown if bounds is not None and bounds.contains(at)]
    return (found[0].get("text") or "", found[0].get("contentDescription") or "") if len(found) == 1 else None


def visible_bounds(info: Any) -> Rect | None:
    """Return the visible part of a view that the server has described, None when it did not say where it is."""
    try:
        edges = info.get("visibleBounds") or info["bounds"]
        return Rect(*(int(edges[name]) for name in ("left", "top", "right", "bottom")))
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError):
        return None
