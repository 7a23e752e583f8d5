"""The second display of a phone that has one: a launcher of its own with a status bar, which nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator

from phonefleet.geometry import Rect
from virtual_phones.screen.node import Node
from virtual_phones.windows.bars import status_bar
from virtual_phones.windows.equipment import COVER, Equipment
from virtual_phones.windows.window import Window

COVER_DISPLAY = 1
COVER_LAUNCHER = "com.sec.android.app.launcher"
_FRAME, _TEXT = "android.widget.FrameLayout", "android.widget.TextView"


def cover_windows(clock: str) -> Iterator[Window]:
    """Yield the windows of the second display; their coordinates are its own."""
    width, height = COVER
    root = Node(_FRAME, Rect(0, 0, width, height), COVER_LAUNCHER, fill="#000000")
    pager = Node(
        "androidx.viewpager.widget.ViewPager", root.bounds, COVER_LAUNCHER, f"{COVER_LAUNCHER}:id/workspace",
        scrollable=True,
    )  # fmt: skip
    pager.children = [
        Node(_TEXT, Rect(60, 300, width - 60, 460), COVER_LAUNCHER, f"{COVER_LAUNCHER}:id/clock", text=clock),
        Node(_TEXT, Rect(60, 500, width - 60, 620), COVER_LAUNCHER, content_desc="Home", clickable=True),
    ]
    root.children = [pager]
    yield Window("system", root, COVER_DISPLAY)
    yield status_bar(Equipment(), width, clock, COVER_DISPLAY)
