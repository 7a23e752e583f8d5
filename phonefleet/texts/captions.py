"""The words of a post: a title, where the app has a box for one, and a description.

In the format `multiline` a caption is one line of what people write: `###` is a line break inside of it, and `##`
divides title and description. In the format `spintax` a caption is a whole text, line breaks included, with no title.

    >>> Caption.written("Fresh bread##Baked today", "multiline")
    Caption(description='Baked today', title='Fresh bread')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

CaptionFormat = Literal["multiline", "spintax"]

_BREAK: Final = "###"
_MARKS: Final = re.compile(r"###|##")
_TITLE_ENDS: Final = "\u2029"
"""PARAGRAPH SEPARATOR: white space, like the line break that an app without titles gets in its place."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a post says; without a title, its description is everything."""

    description: str = ""
    title: str = ""

    @classmethod
    def written(cls, text: str, format_: CaptionFormat) -> Self:
        """Return the caption that somebody has written in a format, once the spintax in it has been chosen."""
        if format_ == "spintax":
            return cls(text)
        return cls.read(_MARKS.sub(lambda mark: "\n" if mark[0] == _BREAK else _TITLE_ENDS, text))

    @classmethod
    def read(cls, stored: str) -> Self:
        """Return the caption that `stored` made a string of; a string without a title is a description."""
        title, ends, description = stored.partition(_TITLE_ENDS)
        if not ends:
            return cls(stored)
        return cls(description.replace(_TITLE_ENDS, "\n").strip(), title.strip())

    @property
    def stored(self) -> str:
        """Title and description as one string, which reads like `joined` for everything that compares texts."""
        return f"{self.title}{_TITLE_ENDS}{self.description}" if self.title else self.description

    @property
    def joined(self) -> str:
        """Title and description as one text, for apps without a box for titles."""
        return "\n".join(part for part in (self.title, self.description) if part)


def without_marks(text: str) -> str:
    """Return what stays of a caption in the format `multiline` when its breaks and its division are taken out."""
    return _MARKS.sub("", text).strip()
