"""Made-up screens in the form in which uiautomator writes those of real phones, and a phone that shows them.

A screen is one string; `Shown` goes from one to another as its steps say, and keeps what was touched.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, Unpack
from xml.sax.saxutils import quoteattr

from phonefleet.apps import load_profile
from phonefleet.apps.driver import AppDriver
from phonefleet.apps.screens.screen import Screen
from phonefleet.clock import Clock, StopSignal
from phonefleet.device.phone import Foreground, Key, Phone
from phonefleet.geometry import Point, Rect
from virtual_phones.direct import DirectPhone
from virtual_phones.faults import Faults
from virtual_phones.phone import VirtualPhone

TIKTOK, INSTAGRAM = "com.zhiliaoapp.musically", "com.instagram.android"
_CLASSES = {
    "Frame": "android.widget.FrameLayout",
    "Linear": "android.widget.LinearLayout",
    "Relative": "android.widget.RelativeLayout",
    "Group": "android.view.ViewGroup",
    "View": "android.view.View",
    "Text": "android.widget.TextView",
    "Button": "android.widget.Button",
    "Image": "android.widget.ImageView",
    "Edit": "android.widget.EditText",
    "Grid": "android.widget.GridView",
    "Recycler": "androidx.recyclerview.widget.RecyclerView",
}


class Says(TypedDict, total=False):
    """What a node says: `name` is its id, `flags` what is true of it, such as "clickable selected"."""

    name: str
    text: str
    desc: str
    flags: str


class App:
    """Writes the nodes of one app."""

    def __init__(self, package: str) -> None:
        self.package = package

    def node(self, kind: str, bounds: str, *inner: str, **shown: Unpack[Says]) -> str:
        """Return a node with others in it."""
        name, flags = shown.get("name", ""), shown.get("flags", "").split()
        attributes = {
            "text": shown.get("text", ""),
            "resource-id": name if ":" in name or not name else f"{self.package}:id/{name}",
            "class": _CLASSES[kind],
            "package": self.package,
            "content-desc": shown.get("desc", ""),
            "checked": "false",
            "enabled": "true",
            "visible-to-user": "true",
            **{flag: str(flag in flags).lower() for flag in ("clickable", "selected", "scrollable")},
            "bounds": bounds,
        }
        written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
        return f"<node {written}>{''.join(inner)}</node>"

    def screen(self, *inner: str) -> str:
        """Return a hierarchy: the app's window with the status bar before it."""
        bar = App("com.android.systemui")
        status = bar.node("Frame", "[0,0][1080,110]", bar.node("Text", "[48,20][160,90]", name="clock", text="9:41"))
        window = self.node("Frame", "[0,0][1080,2400]", *inner)
        return f'<?xml version="1.0" ?><hierarchy rotation="0">{status}{window}</hierarchy>'


class Shown(DirectPhone):
    """A phone that shows screens by name.

    `steps` leads from a screen and the bounds of what is touched, a key, a link or "swipe" to the next screen.
    """

    def __init__(self, package: str, screens: Mapping[str, str], steps: Mapping[tuple[str, str], str]) -> None:
        super().__init__(VirtualPhone("phone-1", "Test", Faults(), []))
        self._package = package
        self._screens = screens
        self._steps = steps
        self.now = next(iter(screens))
        self.touched: list[tuple[str, str]] = []
        """Screen and bounds of what was touched."""
        self.swiped = 0

    def hierarchy(self) -> str:
        return self._screens[self.now]

    def display(self) -> Rect:
        return Rect(0, 0, 1080, 2400)

    def labels_at(self, at: Point, resource_id: str) -> None:
        del at, resource_id

    def screenshot(self) -> bytes:
        return b""

    def foreground(self) -> Foreground:
        return Foreground(self._package, ".Main")

    def tap(self, point: Point) -> None:
        elements = Screen.parse(self.hierarchy(), self._package).elements
        hit = str([each for each in elements if each.bounds.contains(point)][-1].bounds)
        self.touched.append((self.now, hit))
        self._go(hit)

    def swipe(self, start: Point, end: Point, steps: int = 20) -> None:
        del start, end, steps
        self.swiped += 1
        self._go("swipe")

    def set_text(self, at: Point, resource_id: str, text: str) -> None:
        del at, resource_id, text

    def press(self, key: Key) -> None:
        self._go(key)

    def open_link(self, url: str, package: str) -> None:
        del package
        self._go(url)

    def _go(self, how: str) -> None:
        self.now = self._steps.get((self.now, how), self.now)


def driving(phone: Shown, version: str, clock: Clock, folder: Path | None = None, app: str = "tiktok") -> AppDriver:
    """Return a driver of the app on such a phone."""
    driven: Phone = phone  # type: ignore[assignment] # pyright: ignore[reportAssignmentType]
    return AppDriver(driven, load_profile(app, folder).for_version(version), clock, StopSignal(), random.Random(1))
