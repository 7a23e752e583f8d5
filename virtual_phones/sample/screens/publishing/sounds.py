"""The sounds of the app: finding one, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, entry, icon, loading, text
from virtual_phones.world import sounds
from virtual_phones.world.sounds import Sound

ROW = 170
_LOADING_DRAWS = 2


@dataclass(slots=True)
class SoundsScreen:
    """A field, and below it which sounds it finds, after a moment; recommended ones while it is empty."""

    on_pick: Callable[[Sound], None]
    activity: str = ".SoundsActivity"
    query: str = ""
    rows: LazyRows = field(default_factory=LazyRows)
    _pending: int = _LOADING_DRAWS

    def body(self, stage: Stage) -> Piece:
        """Return the field with the results."""
        skin = stage.skin
        self._pending = max(self._pending - 1, 0)
        field_ = entry(self.query, skin.text("sound_hint"), skin.id("sound_field"), self._typed)
        content = column(Slot(inset(field_, 30), 180), Slot(self._results(stage)))
        return titled(stage, skin.text("sound_title"), content)

    def _typed(self, query: str) -> None:
        self.query, self.rows, self._pending = query, LazyRows(), _LOADING_DRAWS

    def _results(self, stage: Stage) -> Piece:
        skin = stage.skin
        spinner = loading(skin.id("loading"))
        if self._pending:
            return column(Slot(inset(spinner, 400, 20), ROW), Slot(space()))
        found = sounds.find(self.query)
        if not found:
            nothing = text(skin.text("sound_nothing"), resource_id=skin.id("sound_nothing"))
            return column(Slot(inset(nothing, 40, 20), 140), Slot(space()))
        form = Form(skin.id("sound_list"), ROW, spinner)
        return self.rows.listing(found, lambda sound: self._row(stage, sound), form)

    def _row(self, stage: Stage, sound: Sound) -> Piece:
        skin = stage.skin
        lines = column(
            Slot(text(sound.name, resource_id=skin.id("sound_name"))),
            Slot(text(sound.artist, resource_id=skin.id("sound_artist"))),
        )
        cover = Slot(inset(icon(skin.text("sound_cover", sound=sound.name)), 20), ROW)
        return row(cover, Slot(inset(lines, 10, 20)), clickable=True, on_tap=lambda: self.on_pick(sound))


@dataclass(slots=True)
class SoundScreen:
    """The page of one sound, from which a post with it can be begun."""

    sound: Sound
    on_use: Callable[[Stage, Sound], None]
    activity: str = ".SoundActivity"

    def body(self, stage: Stage) -> Piece:
        """Return who made it, and the button that uses it."""
        skin = stage.skin
        use = button(skin.text("sound_use"), lambda: self.on_use(stage, self.sound), resource_id=skin.id("sound_use"))
        content = column(
            Slot(inset(text(self.sound.name, resource_id=skin.id("sound_page_name")), 40, 20), 120),
            Slot(inset(text(self.sound.artist, resource_id=skin.id("sound_artist")), 40, 20), 120),
            Slot(inset(use, 40, 20), 170),
            Slot(space()),
            fill="#ffffff",
        )
        return titled(stage, skin.text("sound_title"), content)
