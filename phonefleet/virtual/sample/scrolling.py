"""Lists that scroll by rows and load more rows when their end is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from phonefleet.geometry import Rect
from phonefleet.virtual.node import Direction, Node
from phonefleet.virtual.sample.layout import Piece, Slot, column

PAGE = 20
_LOADING_DRAWS = 2


@dataclass(slots=True)
class Scroll:
    """How far a list is scrolled, in whole rows."""

    first: int = 0

    def move(self, direction: Direction, visible: int, total: int) -> bool:
        """Advance by a page, keeping one row in sight; tell whether anything moved."""
        step = {"down": 1, "up": -1}.get(direction, 0) * max(visible - 1, 1)
        before = self.first
        self.first = max(0, min(self.first + step, total - visible))
        return self.first != before


@dataclass(slots=True)
class LazyRows:
    """Rows of which a page is there at first; another page follows a moment after the end was reached."""

    scroll: Scroll = field(default_factory=Scroll)
    loaded: int = PAGE
    _pending: int = 0

    def listing(self, rows: Sequence[Piece], loading: Piece, size: int, resource_id: str) -> Piece:
        """Return the list of the rows that are loaded, with `loading` as the last one while there are more."""
        self._load(len(rows))
        there = list(rows[: self.loaded])
        if len(there) < len(rows):
            there.append(loading)
        return _listing(self, there, size, resource_id)

    def reached_end(self) -> None:
        """Begin to load more, unless that goes on already."""
        self._pending = self._pending or _LOADING_DRAWS

    def _load(self, total: int) -> None:
        if self._pending and self.loaded < total:
            self._pending -= 1
            self.loaded += 0 if self._pending else PAGE


def _listing(lazy: LazyRows, rows: Sequence[Piece], size: int, resource_id: str) -> Piece:
    def place(rect: Rect) -> Node:
        visible = max(rect.height // size, 1)
        lazy.scroll.first = max(0, min(lazy.scroll.first, len(rows) - visible))
        shown = rows[lazy.scroll.first : lazy.scroll.first + visible]

        def on_scroll(direction: Direction) -> bool:
            moved = lazy.scroll.move(direction, visible, len(rows))
            if lazy.scroll.first + visible >= len(rows):
                lazy.reached_end()
            return moved

        return column(
            *(Slot(piece, size) for piece in shown),
            class_name="androidx.recyclerview.widget.RecyclerView",
            resource_id=resource_id,
            scrollable=len(rows) > visible,
            on_scroll=on_scroll,
        )(rect)

    return place
