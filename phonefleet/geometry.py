"""Points and rectangles on a screen, in pixels from the upper left corner."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the screen, in pixels."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels; `right` and `bottom` are outside of it, as in Android's Rect."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, bounds: str) -> Rect:
        """Read the `[left,top][right,bottom]` of a uiautomator hierarchy.

        Raises:
            ValueError: the text has another form.

        """
        match = _BOUNDS.fullmatch(bounds)
        if match is None:
            message = f"not a bounds attribute: {bounds!r}"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]), int(match[3]), int(match[4]))  # some thousand times a look

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def center(self) -> Point:
        """The pixel in the middle."""
        return Point((self.left + self.right) // 2, (self.top + self.bottom) // 2)

    def contains(self, point: Point) -> bool:
        """Tell whether the pixel lies inside."""
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    def intersection(self, other: Rect) -> Rect:
        """Return what both cover; its width or height is 0 where they do not meet."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Rect(left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom)))

    def __str__(self) -> str:
        return f"[{self.left},{self.top}][{self.right},{self.bottom}]"
