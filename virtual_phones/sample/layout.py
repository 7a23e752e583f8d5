"""A tiny layout toolkit: a piece of screen fills the rectangle that it is given.

All sizes are pixels of a display 1080 wide; `scaled` fits a finished screen to another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

from phonefleet.geometry import Rect
from virtual_phones.screen.node import Direction, Node

WIDTH = 1080

Piece = Callable[[Rect], Node]
"""Makes a node, with all below it, that fills a rectangle."""


class Look(TypedDict, total=False):
    """What can be said of a node beside its class and place; as in `Node`."""

    resource_id: str
    text: str
    content_desc: str
    hint: str
    checkable: bool
    checked: bool
    clickable: bool
    enabled: bool
    focusable: bool
    focused: bool
    scrollable: bool
    long_clickable: bool
    selected: bool
    on_tap: Callable[[], None] | None
    on_text: Callable[[str], None] | None
    on_enter: Callable[[], None] | None
    on_scroll: Callable[[Direction], bool] | None
    ends: frozenset[Direction]
    fill: str | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a row or a column: `size` pixels of it, or a share of the rest when None."""

    piece: Piece
    size: int | None = None


def view(class_name: str, **look: Unpack[Look]) -> Piece:
    """Return a view without children."""
    return lambda rect: Node(class_name, rect, **look)


def space() -> Piece:
    """Return a view that shows nothing."""
    return view("android.view.View")


def column(*slots: Slot, class_name: str = "android.widget.LinearLayout", **look: Unpack[Look]) -> Piece:
    """Return views below each other."""
    return lambda rect: Node(class_name, rect, children=_along("down", slots, rect), **look)


def row(*slots: Slot, class_name: str = "android.widget.LinearLayout", **look: Unpack[Look]) -> Piece:
    """Return views beside each other."""
    return lambda rect: Node(class_name, rect, children=_along("right", slots, rect), **look)


def layers(*pieces: Piece, class_name: str = "android.widget.FrameLayout", **look: Unpack[Look]) -> Piece:
    """Return views over each other, the last one on top."""
    return lambda rect: Node(class_name, rect, children=[piece(rect) for piece in pieces], **look)


def inset(piece: Piece, horizontal: int, vertical: int | None = None) -> Piece:
    """Return the piece with a margin around it."""
    above = horizontal if vertical is None else vertical
    return lambda rect: piece(
        Rect(rect.left + horizontal, rect.top + above, rect.right - horizontal, rect.bottom - above)
    )


def centered(piece: Piece, width: int, height: int) -> Piece:
    """Return the piece in the middle."""

    def place(rect: Rect) -> Node:
        left, top = rect.center.x - width // 2, rect.center.y - height // 2
        return piece(Rect(left, top, left + width, top + height))

    return place


def at_bottom(piece: Piece, height: int) -> Piece:
    """Return the piece at the lower edge."""
    return lambda rect: piece(Rect(rect.left, max(rect.top, rect.bottom - height), rect.right, rect.bottom))


def scaled(node: Node, width: int) -> Node:
    """Fit a screen laid out for `WIDTH` to a display of another width, in place."""
    if width != WIDTH:
        for each in node.walk():
            edges = (each.bounds.left, each.bounds.top, each.bounds.right, each.bounds.bottom)
            each.bounds = Rect(*(edge * width // WIDTH for edge in edges))
    return node


def _along(axis: Literal["down", "right"], slots: Sequence[Slot], rect: Rect) -> list[Node]:
    length = rect.height if axis == "down" else rect.width
    shares = sum(slot.size is None for slot in slots)
    left_over = max(length - sum(slot.size or 0 for slot in slots), 0)
    nodes: list[Node] = []
    position = 0
    for slot in slots:
        size = left_over // shares if slot.size is None else slot.size
        nodes.append(slot.piece(_cut(axis, rect, position, size)))
        position += size
    return nodes


def _cut(axis: Literal["down", "right"], rect: Rect, position: int, size: int) -> Rect:
    if axis == "down":
        top = min(rect.top + position, rect.bottom)
        return Rect(rect.left, top, rect.right, min(top + size, rect.bottom))
    left = min(rect.left + position, rect.right)
    return Rect(left, rect.top, min(left + size, rect.right), rect.bottom)
