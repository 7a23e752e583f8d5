"""Lists that scroll by rows and load more rows when their end is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from phonefleet.geometry import Rect
from virtual_phones.sample.layout import Piece, Slot, column
from virtual_phones.screen.node import Direction, Node

PAGE = 20
_LOADING_DRAWS = 2


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Form:
    """How a list looks: its id, the height of a row, and the row that stands for what is still to come."""

    resource_id: str
    row: int
    loading: Piece


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

    def listing(self, items: Sequence[T], render: Callable[[T], Piece], form: Form) -> Piece:
        """Return the list of the items that are loaded, with a `loading` row at its end while there are more."""
        self._load(len(items))
        there = items[: self.loaded]
        total = len(there) + (len(there) < len(items))

        def place(rect: Rect) -> Node:
            visible = max(rect.height // form.row, 1)
            self.scroll.first = max(0, min(self.scroll.first, total - visible))
            rows = [render(item) for item in there[self.scroll.first : self.scroll.first + visible]]
            if total > len(there) and len(rows) < visible:
                rows.append(form.loading)
            ends = frozenset(self._ends(visible, total))
            return _list(rows, form, self._scroller(visible, total), ends)(rect)

        return place

    def _scroller(self, visible: int, total: int) -> Callable[[Direction], bool] | None:
        def on_scroll(direction: Direction) -> bool:
            moved = self.scroll.move(direction, visible, total)
            if self.scroll.first + visible >= total:
                self.reached_end()
            return moved

        return on_scroll if total > visible else None

    def _ends(self, visible: int, total: int) -> Iterator[Direction]:
        """Yield the directions in which there is no more."""
        if self.scroll.first == 0:
            yield "up"
        if self.scroll.first + visible >= total:
            yield "down"

    def reached_end(self) -> None:
        """Begin to load more, unless that goes on already."""
        self._pending = self._pending or _LOADING_DRAWS

    def _load(self, total: int) -> None:
        if self._pending and self.loaded < total:
            self._pending -= 1
            self.loaded += 0 if self._pending else PAGE


def _list(
    rows: Sequence[Piece], form: Form, on_scroll: Callable[[Direction], bool] | None, ends: frozenset[Direction]
) -> Piece:
    return column(
        *(Slot(piece, form.row) for piece in rows),
        class_name="androidx.recyclerview.widget.RecyclerView",
        resource_id=form.resource_id,
        scrollable=on_scroll is not None,
        on_scroll=on_scroll,
        ends=ends,
    )
