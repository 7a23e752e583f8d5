"""The app's picker of pictures and videos: the phone's newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.sample.layout import Piece, Slot, at_bottom, column, inset, layers, row, space, view
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, loading, text
from virtual_phones.system.media_store import Kind, MediaItem

EVERYTHING: frozenset[Kind] = frozenset({"image", "video"})

_COLUMNS = 3
_TILE = 360
_BADGE = 80
_FILLS = {"image": "#9fb8ad", "video": "#6f7d8c"}


@dataclass(slots=True)
class GalleryScreen:
    """A grid to choose from, `most` at most, in the order of the touches.

    Version 1 takes a single choice at once; version 2 always wants it confirmed. `on_chosen` is called after the
    screen was left.
    """

    on_chosen: Callable[[Sequence[MediaItem]], None]
    kinds: frozenset[Kind] = frozenset({"image"})
    most: int = 1
    chosen: list[int] = field(default_factory=list[int])
    activity: str = ".GalleryActivity"
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the grid below a bar."""
        skin = stage.skin
        return titled(stage, skin.text("gallery_title"), self._grid(stage), *self._confirmation(stage))

    def _grid(self, stage: Stage) -> Piece:
        skin = stage.skin
        items = [item for item in stage.media if item.kind in self.kinds]
        if not items:
            nothing = text(skin.text("gallery_empty"), resource_id=skin.id("gallery_empty"))
            return column(Slot(inset(nothing, 40, 20), 140), Slot(space()), resource_id=skin.id("gallery"))
        lines = [items[start : start + _COLUMNS] for start in range(0, len(items), _COLUMNS)]
        form = Form(skin.id("gallery"), _TILE, loading(skin.id("loading")))
        return self.rows.listing(lines, lambda line: self._line(stage, line), form)

    def _line(self, stage: Stage, items: Sequence[MediaItem]) -> Piece:
        tiles = [Slot(inset(self._tile(stage, item), 4), _TILE) for item in items]
        return row(*tiles, *[Slot(space(), _TILE)] * (_COLUMNS - len(items)))

    def _tile(self, stage: Stage, item: MediaItem) -> Piece:
        skin = stage.skin
        marked = skin.marks == "radio"
        picture = view(
            "android.widget.ImageView",
            resource_id=skin.id("gallery_item"),
            content_desc=skin.text(f"gallery_{item.kind}", name=item.name),
            clickable=True,
            checkable=marked,
            checked=marked and item.id in self.chosen,
            fill=_FILLS[item.kind],
            on_tap=lambda: self._touched(stage, item),
        )
        return layers(picture, *self._badges(stage, item))

    def _badges(self, stage: Stage, item: MediaItem) -> list[Piece]:
        """Return what lies over a tile: the length of a video, and in version 1 the number of a choice."""
        skin = stage.skin
        badges: list[Piece] = []
        if item.kind == "video":
            badges.append(_in_corner(text("0:15", resource_id=skin.id("gallery_length")), "right"))
        if skin.marks == "icon" and item.id in self.chosen:
            number = str(self.chosen.index(item.id) + 1)
            badges.append(_in_corner(text(number, resource_id=skin.id("gallery_chosen")), "left"))
        return badges

    def _confirmation(self, stage: Stage) -> list[Slot]:
        skin = stage.skin
        if not self.chosen:
            return []
        label = skin.text("gallery_done", count=len(self.chosen))
        return [Slot(inset(button(label, lambda: self._done(stage), resource_id=skin.id("gallery_done")), 20, 30), 300)]

    def _touched(self, stage: Stage, item: MediaItem) -> None:
        if item.id in self.chosen:
            self.chosen.remove(item.id)
        elif len(self.chosen) < self.most:
            self.chosen.append(item.id)
        elif self.most == 1:
            self.chosen = [item.id]
        if self.most == 1 and self.chosen and stage.skin.marks == "icon":
            self._done(stage)

    def _done(self, stage: Stage) -> None:
        known = {item.id: item for item in stage.media}
        chosen = [known[number] for number in self.chosen if number in known]
        stage.leave()
        self.on_chosen(chosen)


def _in_corner(piece: Piece, side: Literal["left", "right"]) -> Piece:
    """Return the piece in a lower corner, where no finger goes."""
    slots = [Slot(piece, _BADGE), Slot(space())]
    across = row(*(slots if side == "left" else slots[::-1]))
    return at_bottom(across, _BADGE)
