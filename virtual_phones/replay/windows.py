"""The windows of a saved screen: which lies above which, which is active, and what a touch hits.

A dump does not tell the order of windows, so it is told by what they are: dialogs of the system lie over apps, and a
small window over a large one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from phonefleet.geometry import Point, Rect
from virtual_phones.apps.home import SYSTEM_UI
from virtual_phones.screen.node import Node
from virtual_phones.windows.window import Scene, Window

_DIALOGS = frozenset({"android", "com.lbe.security.miui", "com.miui.securitycenter", "com.oppo.permissionTop"})
_DIALOG_ENDINGS = (
    "permissioncontroller", "packageinstaller", "systemmanager", "securitypermission", "permissionmanager",
)  # fmt: skip
"""Whose windows come over any app: crashes and hangs, permissions of all makers."""
_KEYBOARD = "inputmethod"
_WHOLE = 0.8
"""What covers more than this part of the width and the height covers the display."""
_EDITABLE = ("EditText", "AutoCompleteTextView", "SearchAutoComplete")


@dataclass(frozen=True, slots=True)
class SavedScene(Scene):
    """What a saved screen shows: its windows from the lowest to the topmost, without those of other displays."""

    @property
    def picture(self) -> Node:
        """All windows as one tree, to be drawn."""
        width = max(window.root.bounds.right for window in self.windows)
        height = max(window.root.bounds.bottom for window in self.windows)
        roots = [window.root for window in self.windows]
        return Node("android.widget.FrameLayout", Rect(0, 0, width, height), children=roots)

    def path_at(self, point: Point) -> list[Node]:
        """Return the view that a touch at a point hits and those around it, outermost first."""
        for window in reversed(self.windows):
            if window.root.bounds.contains(point):
                return path_to_hit(window.root, point)
        return []


def path_to_hit(root: Node, point: Point) -> list[Node]:
    """Return the way to the view that is hit: the deepest one at the point, the last in document order.

    Android gives a touch to the topmost view that takes it, so what lies under a view that can be clicked is not hit.
    """
    taken = _path_to_taker(root, point) or [root]
    return [*taken[:-1], *_deepest(taken[-1], point)]


def is_editable(node: Node) -> bool:
    """Tell whether a view takes text."""
    return node.class_name.endswith(_EDITABLE)


def is_of_a_dialog(package: str) -> bool:
    """Tell whether the windows of a package are dialogs of the system."""
    return package in _DIALOGS or package.endswith(_DIALOG_ENDINGS)


def covers(bounds: Rect, display: Rect) -> bool:
    """Tell whether a window covers the display, as far as bars leave it free."""
    return bounds.width >= display.width * _WHOLE and bounds.height >= display.height * _WHOLE


def is_a_curtain(root: Node, display: Rect) -> bool:
    """Tell whether it is the system's shade or keyguard: an overlay, such as a cutout's, says and takes nothing."""
    return package_of(root) == SYSTEM_UI and covers(root.bounds, display) and any(map(_says_something, root.walk()))


def kind_of(root: Node, display: Rect) -> Literal["app", "dialog", "keyboard", "overlay"]:
    """Return what kind of window it is."""
    package = package_of(root)
    if is_of_a_dialog(package):
        return "dialog"
    if _KEYBOARD in package:
        return "keyboard"
    return "overlay" if package == SYSTEM_UI and not is_a_curtain(root, display) else "app"


def ranked(roots: Sequence[Node], own: str, display: Rect) -> list[Node]:
    """Return the windows of one display from the lowest to the topmost; `own` is the app's package."""
    order = sorted(range(len(roots)), key=lambda place: _rank(roots[place], own, display, place))
    return [roots[place] for place in order]


def active(order: Sequence[Node], own: str, display: Rect) -> Node:
    """Return the window that has the keys: a dialog, else one of the app, else whatever is no bar or keyboard."""
    places = range(len(order))
    return order[max(places, key=lambda place: (*_importance(order[place], own, display), place))]


def package_of(root: Node) -> str:
    """Return whose window it is."""
    return next((node.package for node in root.walk() if node.package), "")


def window(root: Node, display: Rect, *, is_active: bool, number: int = 0) -> Window:
    """Return the window of a root."""
    return Window(kind_of(root, display), root, number, active=is_active, touchable=not number)


def _rank(root: Node, own: str, display: Rect, place: int) -> tuple[int, int, int]:
    area = root.bounds.width * root.bounds.height
    return _layer(root, own, display), -area, place


def _layer(root: Node, own: str, display: Rect) -> int:
    """Return how high a window lies; what others put over the whole display lets touches through to the app."""
    package = package_of(root)
    if is_of_a_dialog(package):
        return 4
    if is_a_curtain(root, display):
        return 3
    if not covers(root.bounds, display):
        return 2
    return 1 if package == own else 0


def _importance(root: Node, own: str, display: Rect) -> Sequence[bool]:
    kind, curtain = kind_of(root, display), is_a_curtain(root, display)
    return kind == "dialog", curtain, package_of(root) == own, kind == "app", covers(root.bounds, display)


def _says_something(node: Node) -> bool:
    return bool(node.text or node.content_desc or node.clickable)


def _path_to_taker(node: Node, point: Point) -> list[Node]:
    """Return the way to the topmost view that takes touches; empty if none does."""
    if not node.bounds.contains(point):
        return []
    for child in reversed(node.children):
        if below := _path_to_taker(child, point):
            return [node, *below]
    return [node] if _takes_touches(node) else []


def _takes_touches(node: Node) -> bool:
    return node.clickable or node.long_clickable or node.checkable or is_editable(node)


def _deepest(node: Node, point: Point) -> list[Node]:
    found = [node]
    for child in node.children:
        if child.bounds.contains(point) and len(below := _deepest(child, point)) >= len(found):
            found = [node, *below]
    return found
