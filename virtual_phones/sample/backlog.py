"""Lists that show their end first, such as conversations, and load what is older when they are scrolled back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from phonefleet.geometry import Rect
from virtual_phones.sample.layout import Piece, Slot, column, space
from virtual_phones.sample.scrolling import PAGE, Form
from virtual_phones.screen.node import Direction, Node

_LOADING_DRAWS = 2

T = TypeVar("T")


@dataclass(slots=True)
class Backlog:
    """How many rows a list is scrolled back from its end, and how many of the last ones are loaded."""

    back: int = 0
    loaded: int = PAGE
    _pending: int = 0

    def listing(self, items: Sequence[T], render: Callable[[T], Piece], form: Form) -> Piece:
        """Return the list, with a `loading` row at its beginning while there is more above."""
        self._load(len(items))
        there = [render(item) for item in items[-self.loaded :]]
        rows = [form.loading, *there] if len(there) < len(items) else there

        def place(rect: Rect) -> Node:
            visible = max(rect.height // form.row, 1)
            self.back = max(0, min(self.back, len(rows) - visible))
            end = len(rows) - self.back
            on_scroll = self._scroller(visible, len(rows)) if len(rows) > visible else None
            ends = frozenset(self._ends(visible, len(rows)))
            return _list(rows[max(end - visible, 0) : end], form, on_scroll, ends)(rect)

        return place

    def _scroller(self, visible: int, total: int) -> Callable[[Direction], bool]:
        def on_scroll(direction: Direction) -> bool:
            step = {"up": 1, "down": -1}.get(direction, 0) * max(visible - 1, 1)
            before = self.back
            self.back = max(0, min(self.back + step, total - visible))
            if self.back == total - visible:
                self._pending = self._pending or _LOADING_DRAWS
            return self.back != before

        return on_scroll

    def _ends(self, visible: int, total: int) -> Iterator[Direction]:
        """Yield the directions in which there is no more."""
        if self.back == 0:
            yield "down"
        if self.back + visible >= total:
            yield "up"

    def _load(self, total: int) -> None:
        if self._pending and self.loaded < total:
            self._pending -= 1
            self.loaded += 0 if self._pending else PAGE


def _list(
    rows: Sequence[Piece], form: Form, on_scroll: Callable[[Direction], bool] | None, ends: frozenset[Direction]
) -> Piece:
    return column(
        Slot(space()),
        *(Slot(piece, form.row) for piece in rows),
        class_name="androidx.recyclerview.widget.RecyclerView",
        resource_id=form.resource_id,
        scrollable=on_scroll is not None,
        on_scroll=on_scroll,
        ends=ends,
    )
