"""Which view a touch reaches: the topmost one at the point, then its nearest ancestor that reacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from phonefleet.geometry import Point
from virtual_phones.screen.node import Direction, Node

SLOP = 16
"""Pixels that a finger may move and still tap, about 8 dp as in ViewConfiguration."""


def path_at(root: Node, point: Point) -> list[Node]:
    """Return the views under the point, outermost first; later siblings lie on top of earlier ones."""
    if root.fading or not root.bounds.contains(point):
        return []
    for child in reversed(root.children):
        if below := path_at(child, point):
            return [root, *below]
    return [root]


def receiver(path: Sequence[Node], reacts: Callable[[Node], bool]) -> Node | None:
    """Return the innermost view of the path that reacts; a disabled one swallows the touch."""
    for node in reversed(path):
        if reacts(node):
            return node if node.enabled else None
    return None


def direction_of(start: Point, end: Point) -> Direction | None:
    """Return where a swipe advances the content (a swipe upwards shows what is below); None for a mere tap."""
    dx, dy = end.x - start.x, end.y - start.y
    if max(abs(dx), abs(dy)) < SLOP:
        return None
    if abs(dy) >= abs(dx):
        return "down" if dy < 0 else "up"
    return "right" if dx < 0 else "left"
