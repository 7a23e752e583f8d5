"""The system's dialog about an app that hangs, over a saved screen: ids are those of AppNotRespondingDialog."""

from __future__ import annotations

from collections.abc import Callable

from phonefleet.geometry import Rect
from virtual_phones.screen.node import Node

PACKAGE = "android"
_ROW = 160
_MARGIN = 60
_FRAME, _TEXT, _BUTTON = "android.widget.FrameLayout", "android.widget.TextView", "android.widget.Button"


def not_responding(display: Rect, name: str, *, close: Callable[[], None], wait: Callable[[], None]) -> Node:
    """Return the dialog: `close` ends the app, `wait` takes the dialog away."""
    middle = display.center.y
    box = Rect(_MARGIN, middle - 2 * _ROW, display.right - _MARGIN, middle + _ROW)
    rows = [Rect(box.left, box.top + _ROW * row, box.right, box.top + _ROW * (row + 1)) for row in range(3)]
    title = Node(_TEXT, rows[0], PACKAGE, f"{PACKAGE}:id/alertTitle", f"{name} isn't responding")
    buttons = [_button(rows[1], "aerr_close", "Close app", close), _button(rows[2], "aerr_wait", "Wait", wait)]
    return Node(_FRAME, box, PACKAGE, f"{PACKAGE}:id/parentPanel", fill="#ffffff", children=[title, *buttons])


def _button(bounds: Rect, name: str, text: str, on_tap: Callable[[], None]) -> Node:
    return Node(_BUTTON, bounds, PACKAGE, f"{PACKAGE}:id/{name}", text, clickable=True, focusable=True, on_tap=on_tap)
