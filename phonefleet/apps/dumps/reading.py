"""Reads a saved screen of any form into the hierarchy that `Screen.parse` takes.

Of a damaged one it says where its XML breaks, and what to do.
"""

from __future__ import annotations

import re

from lxml import etree

from phonefleet.apps.dumps.decoding import decoded
from phonefleet.apps.dumps.framing import NoDocumentError, SeveralScreensError, document_in
from phonefleet.apps.dumps.page_source import FRAMES, as_nodes, without_namespaces
from phonefleet.apps.screens.windows import XmlNode
from phonefleet.geometry import Rect

_AGAIN = "save the screen again"
_END = re.compile(r"(</[\w.$-]+\s*>|/>)\s*\Z")
_OTHER_FILES = (
    (b"\x1f\x8b", "it is compressed by gzip: unpack it first"),
    (b"PK\x03\x04", "it is a ZIP archive: unpack it first"),
    (b"\x89PNG", "it is a picture, which goes to --picture"),
    (b"\xff\xd8\xff", "it is a picture, which goes to --picture"),
)
"""How other files begin that are taken for a dump, and what to do with them."""

_SHOWN = 60
"""Characters of a file's text that an error shows."""


class DumpBroken(ValueError):  # noqa: N818 - it is the dump that is broken
    """What was saved is no screen; the message says what is wrong, where, and what to do."""


class DumpEmpty(DumpBroken):
    """It is a hierarchy without any node, as a broken accessibility service sends it."""


def read_dump(data: bytes) -> str:
    """Return the hierarchy that a saved file holds, as XML with `node` elements below one root.

    Raises:
        DumpBroken: it holds none, or is damaged.

    """
    text = _text(data)
    root = _root(_document(text))
    without_namespaces(root)
    as_nodes(root)
    _see_that_it_is_whole(root)
    return etree.tostring(root, encoding="unicode")


def _text(data: bytes) -> str:
    for start, message in _OTHER_FILES:
        if data.startswith(start):
            raise DumpBroken(message)
    try:
        text = decoded(data)
    except UnicodeDecodeError as error:
        message = f"it is no text: {error.reason} at byte {error.start}; save it as UTF-8"
        raise DumpBroken(message) from error
    if not text.strip("\ufeff\0 \t\r\n"):
        message = f"it is empty; {_AGAIN}, while nothing moves on it"
        raise DumpBroken(message)
    if "<!DOCTYPE" in text:  # no tool writes one, and entities would be expanded in attributes
        message = f"it declares a document type, which no dump does; {_AGAIN}"
        raise DumpBroken(message)
    return text


def _document(text: str) -> str:
    try:
        return document_in(text)
    except NoDocumentError as error:
        said = " ".join(text.split())
        shown = said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"
        message = f"it holds no XML, only {shown!r}; {_AGAIN}, while nothing moves on it"
        raise DumpBroken(message) from error
    except SeveralScreensError as error:
        raise DumpBroken(str(error)) from error


def _root(document: str) -> XmlNode:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(document.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        reason = re.sub(r",? ?line \d+, column \d+.*", "", str(error.msg))
        whole = _END.search(document) and not reason.startswith("Premature end")
        cure = f"mend that line, or {_AGAIN}" if whole else f"the file is cut off: {_AGAIN}"
        message = f"its XML breaks in line {error.lineno} ({reason}); {cure}"
        raise DumpBroken(message) from error


def _see_that_it_is_whole(root: XmlNode) -> None:
    """Refuse XML of something else, a hierarchy without nodes, and nodes without a place."""
    for turned in root.iter("hierarchy"):
        if not turned.get("rotation", "0").isdecimal():
            message = f"its rotation is {turned.get('rotation')!r}, which is no number; {_AGAIN}"
            raise DumpBroken(message)
    nodes = list(root.iter("node"))
    if not nodes and root.tag not in FRAMES:
        message = f"its XML is of <{root.tag}>, which is no hierarchy of views; {_AGAIN}"
        raise DumpBroken(message)
    if not nodes:
        message = f"it shows nothing: it has no nodes; {_AGAIN}, with the display on and while nothing moves on it"
        raise DumpEmpty(message)
    for node in nodes:
        _see_place(node)


def _see_place(node: XmlNode) -> None:
    try:
        Rect.parse(node.get("bounds", ""))
    except ValueError as error:
        message = f"line {node.sourceline}: a node is damaged, {error}; {_AGAIN}"
        raise DumpBroken(message) from error
