"""Turns the bytes of a saved file into text, whatever wrote them: adb, PowerShell, an editor on Windows."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16 LE, and so comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding=[\"']([\w.-]{1,40})[\"']")
_LOOKED_AT = 4096
"""Bytes by which an encoding without a mark is told."""


def decoded(data: bytes) -> str:
    """Return the text of a file, without a mark of byte order.

    A mark decides; without one, every second byte being zero tells UTF-16, which XML of Latin letters is full of. What
    is no UTF-8 is read as its XML declaration says.

    Raises:
        UnicodeDecodeError: it is text in none of these.

    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    encoding = _wide_encoding(data[:_LOOKED_AT])
    return _text(data, encoding) if encoding else _narrow_text(data)


def _wide_encoding(data: bytes) -> str | None:
    """Return which UTF-16 it is: Latin letters have their zero first in BE, second in LE."""
    first, second = data[0::2].count(0), data[1::2].count(0)
    if max(first, second) * 4 < len(data):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _text(data: bytes, encoding: str) -> str:
    """Decode; half a letter at the end is left out, as the file is cut off there and its XML says so."""
    width = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    return data[: len(data) // width * width].decode(encoding)


def _narrow_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(data)
        encoding = declared[1].decode("ascii") if declared else "utf-8"
        if not _is_known(encoding):
            raise
        return data.decode(encoding)


def _is_known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name.startswith(("cp", "iso8859", "koi8", "mac", "latin"))
    except LookupError:
        return False
