"""Builds hierarchies in the exact form of phones' dumps from short descriptions.

A screen is a set of windows, and a window a tree of views:

    page = window(
        "org.example",
        view("LinearLayout", (40, 600, 900, 700), view("TextView", (40, 600, 900, 700), id="ok", text="OK"), taps=True),
    )
    xml = dump(page, status_bar())

Nothing here comes from anybody's phone: layouts, names and numbers are made up. It knows no app.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import quoteattr

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""

WIDTH, HEIGHT = 1080, 2340
WHOLE: Box = (0, 0, WIDTH, HEIGHT)

Form = Literal["old", "new"]
"""Whose dumps: of servers before and since `drawing-order` and `display-id` are written."""

FORMS: tuple[Form, Form] = ("old", "new")


@dataclass(frozen=True, slots=True)
class View:
    """One view; `id` without a colon is one of its window's package, `kind` without a dot one of Android's widgets."""

    kind: str
    box: Box
    id: str = ""
    text: str = ""
    desc: str = ""
    package: str = ""
    taps: bool = False
    holds: bool = False
    scrolls: bool = False
    selected: bool = False
    checkable: bool = False
    checked: bool = False
    enabled: bool = True
    focused: bool = False
    children: tuple[View, ...] = ()

    def walk(self) -> Iterator[View]:
        """Yield this view and all inside of it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Window:
    """One window: whose it is, its outermost view, and on which display."""

    package: str
    root: View
    display: int = 0

    @property
    def views(self) -> Sequence[View]:
        """All its views."""
        return list(self.root.walk())


def view(  # noqa: PLR0913 - each says one thing about the view
    kind: str,
    box: Box,
    *children: View,
    id: str = "",  # noqa: A002 - what Android calls it
    text: str = "",
    desc: str = "",
    taps: bool = False,
    scrolls: bool = False,
    selected: bool = False,
    checked: bool | None = None,
    enabled: bool = True,
    package: str = "",
) -> View:
    """Describe one view; with `checked` it can be checked."""
    return View(
        kind,
        box,
        id=id,
        text=text,
        desc=desc,
        taps=taps,
        scrolls=scrolls,
        selected=selected,
        checkable=checked is not None,
        checked=bool(checked),
        enabled=enabled,
        package=package,
        children=children,
    )


def window(package: str, *children: View, box: Box = WHOLE, display: int = 0, id: str = "") -> Window:  # noqa: A002
    """Describe a window by what stands in it."""
    return Window(package, View("FrameLayout", box, id=id, children=children), display)


def text(box: Box, words: str, id: str = "", *, kind: str = "TextView") -> View:  # noqa: A002
    """Describe a text that cannot be touched."""
    return view(kind, box, id=id, text=words)


def button(box: Box, words: str = "", id: str = "", *, desc: str = "", kind: str = "Button") -> View:  # noqa: A002
    """Describe a button that bears words."""
    return view(kind, box, id=id, text=words, desc=desc, taps=True)


def moved(shown: Window, right: int, down: int) -> Window:
    """Return a window elsewhere on the display, with all that is in it."""
    return replace(shown, root=_moved(shown.root, right, down))


def dump(*windows: Window, form: Form = "old", rotation: int = 0) -> str:
    """Return the windows as one dump, in their order."""
    nodes = "".join(_node(each.root, each, 0, form, 1) for each in windows)
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return f'{head}\r\n<hierarchy rotation="{rotation}">\r\n{nodes}</hierarchy>'


def orders(*windows: Window, seed: int = 0, most: int = 6) -> list[tuple[Window, ...]]:
    """Return some orders of windows, that of the arguments and the opposite one among them."""
    chance, found = random.Random(seed), [windows, windows[::-1]]
    while len(found) < most:
        found.append(tuple(chance.sample(windows, len(windows))))
    return list(dict.fromkeys(found))


def _node(shown: View, of: Window, index: int, form: Form, level: int) -> str:
    start = f"{'  ' * level}<node {_attributes(shown, of, index, form)}"
    if not shown.children:
        return f"{start} />\r\n"
    inner = "".join(_node(child, of, place, form, level + 1) for place, child in enumerate(shown.children))
    return f"{start}>\r\n{inner}{'  ' * level}</node>\r\n"


def _attributes(shown: View, of: Window, index: int, form: Form) -> str:
    package = shown.package or of.package
    left, top, right, bottom = shown.box
    said: dict[str, object] = {
        "index": index,
        "text": shown.text,
        "resource-id": shown.id if ":" in shown.id or not shown.id else f"{package}:id/{shown.id}",
        "class": shown.kind if "." in shown.kind else f"android.widget.{shown.kind}",
        "package": package,
        "content-desc": shown.desc,
        "checkable": shown.checkable,
        "checked": shown.checked,
        "clickable": shown.taps,
        "enabled": shown.enabled,
        "focusable": shown.taps or shown.scrolls,
        "focused": shown.focused,
        "scrollable": shown.scrolls,
        "long-clickable": shown.holds,
        "password": False,
        "selected": shown.selected,
        "visible-to-user": True,
        "bounds": f"[{left},{top}][{right},{bottom}]",
    }
    if form == "new":
        said |= {"drawing-order": index + 1, "hint": "", "display-id": of.display}
    return " ".join(f"{name}={_quoted(value)}" for name, value in said.items())


@lru_cache(maxsize=8192, typed=True)  # a screen has some hundred attributes, of a few values
def _quoted(value: object) -> str:
    words = str(value).lower() if isinstance(value, bool) else str(value)
    return quoteattr(words, {"\n": "&#10;", '"': "&quot;"})


def _moved(shown: View, right: int, down: int) -> View:
    left, top, end, bottom = shown.box
    box = (left + right, top + down, end + right, bottom + down)
    return replace(shown, box=box, children=tuple(_moved(child, right, down) for child in shown.children))
