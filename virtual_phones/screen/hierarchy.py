"""The accessibility tree of a virtual phone's screen, and its XML as uiautomator writes it.

Knows views only, neither apps nor the wire. The format is that of AccessibilityNodeInfoDumper in
androidx.test.uiautomator as the uiautomator2 server ships it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from phonefleet.geometry import Rect
from virtual_phones.screen.node import Node

_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\r\n"
_SPECIAL = re.compile('[&<>"\x00-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufddf\ufffe\uffff\U00010000-\U0010ffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_MARKUP = re.compile('[&<>"\n\r\t]')
_FLAGS = ("false", "true")
_BULLET = "\u2022"
_LAST_OF_ONE_UNIT = "\uffff"
_RANGES = ("SeekBar", "ProgressBar", "RatingBar")
_GRIDS = ("GridView", "GridLayout", "ListView", "TableLayout")


EMPTY_NODE = (
    f'{_DECLARATION}<hierarchy rotation="0">\r\n'
    '  <node index="0" text="" resource-id="" class="android.widget.FrameLayout" package="android" content-desc=""'
    ' checkable="false" checked="false" clickable="false" enabled="true" focusable="true" focused="false"'
    ' scrollable="false" long-clickable="false" password="false" selected="false" visible-to-user="true"'
    ' bounds="[0,0][1080,2400]" drawing-order="0" hint="" display-id="0" />\r\n</hierarchy>'
)
"""What the server sends of any screen while the phone's accessibility service is broken (uiautomator2's issue 895)."""


@dataclass(slots=True)
class View:
    """A node that can be seen: its place among its parent's children, and the part of it that shows."""

    node: Node
    parent: View | None
    index: int
    bounds: Rect
    clip: Rect

    def children(self) -> Iterator[View]:
        """Yield the children that accessibility sees: a dialog over the whole screen hides what lies behind it."""
        if self.parent is not None:
            return self.painted()
        dialog = next((child for child in reversed(self.node.children) if is_modal(child, self.node)), None)
        return itertools.dropwhile(lambda child: dialog is not None and child.node is not dialog, self.painted())

    def painted(self) -> Iterator[View]:
        """Yield the children of which something is drawn."""
        clip = self.bounds if self.node.scrollable else self.clip
        for index, child in enumerate(self.node.children):
            if child.dumped is not None:
                yield View(child, self, child.dumped.index, child.bounds, self.clip)
                continue
            bounds = _clipped(child.bounds, clip)
            if bounds is not None:
                yield View(child, self, index, bounds, clip)

    def walk(self) -> Iterator[View]:
        """Yield this view and all that show below it, in document order."""
        yield self
        for child in self.children():
            yield from child.walk()


def is_modal(child: Node, root: Node) -> bool:
    """Tell whether a child of the root takes all touches, as a dialog does together with the shade around it.

    Android's AccessibilityWindowManager leaves out the windows behind one that is touch-modal.
    """
    return child.on_tap is not None and child.bounds == root.bounds


def view(root: Node, screen: Rect) -> View:
    """Return the visible tree of a screen; its root shows even when it has no size."""
    if root.dumped is not None:
        return View(root, None, root.dumped.index, root.bounds, screen)
    return View(root, None, 0, _clipped(root.bounds, screen) or root.bounds.intersection(screen), screen)


def shown_text(node: Node) -> str:
    """Return the text that accessibility reports: an empty field shows its hint, a password only bullets."""
    if node.dumped is not None:
        return node.text
    if node.text:
        return _BULLET * len(node.text) if node.password else node.text
    return node.hint


def dumped_text(node: Node) -> str:
    """Return the text that a dump shows: a slider or a progress bar has its value there, as Java writes a float."""
    text = shown_text(node)
    return str(float(text)) if node.class_name.endswith(_RANGES) and text.isdecimal() else text


def dump(root: Node, screen: Rect, *, rotation: int = 0, compressed: bool = False, max_depth: int = 50) -> str:
    """Return the hierarchy as XML; `max_depth` counts levels below the root, `compressed` leaves bare layouts out."""
    windows = [(root, 0)]
    return dump_windows(windows, screen, rotation=rotation, compressed=compressed, max_depth=max_depth)


def dump_windows(
    windows: Iterable[tuple[Node, int]],
    screen: Rect,
    *,
    rotation: int = 0,
    compressed: bool = False,
    max_depth: int = 50,
) -> str:
    """Return the hierarchy of several windows as XML, in their order: the root and the display's id of each."""
    lines = [f'{_DECLARATION}<hierarchy rotation="{rotation}">']
    for root, display in windows:
        writer = _Writer(lines, max_depth, _important if compressed else View.children, display)
        writer.write(view(root, root.bounds if display else screen), 1, 0)
    lines.append("</hierarchy>")
    return "\r\n".join(lines)


@lru_cache(maxsize=4096)  # a screen has some hundred texts, and most of them again at the next look
def escape(text: str) -> str:
    """Return the text for an XML attribute, as AccessibilityNodeInfoDumper's `stripInvalidXMLChars` leaves it.

    It goes through UTF-16 units and puts a dot in place of each that is no character of XML 1.0 by itself: an emoji is
    two halves of a surrogate pair, and so two dots.
    """
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda match: _ESCAPES.get(match[0]) or _dots(match[0]), text)


def _dots(character: str) -> str:
    """Return a dot for each UTF-16 unit of a character."""
    return "." if character <= _LAST_OF_ONE_UNIT else ".."


def _clipped(bounds: Rect, clip: Rect) -> Rect | None:
    if (
        bounds.left >= clip.left
        and bounds.top >= clip.top
        and bounds.right <= clip.right
        and bounds.bottom <= clip.bottom
    ):
        return bounds if bounds.right > bounds.left and bounds.bottom > bounds.top else None
    seen = bounds.intersection(clip)
    return seen if seen.right > seen.left and seen.bottom > seen.top else None


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes views as lines of XML; `children_of` decides which are left out."""

    lines: list[str]
    max_depth: int
    children_of: Callable[[View], Iterator[View]]
    display: int

    def write(self, seen: View, level: int, order: int) -> None:
        indent, position = "  " * level, len(self.lines)
        start = f"{indent}<node {_attributes(seen, order, self.display)}"
        self.lines.append(start)
        if level <= self.max_depth:
            for child in self.children_of(seen):
                self.write(child, level + 1, child.index + 1)
        if len(self.lines) == position + 1:
            self.lines[position] = f"{start} />"
        else:
            self.lines[position] = f"{start}>"
            self.lines.append(f"{indent}</node>")


def _important(seen: View) -> Iterator[View]:
    """Yield the nearest descendants that have a text or an action; they are indexed as if there were no others."""
    for index, child in enumerate(_nearest(seen)):
        yield replace(child, index=index)


def _nearest(seen: View) -> Iterator[View]:
    for child in seen.children():
        if _says_or_does_something(child.node):
            yield child
        else:
            yield from _nearest(child)


def _says_or_does_something(node: Node) -> bool:
    return bool(
        node.text
        or node.content_desc
        or node.hint
        or node.clickable
        or node.long_clickable
        or node.checkable
        or node.focusable
        or node.scrollable
    )


def _attributes(seen: View, order: int, display: int) -> str:
    node, bounds = seen.node, seen.bounds
    if node.dumped is not None:
        return _as_dumped(node, node.dumped.attributes, display)
    naf = 'NAF="true" ' if _is_naf(node) else ""
    return (
        f'{naf}index="{seen.index}" text="{escape(dumped_text(node))}" resource-id="{escape(node.resource_id)}"'
        f' class="{escape(node.class_name)}" package="{escape(node.package)}"'
        f' content-desc="{escape(node.content_desc)}" checkable="{_FLAGS[node.checkable]}"'
        f' checked="{_FLAGS[node.checked]}" clickable="{_FLAGS[node.clickable]}" enabled="{_FLAGS[node.enabled]}"'
        f' focusable="{_FLAGS[node.focusable]}" focused="{_FLAGS[node.focused]}"'
        f' scrollable="{_FLAGS[node.scrollable]}" long-clickable="{_FLAGS[node.long_clickable]}"'
        f' password="{_FLAGS[node.password]}" selected="{_FLAGS[node.selected]}" visible-to-user="true"'
        f' bounds="[{bounds.left},{bounds.top}][{bounds.right},{bounds.bottom}]"'
        f' drawing-order="{order}" hint="{escape(node.hint)}" display-id="{display}"'
    )


def _as_dumped(node: Node, saved: Mapping[str, str], display: int) -> str:
    """Return the attributes of a saved dump in their order, with the text and the focus that the view has now."""
    shown = dict(saved)
    if display:
        shown["display-id"] = str(display)
    written = {name: _escape_markup(value) for name, value in shown.items()}
    if node.text != saved.get("text", ""):
        written["text"] = escape(node.text)
    written["focused"] = _FLAGS[node.focused]
    return " ".join(f'{name}="{value}"' for name, value in written.items())


def _escape_markup(text: str) -> str:
    """Return a text that came from XML for an XML attribute, unchanged."""
    return _MARKUP.sub(lambda match: _ESCAPES[match[0]], text)


def _is_naf(node: Node) -> bool:
    """Tell whether the control is "not accessibility friendly": it can be tapped, and nothing says what it is."""
    if not (node.clickable and node.enabled) or node.class_name.endswith(_GRIDS):
        return False
    return not any(shown_text(below) or below.content_desc for below in node.walk())
