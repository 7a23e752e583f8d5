"""Finds the one XML document in a saved file, and leaves out what stands around it.

What people save has more than the document: the line of `uiautomator dump` ("UI hierchary dumped to: …", its own
spelling) behind it or glued to it, warnings of the linker and of adb before it, several XML declarations, the fences of
a message that it was pasted from. Lines keep their numbers, so that errors name those of the file.
"""

from __future__ import annotations

import re

from phonefleet.words import AND, joined, say

_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_START = re.compile(r"<((?:[\w.-]+:)?(?:hierarchy|displays))(?=[\s/>])")
_OTHER_START = re.compile(r"<([A-Za-z_][\w.$:-]*)(?=[\s/>])")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NUMBER = re.compile(r"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,10});")
_HALVES = re.compile(r"&#(5[5-6][0-9]{3}|x[dD][89abAB][0-9a-fA-F]{2});&#(5[6-7][0-9]{3}|x[dD][c-fC-F][0-9a-fA-F]{2});")
_NO_CHARACTER = "."
"""What stands for a letter that XML cannot hold, as in Android's own dumps."""

_FIRST_ASTRAL, _FIRST_HIGH, _FIRST_LOW = 0x10000, 0xD800, 0xDC00


class NoDocumentError(ValueError):
    """The text holds no XML."""


class SeveralScreensError(ValueError):
    """The text holds several screens, and nobody knows which one is meant."""


def document_in(text: str) -> str:
    """Return the one XML document in a text, behind as many empty lines as there were lines before it.

    Raises:
        NoDocumentError: there is none.
        SeveralScreensError: there are several, which differ.

    """
    plain = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text)
    start = _START.search(plain) or _OTHER_START.search(plain)
    if start is None:
        message = say("apps.holds_no_xml", "it holds no XML")
        raise NoDocumentError(message)
    document = _one_of(plain, start)
    return "\n" * plain.count("\n", 0, start.start()) + _with_characters(document)


def _one_of(text: str, start: re.Match[str]) -> str:
    """Return the document that begins at `start`; where its end is missing, all that follows."""
    name = re.escape(start[1])
    if start[1].rpartition(":")[2] not in {"hierarchy", "displays"}:
        return _cut_nodes(text[start.start() : text.rfind(">") + 1], start[1])
    empty = re.compile(rf"<{name}\b[^<>]*/>").match(text, start.start())
    if empty:
        return empty[0]
    whole = list(re.finditer(rf"<{name}\b(?:(?!<{name}\b).)*</{name}\s*>", text, re.DOTALL))
    if not whole or whole[0].start() != start.start():
        return text[start.start() :]
    if len({each[0] for each in whole}) > 1:
        lines = joined(AND, (str(text.count("\n", 0, each.start()) + 1) for each in whole))
        message = say(
            "apps.holds_screens_begin_lines_save",
            "it holds {number} screens, which begin in the lines {lines}: save each in a file of its own",
            number=len(whole),
            lines=lines,
        )
        raise SeveralScreensError(message)
    return whole[0][0]


def _cut_nodes(text: str, name: str) -> str:
    """Return nodes that were cut out of a dump below a root of their own; anything else as it is."""
    return f"<hierarchy>{text}</hierarchy>" if name == "node" or "." in name else text


def _with_characters(document: str) -> str:
    """Replace what is no character of XML, and references to it: halves of a pair become one letter, others a dot.

    Some tools write an emoji as the two halves that Java makes of it, which no reader of XML takes.
    """
    return _NUMBER.sub(_character, _HALVES.sub(_whole, _CONTROLS.sub(_NO_CHARACTER, document)))


def _whole(found: re.Match[str]) -> str:
    high, low = _code(found[1]), _code(found[2])
    if not (_FIRST_HIGH <= high < _FIRST_LOW <= low <= 0xDFFF):  # noqa: PLR2004 - the last of the low halves
        return found[0]
    return chr(_FIRST_ASTRAL + ((high - _FIRST_HIGH) << 10) + (low - _FIRST_LOW))


def _character(found: re.Match[str]) -> str:
    code = _code(found[1])
    allowed = code in {9, 10, 13} or 0x20 <= code < _FIRST_HIGH or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004
    return found[0] if allowed or _FIRST_ASTRAL <= code <= 0x10FFFF else _NO_CHARACTER  # noqa: PLR2004 - XML 1.0, 2.2


def _code(number: str) -> int:
    return int(number[1:], 16) if number[0] == "x" else int(number)
