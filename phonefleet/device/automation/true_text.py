"""Reads the true text of a view: hierarchy dumps have dots in place of characters that XML cannot hold."""

from __future__ import annotations

from typing import Any

from phonefleet.device.automation.server import Automation
from phonefleet.geometry import Point, Rect


def labels_at(automation: Automation, at: Point, resource_id: str) -> tuple[str, str] | None:
    """Return the text and content description of the view with this id at a point; None if there is not exactly one.

    All views of the id are requested in one call, because an instance's number could mean another view a moment later,
    and because the server ignores the case of ids if an instance is given.
    """
    if not resource_id:
        return None
    ui: Any = automation
    infos: list[Any] = automation.call("objInfoOfAllInstances", ui(resourceId=resource_id).selector) or []
    shown = [(info, visible_bounds(info)) for info in infos]
    found = [info for info, bounds in shown if bounds is not None and bounds.contains(at)]
    return (found[0].get("text") or "", found[0].get("contentDescription") or "") if len(found) == 1 else None


def visible_bounds(info: Any) -> Rect | None:
    """Return the visible bounds of a view from the server's description; None if it has none."""
    try:
        edges = info.get("visibleBounds") or info["bounds"]
        return Rect(*(int(edges[name]) for name in ("left", "top", "right", "bottom")))
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError):
        return None
