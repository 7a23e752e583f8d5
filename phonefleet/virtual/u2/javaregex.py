"""Java's regular expressions, compiled with Python's `re`: the few things that the two spell differently."""

from __future__ import annotations

import functools
import re

from phonefleet.virtual.u2.failures import BadPattern

_CLASSES = {
    "L": r"[^\W\d_]", "IsAlphabetic": r"[^\W\d_]", "IsL": r"[^\W\d_]", "Alpha": "[a-zA-Z]", "Alnum": "[a-zA-Z0-9]",
    "N": r"\d", "Nd": r"\d", "IsDigit": r"\d", "Digit": "[0-9]", "Lower": "[a-z]", "Upper": "[A-Z]",
    "Space": r"\s", "Punct": r"""[!-/:-@\[-`{-~]""", "IsHan": "[\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u9fff]",
    "ASCII": "[\\x00-\\x7f]",
}  # fmt: skip
_DIFFERENCES = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\p\{(?P<category>\w+)\}|(?P<end>\\z)|\\h|\(\?<(?P<group>[A-Za-z]\w*)>|\\.", re.DOTALL
)
_LEADING_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "u": re.UNICODE, "x": re.VERBOSE}
_FLAGS = re.compile(r"\(\?([ismux]+)\)")


@functools.lru_cache(maxsize=512)
def compile_java(pattern: str) -> re.Pattern[str]:
    """Compile a Java pattern as UiSelector does, so that `.` matches line breaks too.

    Raises:
        BadPattern: it is not a regular expression, or uses what Python cannot express.

    """
    flags = re.DOTALL
    for match in _FLAGS.finditer(pattern):
        for letter in match[1]:
            flags |= _LEADING_FLAGS[letter]
    try:
        return re.compile(_DIFFERENCES.sub(_translate, _FLAGS.sub("", pattern)), flags)
    except re.error as error:
        message = f"{error} near {pattern!r}"
        raise BadPattern(message) from error


def _translate(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return re.escape(match["quoted"])
    if (category := match["category"]) is not None:
        if category not in _CLASSES:
            message = f"Unknown character property name {{{category}}}"
            raise BadPattern(message)
        return _CLASSES[category]
    if match["group"] is not None:
        return f"(?P<{match['group']}>"
    return {"\\z": r"\Z", "\\h": r"[ \t]", "\\Z": r"(?=\n?\Z)"}.get(match[0], match[0])
