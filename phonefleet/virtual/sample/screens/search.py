"""Search for people."""

from __future__ import annotations

from dataclasses import dataclass, field

from phonefleet.virtual.sample.layout import Piece, Slot, column, inset, row, space
from phonefleet.virtual.sample.screens.creating import sounds_button
from phonefleet.virtual.sample.screens.people import ROW, person_label
from phonefleet.virtual.sample.screens.user_profile import open_profile
from phonefleet.virtual.sample.scrolling import Form, LazyRows
from phonefleet.virtual.sample.stage import Stage
from phonefleet.virtual.sample.widgets import entry, loading, text


@dataclass(slots=True)
class SearchScreen:
    """A field, and below it whom it finds: look-alikes too, and the exact name need not come first."""

    activity: str = ".SearchActivity"
    query: str = ""
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the field with the results."""
        skin = stage.skin
        field_ = entry(self.query, skin.text("search_hint"), skin.id("search_field"), self._typed)
        head = row(Slot(inset(field_, 30)), Slot(inset(sounds_button(stage), 20), 160))
        return column(Slot(head, 180), Slot(self._results(stage)))

    def _typed(self, query: str) -> None:
        self.query, self.rows = query, LazyRows()

    def _results(self, stage: Stage) -> Piece:
        skin = stage.skin
        found = stage.world.search(self.query)
        if self.query and not found:
            nothing = text(skin.text("search_nothing"), resource_id=skin.id("search_nothing"))
            return column(Slot(inset(nothing, 40, 20), 140), Slot(space()))
        form = Form(skin.id("search_list"), ROW, loading(skin.id("loading")))
        return self.rows.listing(found, lambda account: _result(stage, account.username), form)


def _result(stage: Stage, username: str) -> Piece:
    label = person_label(stage, username, "search")
    return row(Slot(label), clickable=True, on_tap=lambda: open_profile(stage, username))
