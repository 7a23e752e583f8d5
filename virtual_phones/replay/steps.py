"""The steps between saved screens: what must be touched, and whether that is what was touched.

A step says where it holds, what leads on, and to which screen. This module knows neither files nor phones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from phonefleet.geometry import Point, Rect
from virtual_phones.screen.node import Direction, Node

ANYWHERE = "*"
"""Stands for every screen."""


@dataclass(frozen=True, slots=True)
class Target:
    """An element that is to be touched; all that is given must hold. An id may leave its package out."""

    id: str | None = None
    text: str | None = None
    desc: str | None = None
    bounds: Rect | None = None

    def is_hit(self, path: Sequence[Node], point: Point) -> bool:
        """Tell whether it is the innermost of the views under the point, or one of those around that."""
        if self.bounds is not None and not self.bounds.contains(point):
            return False
        return any(self._fits(node) for node in path)

    def _fits(self, node: Node) -> bool:
        return (
            (self.id is None or self.id in {node.resource_id, node.resource_id.partition(":id/")[2]})
            and (self.text is None or as_read(self.text) == as_read(node.text))
            and (self.desc is None or as_read(self.desc) == as_read(node.content_desc))
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one saved screen to another.

    One of the triggers is set: the element that is tapped, the code of a key, the direction in which the finger moves,
    or a pattern with `*` and `?` for a link, for the text that a field holds, or for the media type that is shared.
    """

    on: str
    goto: str
    tap: Target | None = None
    key: int | None = None
    swipe: Direction | None = None
    link: str | None = None
    text: str | None = None
    share: str | None = None

    def holds_on(self, screen: str) -> bool:
        """Tell whether it is a step from this screen."""
        return self.on in {ANYWHERE, screen}


def fits(value: str, pattern: str | None) -> bool:
    """Tell whether a pattern with `*` and `?` describes a whole text, case and escapes as they are."""
    return pattern is not None and fnmatchcase(value, pattern)


def as_read(text: str) -> str:
    """Return a text as a person reads it: white space of any kind is one blank, marks of direction do not count."""
    return " ".join("".join(each for each in text if unicodedata.category(each) != "Cf").split())
