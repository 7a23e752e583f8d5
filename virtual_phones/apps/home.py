"""The screens that belong to the system: launcher, keyguard and notification shade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from phonefleet.geometry import Rect
from virtual_phones.apps.app import App
from virtual_phones.screen.node import Node

LAUNCHER = "com.android.launcher3"
LAUNCHER_ACTIVITY = ".uioverrides.QuickstepLauncher"
SYSTEM_UI = "com.android.systemui"

Panel = Literal["notifications", "quick_settings"]

_COLUMNS = 4
_FRAME, _TEXT = "android.widget.FrameLayout", "android.widget.TextView"


def home_screen(width: int, height: int, apps: Sequence[App], open_app: Callable[[str], object]) -> Node:
    """Return the launcher with one icon for each app; a tap on an icon opens its app."""
    workspace = Node(
        "android.view.ViewGroup", Rect(0, 0, width, height), LAUNCHER, f"{LAUNCHER}:id/workspace", scrollable=True
    )
    workspace.children = [_icon(width, index, app, open_app) for index, app in enumerate(apps)]
    return _screen(width, height, LAUNCHER, "#1c3144", [content(width, height, LAUNCHER, workspace)])


def content(width: int, height: int, package: str, *views: Node) -> Node:
    """Return the view in which Android puts what an activity shows."""
    return Node(_FRAME, Rect(0, 0, width, height), package, "android:id/content", children=list(views))


def keyguard(width: int, height: int) -> Node:
    """Return the lock screen."""
    clock = Node(
        _TEXT, Rect(0, height // 5, width, height // 5 + 200), SYSTEM_UI, f"{SYSTEM_UI}:id/clock", text="10:24"
    )
    hint = Node(
        _TEXT, Rect(0, height - 200, width, height - 100), SYSTEM_UI, f"{SYSTEM_UI}:id/keyguard_indication_text",
        text="Swipe up to unlock",
    )  # fmt: skip
    return _screen(width, height, SYSTEM_UI, "#101820", [clock, hint])


def shade(width: int, height: int, panel: Panel) -> Node:
    """Return the notification shade, or the quick settings."""
    view = "notification_stack_scroller" if panel == "notifications" else "quick_settings_panel"
    text = "No notifications" if panel == "notifications" else "Internet"
    title = Node(_TEXT, Rect(40, 160, width - 40, 280), SYSTEM_UI, f"{SYSTEM_UI}:id/{panel}_text", text=text)
    body = Node(
        "android.view.ViewGroup", Rect(0, 100, width, height), SYSTEM_UI, f"{SYSTEM_UI}:id/{view}", children=[title]
    )
    return _screen(width, height, SYSTEM_UI, "#202124", [body])


def _screen(width: int, height: int, package: str, fill: str, children: list[Node]) -> Node:
    return Node(_FRAME, Rect(0, 0, width, height), package, fill=fill, children=children)


def _icon(width: int, index: int, app: App, open_app: Callable[[str], object]) -> Node:
    cell = width // _COLUMNS
    left, top = (index % _COLUMNS) * cell, 300 + (index // _COLUMNS) * cell
    said = label(app)
    return Node(
        _TEXT, Rect(left, top, left + cell, top + cell), LAUNCHER, text=said, content_desc=said,
        clickable=True, long_clickable=True, focusable=True, on_tap=lambda: _ignore(open_app(app.package)),
    )  # fmt: skip


def label(app: App) -> str:
    """Return what an app is called on the launcher."""
    return app.package.rsplit(".", 1)[-1].replace("_", " ").title()


def _ignore(_: object) -> None:
    """Drop a result that a touch has no use for."""
