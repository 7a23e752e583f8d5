"""The window of the keyboard: keys as AOSP's LatinIME shows them, or the small one of uiautomator2's own keyboard."""

from __future__ import annotations

from collections.abc import Callable

from phonefleet.geometry import Rect
from virtual_phones.screen.node import Node
from virtual_phones.windows.equipment import dp
from virtual_phones.windows.window import Window

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PORTRAIT, _LANDSCAPE = 0.34, 0.45
"""How much of the display's height a keyboard takes."""
_SMALL = dp(40)


def keyboard_area(free: Rect, display: Rect, method: str) -> Rect:
    """Return where the keyboard of an input method lies: over the lower part of what the bars leave free."""
    upright = display.height > display.width
    height = _SMALL if "AdbKeyboard" in method else round(display.height * (_PORTRAIT if upright else _LANDSCAPE))
    return Rect(free.left, free.bottom - height, free.right, free.bottom)


def keyboard(area: Rect, method: str, action: str, strike: Callable[[str], None]) -> Window:
    """Return the keyboard's window; `action` is what its action key says, `strike` gets what a touched key types."""
    package = method.partition("/")[0]
    root = Node("android.widget.FrameLayout", area, package, "android:id/inputArea", fill="#d4d7dc")
    if "AdbKeyboard" in method:
        root.children = [Node("android.widget.TextView", area, package, text="ADB Keyboard {ON}")]
    else:
        height = area.height // (len(_ROWS) + 1)
        for number, letters in enumerate(_ROWS):
            top = area.top + number * height
            root.children += _row(Rect(area.left, top, area.right, top + height), package, tuple(letters), strike)
        last = Rect(area.left, area.top + len(_ROWS) * height, area.right, area.bottom)
        root.children += _row(last, package, ("Space", "Delete", action), strike)
    return Window("keyboard", root)


def _row(place: Rect, package: str, labels: tuple[str, ...], strike: Callable[[str], None]) -> list[Node]:
    step = place.width // len(labels)
    lefts = (place.left + step * number for number in range(len(labels)))
    return [
        _key(Rect(left, place.top, left + step, place.bottom), package, label, strike)
        for left, label in zip(lefts, labels, strict=True)
    ]


def _key(place: Rect, package: str, label: str, strike: Callable[[str], None]) -> Node:
    return Node(
        "android.inputmethodservice.Keyboard$Key", place, package, content_desc=label, clickable=True,
        on_tap=lambda: strike(label), fill="#ffffff",
    )  # fmt: skip
