"""Reads a saved hierarchy: the views of all windows as uiautomator wrote them, whoever saved the file.

Taken are the dumps of the uiautomator server, of `uiautomator dump` with and without `--windows`, and of Appium, whose
classes are the names of the elements; in UTF-8 or UTF-16, with lines of a tool before or after the XML, with namespaces
and with characters that XML does not allow. What `phonefleet profile check` reads is read here too, which has a reader
of its own: virtual phones know nothing of profiles.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from phonefleet.geometry import Rect

XmlNode = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - lxml has no other name for it

LARGEST = 20_000_000
"""Bytes of a file; the largest dumps of phones have less than one in ten of them."""

_NAME = r"((?:[\w.-]+:)?(?:hierarchy|displays))"
_WHOLE = re.compile(rf"<{_NAME}(?=[\s>])(?:[^<>]*/>|.*?</\1\s*>)", re.DOTALL)
_BEGINS = re.compile(rf"<{_NAME}(?=[\s/>])")
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,100}?encoding=[\"'](iso-8859-\d+|windows-125\d|cp125\d|koi8-r)[\"']", re.IGNORECASE
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,10});")
_NO_CHARACTER = "."
"""What stands for a letter that XML cannot hold, as in Android's own dumps."""

_AGAIN = "save the screen again"
_NO_TEXT = {
    b"\x1f\x8b": "it is compressed by gzip: unpack it first",
    b"PK\x03\x04": "it is a ZIP archive: unpack it first",
    b"\x89PNG": "it is a picture, which goes to `picture`",
    b"\xff\xd8\xff": "it is a picture, which goes to `picture`",
}
"""How other files begin that are taken for a dump."""

_LOGICAL_DISPLAYS = range(2**31)
"""How Android counts displays; other numbers are those of the hardware, which some tools write instead."""

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
    text = _clean(_text(path))
    found = list(_WHOLE.finditer(text))
    begins = _BEGINS.search(text)
    if begins is None or not found or found[0].start() != begins.start():
        reason = f"it ends in the middle: {_AGAIN}" if begins else f"there is no hierarchy in it: {_AGAIN}"
        raise DumpBroken(text.count("\n", 0, begins.start() if begins else 0) + 1, reason)
    if len({each[0] for each in found}) > 1:
        raise DumpBroken(
            text.count("\n", 0, found[1].start()) + 1, "another screen begins: save each in a file of its own"
        )
    return _hierarchy(found[0][0], text.count("\n", 0, begins.start()))


def _hierarchy(document: str, before: int) -> SavedHierarchy:
    """Return the windows of a document; `before` counts the lines before it in its file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(document.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise DumpBroken(before + (error.lineno or 1), error.msg or "it is no XML") from error
    for node in root.iter():
        node.tag = etree.QName(node).localname
    windows = tuple(_window(node, before) for node in _roots(root))
    if not windows:
        raise DumpBroken(before + 1, f"it shows no window: {_AGAIN}, with the display on")
    return SavedHierarchy(_on_displays(windows), _rotation(root, before))


def _on_displays(windows: tuple[SavedWindow, ...]) -> tuple[SavedWindow, ...]:
    """Return the windows, on the phone's own display where the only one has a number of the hardware."""
    if len(only := {window.display for window in windows}) == 1 and only.pop() not in _LOGICAL_DISPLAYS:
        return tuple(replace(window, display=0) for window in windows)
    return windows


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DumpBroken(1, f"it cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise DumpBroken(1, f"it has {len(data)} bytes, and {LARGEST} are the most")
    if told := next((told for start, told in _NO_TEXT.items() if data.startswith(start)), None):
        raise DumpBroken(1, told)
    try:
        return _decoded(data)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DumpBroken(line, f"byte {error.start} is neither UTF-8 nor UTF-16") from error


def _decoded(data: bytes) -> str:
    """Decode UTF-16 with and without a mark, of which half a letter at the end is left out, and UTF-8.

    Without a mark, every second byte of XML is zero in UTF-16. What is no UTF-8 is read as its declaration says.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    first, second = data[:4096:2].count(0), data[1:4096:2].count(0)
    if marked or max(first, second) * 4 > min(len(data), 4096):
        encoding = "utf-16" if marked else "utf-16-be" if first > second else "utf-16-le"
        return data[: len(data) // 2 * 2].decode(encoding)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if (declared := _DECLARED.search(data)) is None:
            raise
        return data.decode(declared[1].decode())


def _clean(text: str) -> str:
    return _REFERENCE.sub(_character, _CONTROLS.sub(_NO_CHARACTER, text))


def _character(found: re.Match[str]) -> str:
    """Return a reference to a character, or a dot for one that XML does not allow (XML 1.0, 2.2)."""
    code = int(found[1][1:], 16) if found[1][0] == "x" else int(found[1])
    allowed = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF  # noqa: PLR2004 - the ranges of the standard
    return found[0] if allowed else _NO_CHARACTER


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
    if not display.removeprefix("-").isdecimal():
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
