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
from phonefleet.words import say

_AGAIN = say("apps.save_screen_again", "save the screen again")
_END = re.compile(r"(</[\w.$-]+\s*>|/>)\s*\Z")
_OTHER_FILES = (
    (b"\x1f\x8b", say("apps.compressed_gzip_unpack_first", "it is compressed by gzip: unpack it first")),
    (b"PK\x03\x04", say("apps.zip_archive_unpack_first", "it is a ZIP archive: unpack it first")),
    (b"\x89PNG", say("apps.picture_goes_picture", "it is a picture, which goes to --picture")),
    (b"\xff\xd8\xff", say("apps.picture_goes_picture", "it is a picture, which goes to --picture")),
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
        message = say(
            "apps.no_text_byte_save_utf",
            "it is no text: {reason} at byte {start}; save it as UTF-8",
            reason=error.reason,
            start=error.start,
        )
        raise DumpBroken(message) from error
    if not text.strip("\ufeff\0 \t\r\n"):
        message = say("apps.empty_while_nothing_moves", "it is empty; {again}, while nothing moves on it", again=_AGAIN)
        raise DumpBroken(message)
    if "<!DOCTYPE" in text:  # no tool writes one, and entities would be expanded in attributes
        message = say(
            "apps.declares_document_type_no_dump",
            "it declares a document type, which no dump does; {again}",
            again=_AGAIN,
        )
        raise DumpBroken(message)
    return text


def _document(text: str) -> str:
    try:
        return document_in(text)
    except NoDocumentError as error:
        said = " ".join(text.split())
        shown = said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"
        message = say(
            "apps.holds_no_xml_only_while",
            "it holds no XML, only {shown!r}; {again}, while nothing moves on it",
            shown=shown,
            again=_AGAIN,
        )
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
        cure = (
            say("apps.mend_line", "mend that line, or {again}", again=_AGAIN)
            if whole
            else say("apps.file_cut_off", "the file is cut off: {again}", again=_AGAIN)
        )
        message = say(
            "apps.xml_breaks_line",
            "its XML breaks in line {lineno} ({reason}); {cure}",
            lineno=error.lineno,
            reason=reason,
            cure=cure,
        )
        raise DumpBroken(message) from error


def _see_that_it_is_whole(root: XmlNode) -> None:
    """Refuse XML of something else, a hierarchy without nodes, and nodes without a place."""
    for turned in root.iter("hierarchy"):
        if not turned.get("rotation", "0").isdecimal():
            message = say(
                "apps.rotation_no_number",
                "its rotation is {rotation!r}, which is no number; {again}",
                rotation=turned.get("rotation"),
                again=_AGAIN,
            )
            raise DumpBroken(message)
    nodes = list(root.iter("node"))
    if not nodes and root.tag not in FRAMES:
        message = say(
            "apps.xml_no_hierarchy_views",
            "its XML is of <{tag}>, which is no hierarchy of views; {again}",
            tag=root.tag,
            again=_AGAIN,
        )
        raise DumpBroken(message)
    if not nodes:
        message = say(
            "apps.shows_nothing_no_nodes_display",
            "it shows nothing: it has no nodes; {again}, with the display on and while nothing moves on it",
            again=_AGAIN,
        )
        raise DumpEmpty(message)
    for node in nodes:
        _see_place(node)


def _see_place(node: XmlNode) -> None:
    try:
        Rect.parse(node.get("bounds", ""))
    except ValueError as error:
        message = say(
            "apps.line_node_damaged",
            "line {sourceline}: a node is damaged, {error}; {again}",
            sourceline=node.sourceline,
            error=error,
            again=_AGAIN,
        )
        raise DumpBroken(message) from error
