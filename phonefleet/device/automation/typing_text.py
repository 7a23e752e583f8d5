"""Types a text into an editable view, whatever its characters, and verifies it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from uiautomator2.exceptions import UiObjectNotFoundError

from phonefleet.device.automation.server import Automation
from phonefleet.device.automation.true_text import visible_bounds
from phonefleet.errors import ElementMissing, NotVerified
from phonefleet.geometry import Point
from phonefleet.words import say

_FOCUS_LIMIT = timedelta(seconds=2)
_MASKS = frozenset("•*●")


def enter_text(automation: Automation, at: Point, resource_id: str, text: str) -> None:
    """Focus the editable view at a point and make `text` its whole content.

    Raises:
        ElementMissing: nothing editable has the focus after the tap.
        NotVerified: the view shows another text, even after pasting.

    """
    selector = _view_at(automation, at, resource_id)
    automation.call("click", at.x, at.y)
    selector = selector or _focused(automation)
    _set(automation, selector, text)
    if not _shows(automation, selector, text):
        _paste(automation, selector, text)
    if not _shows(automation, selector, text):
        message = say(
            "device.text_field_does_not_show",
            "The text field {resource_id} does not show the text that was typed into it.",
            resource_id=resource_id or at,
        )
        raise NotVerified(message)


def _view_at(automation: Automation, at: Point, resource_id: str) -> Any | None:
    """Return the selector of the view with this id at the point; ids repeat in lists."""
    if not resource_id:
        return None
    infos = automation.call("objInfoOfAllInstances", _select(automation, resourceId=resource_id))
    for instance, info in enumerate(infos or []):
        if (bounds := visible_bounds(info)) is not None and bounds.contains(at):  # None: it has gone
            return _select(automation, resourceId=resource_id, instance=instance)
    return None


def _select(automation: Automation, **fields: object) -> Any:
    ui: Any = automation
    return ui(**fields).selector


def _focused(automation: Automation) -> Any:
    """Return the selector of the focused view.

    It has an instance, because the server's `setText` taps the view of a selector without one, perhaps a button.
    """
    selector = _select(automation, focused=True)
    if not automation.call("waitForExists", selector, int(_FOCUS_LIMIT.total_seconds() * 1000)):
        message = say("device.no_text_field_focus_after", "No text field has the focus after it was tapped.")
        raise ElementMissing(message)
    return _select(automation, focused=True, instance=0)


def _set(automation: Automation, selector: Any, text: str) -> None:
    if text:
        automation.call("setText", selector, text)
    else:
        automation.call("clearTextField", selector)


def _paste(automation: Automation, selector: Any, text: str) -> None:
    """Paste from the clipboard, because some keyboards and fields alter a text that is set directly."""
    automation.call("clearTextField", selector)
    automation.call("setClipboard", None, text)
    automation.call("pasteClipboard")


def _shows(automation: Automation, selector: Any, text: str) -> bool:
    """Tell whether the view shows the text. An empty view may show its hint, a password only its length."""
    try:
        shown = str(automation.call("getText", selector) or "")
    except UiObjectNotFoundError:
        return False
    return not text or shown == text or (len(shown) == len(text) and set(shown) <= _MASKS)
