"""Reads a saved hierarchy: the views of all windows as uiautomator wrote them, whoever saved the file.

Taken are the dumps of the uiautomator server, of `uiautomator dump` with and without `--windows`, and of Appium, whose
classes are the names of the elements; in UTF-8 or UTF-16, with lines of a tool before or after the XML.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from phonefleet.geometry import Rect

XmlNode = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - lxml has no other name for it

LARGEST = 20_000_000
"""Bytes of a file; the largest dumps of phones have less than one in ten of them."""

_WHOLE = re.compile(r"<(hierarchy|displays)\b.*</\1\s*>", re.DOTALL)
_BEGINS = re.compile(r"<(hierarchy|displays)\b")
_ROTATIONS = {"", "0", "1", "2", "3"}


class DumpBroken(Exception):  # noqa: N818 - the caller makes an error of it that names the file
    """The file is no hierarchy that can be shown; it has the line, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view of a saved hierarchy, with all attributes of its XML node."""

    bounds: Rect
    attributes: Mapping[str, str]
    children: tuple[SavedView, ...]

    def walk(self) -> Iterator[SavedView]:
        """Yield this view and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class SavedWindow:
    """A window of a saved hierarchy; `display` is 0 for the phone's own display."""

    root: SavedView
    display: int

    @property
    def package(self) -> str:
        """Whose window it is."""
        return next((package for view in self.root.walk() if (package := view.attributes.get("package"))), "")


@dataclass(frozen=True, slots=True)
class SavedHierarchy:
    """The windows in the order of the file; `rotation` counts quarter turns to the left."""

    windows: tuple[SavedWindow, ...]
    rotation: int


def read_dump(path: Path) -> SavedHierarchy:
    """Read a file.

    Raises:
        DumpBroken: it cannot be read or shows no window; the line and the reason are in it.

    """
    text = _text(path)
    found = _WHOLE.search(text)
    if found is None:
        cut = _BEGINS.search(text)
        reason = "it ends in the middle: save the screen again" if cut else "there is no hierarchy in it"
        raise DumpBroken(text.count("\n", 0, cut.start() if cut else 0) + 1, reason)
    before = text.count("\n", 0, found.start())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(found[0].encode(), parser)
    except etree.XMLSyntaxError as error:
        raise DumpBroken(before + (error.lineno or 1), error.msg or "it is no XML") from error
    windows = tuple(_window(node, before) for node in _roots(root))
    if not windows:
        raise DumpBroken(before + 1, "it shows no window")
    return SavedHierarchy(windows, _rotation(root, before))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > LARGEST:
            raise DumpBroken(1, f"it has {len(data)} bytes, and {LARGEST} are the most")
        utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16" if utf_16 else "utf-8-sig")
    except OSError as error:
        raise DumpBroken(1, f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DumpBroken(line, f"byte {error.start} is neither UTF-8 nor UTF-16") from error


def _rotation(root: XmlNode, before: int) -> int:
    turns = next((each.get("rotation") for each in root.iter("hierarchy")), None) or ""
    if turns not in _ROTATIONS:
        raise DumpBroken(before + 1, f"the rotation {turns!r} is none of 0, 1, 2, 3")
    return int(turns or 0)


def _roots(root: XmlNode) -> list[XmlNode]:
    """Return the outermost views: `--windows` has elements of its own around the views of each window."""
    views = [node for node in root.iter() if _is_view(node)]
    return [node for node in views if not any(_is_view(above) for above in node.iterancestors())]


def _is_view(node: XmlNode) -> bool:
    return node.tag == "node" or "." in node.tag


def _window(node: XmlNode, before: int) -> SavedWindow:
    group = next(node.iterancestors("display"), None)
    display = node.get("display-id") or (group.get("id") if group is not None else None) or "0"
    if not display.isdecimal():
        raise DumpBroken(before + _line(node), f"the display {display!r} is no number")
    return SavedWindow(_view(node, before), int(display))


def _view(node: XmlNode, before: int) -> SavedView:
    attributes = {str(name): str(value) for name, value in node.attrib.items()}
    attributes.setdefault("class", str(node.tag))
    try:
        bounds = Rect.parse(attributes.get("bounds", ""))
    except ValueError as error:
        raise DumpBroken(before + _line(node), str(error)) from error
    return SavedView(bounds, attributes, tuple(_view(child, before) for child in node if _is_view(child)))


def _line(node: XmlNode) -> int:
    return node.sourceline or 1
