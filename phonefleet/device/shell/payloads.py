"""Extracts a picture or a hierarchy from the output of a shell command, which may have other text around it.

Such text is: the warning of `screencap` on phones with two displays (agent-device #184), the linker's warnings, a
greeting, "UI hierchary dumped to" after the XML. Line ends that a terminal has changed (shells before Android 7) are
restored. Pure functions; they raise only `Unreadable`.
"""

from __future__ import annotations

import re
from typing import Final

from phonefleet.errors import ShellFailed
from phonefleet.words import say

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND\xaeB`\x82"
"""The type of the last chunk, which is always empty, and its checksum (PNG specification, section 11.2.5)."""

_BY_TERMINAL: Final = {b"\r\n": _PNG.replace(b"\n", b"\r\n"), b"\r\r\n": _PNG.replace(b"\n", b"\r\r\n")}
"""How a terminal changes a line end, once or twice, and the PNG signature with these line ends."""

_ROOT: Final = re.compile(r"<hierarchy\b")
_DECLARATION: Final = re.compile(r"<\?xml\b[^<>]*\?>\s*\Z")
_END: Final = "</hierarchy>"
_WORDS: Final = re.compile(r'\b(?:text|content-desc|resource-id)="[^"]')
_OF_AN_APP: Final = re.compile(r'\bpackage="(?!"|android")')
_EMPTY: Final = re.compile(r"<hierarchy\b[^<>]*/>")


class Unreadable(ShellFailed):
    """The output of the phone's shell cannot be read."""


def png_in(answer: bytes) -> bytes:
    """Return the first PNG picture in the output.

    Raises:
        Unreadable: there is none, or it is incomplete.

    """
    for mangled, signature in _BY_TERMINAL.items():
        if _PNG not in answer and signature in answer:
            answer = answer.replace(mangled, b"\n")
    start = answer.find(_PNG)
    end = answer.find(_PNG_END, start)
    if start < 0 or end < 0:
        message = say(
            "device.no_picture_bytes_phone_sent",
            "there is no picture in the {number} bytes that the phone sent",
            number=len(answer),
        )
        raise Unreadable(message)
    return answer[start : end + len(_PNG_END)]


def xml_in(answer: str) -> str:
    """Return the first hierarchy in the output, with its XML declaration if it has one.

    Raises:
        Unreadable: there is none, or it is incomplete.

    """
    root = _ROOT.search(answer)
    if root is None:
        message = say("device.no_hierarchy_phone_sent", "there is no hierarchy in what the phone sent")
        raise Unreadable(message)
    declared = _DECLARATION.search(answer, 0, root.start())
    start = declared.start() if declared else root.start()
    if (empty := _EMPTY.match(answer, root.start())) is not None:
        return answer[start : empty.end()]
    end = answer.find(_END, root.start())
    if end < 0:
        message = say("device.hierarchy_phone_sent_breaks_off", "the hierarchy that the phone sent breaks off")
        raise Unreadable(message)
    return answer[start : end + len(_END)]


def shows_something(xml: str) -> bool:
    """Tell whether a hierarchy has more than the empty nodes of a broken service (uiautomator2's issue 895).

    These say nothing, have no ids, and belong to no app; mostly it is a single one.
    """
    if _WORDS.search(xml) is not None:
        return True
    return xml.count("<node") > 1 and _OF_AN_APP.search(xml) is not None
