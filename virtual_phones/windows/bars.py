"""The windows of the system around an app: status bar, navigation bar, what lies over the display's edge.

Ids and descriptions are those of AOSP's SystemUI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from phonefleet.geometry import Rect
from virtual_phones.apps.home import SYSTEM_UI
from virtual_phones.screen.node import Node
from virtual_phones.windows.equipment import Equipment, dp
from virtual_phones.windows.window import Window

_EDGE = "com.samsung.android.app.cocktailbarservice"
_FRAME, _IMAGE, _TEXT = "android.widget.FrameLayout", "android.widget.ImageView", "android.widget.TextView"

Press = Callable[[str], object]
"""Presses a key by its name."""


def status_bar(equipment: Equipment, width: int, clock: str, display: int = 0) -> Window:
    """Return the bar at the top: clock, signal and battery; touches on it do nothing."""
    height = equipment.status_bar
    upper, lower = height // 5, height - height // 5
    root = Node(_FRAME, Rect(0, 0, width, height), SYSTEM_UI, f"{SYSTEM_UI}:id/status_bar_container")
    root.children = [
        _said(Rect(dp(16), upper, dp(60), lower), "clock", text=clock),
        _said(Rect(width - dp(100), upper, width - dp(64), lower), "wifi_combo", desc="Wifi signal full."),
        _said(Rect(width - dp(60), upper, width - dp(16), lower), "battery", desc="Battery 85 percent."),
    ]
    return Window("status_bar", root, display)


def navigation_bar(equipment: Equipment, bounds: Rect, press: Press) -> Window:
    """Return the bar with the three keys, or the handle of gesture navigation, which lets touches through."""
    root = Node(_FRAME, bounds, SYSTEM_UI, f"{SYSTEM_UI}:id/navigation_bar_frame")
    if equipment.navigation == "gestures":
        handle = Rect(bounds.center.x - dp(54), bounds.top, bounds.center.x + dp(54), bounds.bottom)
        root.children = [Node(_IMAGE, handle, SYSTEM_UI, f"{SYSTEM_UI}:id/home_handle")]
        return Window("navigation_bar", root, touchable=False)
    root.fill = "#000000"
    keys = (("back", "Back", "back"), ("home", "Home", "home"), ("recent_apps", "Overview", "recent"))
    places = _places(bounds, len(keys))
    root.children = [_key(place, *key, press) for place, key in zip(places, keys, strict=True)]
    return Window("navigation_bar", root)


def overlays(equipment: Equipment, width: int, height: int) -> Iterator[Window]:
    """Yield what lies over all windows: the frame of a cutout, or the handle of an edge panel."""
    if equipment.overlay == "cutout":
        root = Node(_FRAME, Rect(0, 0, width, equipment.status_bar), SYSTEM_UI)
        root.children = [Node("android.view.View", root.bounds, SYSTEM_UI, f"{SYSTEM_UI}:id/display_cutout")]
        yield Window("overlay", root, touchable=False)
    elif equipment.overlay == "edge":
        bounds = Rect(width - dp(8), height // 4, width, height // 4 + dp(90))
        root = Node(_FRAME, bounds, _EDGE, content_desc="Edge panels handle", long_clickable=True)
        yield Window("overlay", root)


def _said(bounds: Rect, name: str, *, text: str = "", desc: str = "") -> Node:
    kind = _TEXT if text else "android.widget.LinearLayout"
    return Node(kind, bounds, SYSTEM_UI, f"{SYSTEM_UI}:id/{name}", text=text, content_desc=desc)


def _places(bounds: Rect, count: int) -> list[Rect]:
    """Cut a bar into equal parts along its longer side, from the left or from below."""
    if bounds.width >= bounds.height:
        step = bounds.width // count
        lefts = [bounds.left + step * place for place in range(count)]
        return [Rect(left, bounds.top, left + step, bounds.bottom) for left in lefts]
    step = bounds.height // count
    bottoms = [bounds.bottom - step * place for place in range(count)]
    return [Rect(bounds.left, bottom - step, bounds.right, bottom) for bottom in bottoms]


def _key(place: Rect, name: str, desc: str, key: str, press: Press) -> Node:
    return Node(
        _IMAGE, place, SYSTEM_UI, f"{SYSTEM_UI}:id/{name}", content_desc=desc, clickable=True, long_clickable=True,
        focusable=True, on_tap=lambda: _drop(press(key)), fill="#303030",
    )  # fmt: skip


def _drop(_: object) -> None:
    """Drop a result that a touch has no use for."""
