"""Java's regular expressions, compiled with Python's `re`: the few things that the two spell differently."""

from __future__ import annotations

import functools
import re

from virtual_phones.u2.failures import BadPattern

_LETTERS = r"a-zA-Z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u1fff\u2c00-\u2dff\u3040-\ud7ff"
_CLASSES = {
    "L": _LETTERS, "IsL": _LETTERS, "IsAlphabetic": _LETTERS, "Alpha": "a-zA-Z", "Alnum": "a-zA-Z0-9",
    "N": r"\d", "Nd": r"\d", "IsDigit": r"\d", "Digit": "0-9", "Lower": "a-z", "Upper": "A-Z", "Space": r"\s",
    "Punct": r"!-/:-@\[-`{-~", "ASCII": r"\x00-\x7f", "IsHan": r"\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u9fff",
}  # fmt: skip
"""What stands in square brackets for `\\p{...}`; letters beyond the first plane of Unicode are left out."""

_TOKENS = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)|\\(?P<sense>[pP])\{(?P<category>\w+)\}|\(\?<(?P<group>[A-Za-z]\w*)>|\\.|[\[\]]",
    re.DOTALL,
)
_ESCAPES = {r"\z": r"\Z", r"\Z": r"(?=\n?\Z)", r"\h": r"[ \t]"}
_FLAGS = re.compile(r"\(\?([imsux]+)\)")


@functools.lru_cache(maxsize=512)
def compile_java(pattern: str, *, dotall: bool = True) -> re.Pattern[str]:
    """Compile a Java pattern; `dotall` lets `.` match line breaks, as UiSelector has it for texts and descriptions.

    Raises:
        BadPattern: it is not a regular expression, or uses what Python cannot express.

    """
    flags = re.DOTALL if dotall else re.NOFLAG
    for letter in "".join(_FLAGS.findall(pattern)):
        flags |= re.RegexFlag[letter.upper()]
    try:
        return re.compile(_TOKENS.sub(_Translation(), _FLAGS.sub("", pattern)), flags)
    except re.error as error:
        message = f"{error} near {pattern!r}"
        raise BadPattern(message) from error


class _Translation:
    """Translates the tokens of one pattern, in their order."""

    def __init__(self) -> None:
        self._in_brackets = False

    def __call__(self, match: re.Match[str]) -> str:
        if match["quoted"] is not None:
            return re.escape(match["quoted"])
        if match["category"] is not None:
            return self._class(match["category"], negated=match["sense"] == "P")
        if match["group"] is not None:
            return f"(?P<{match['group']}>"
        if match[0] in "[]":
            self._in_brackets = match[0] == "["
        return _ESCAPES.get(match[0], match[0])

    def _class(self, category: str, *, negated: bool) -> str:
        members = _CLASSES.get(category)
        if members is None or (negated and self._in_brackets):
            message = f"Unknown character property name {{{category}}}"
            raise BadPattern(message)
        if self._in_brackets:
            return members
        return f"[^{members}]" if negated else f"[{members}]"
