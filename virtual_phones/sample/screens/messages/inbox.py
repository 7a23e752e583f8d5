"""The inbox: with whom the active account has written, the latest conversation first."""

from __future__ import annotations

from dataclasses import dataclass, field

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.messages.thread import ThreadScreen
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon, loading, text

_ROW = 200


@dataclass(slots=True)
class InboxScreen:
    """A row for each conversation, with its last message."""

    activity: str = ".InboxActivity"
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the list, or that there is nothing."""
        skin = stage.skin
        partners = stage.world.messages.partners(stage.me)
        if partners:
            form = Form(skin.id("inbox"), _ROW, loading(skin.id("loading")))
            return titled(
                stage, skin.text("inbox_title"), self.rows.listing(partners, lambda each: _row(stage, each), form)
            )
        nothing = text(skin.text("inbox_empty"), resource_id=skin.id("inbox_empty"))
        return titled(stage, skin.text("inbox_title"), column(Slot(inset(nothing, 60, 20), 140), Slot(space())))


def _row(stage: Stage, partner: str) -> Piece:
    skin = stage.skin
    last = stage.world.messages.thread(stage.me, partner)[-1]
    lines = column(
        Slot(text(skin.text("handle", username=partner), resource_id=skin.id("inbox_username"))),
        Slot(text(last.text or skin.text("inbox_card"), resource_id=skin.id("inbox_preview"))),
    )
    return row(
        Slot(inset(icon(f"Photo of {partner}"), 30), _ROW),
        Slot(inset(lines, 10, 30)),
        clickable=True,
        on_tap=lambda: stage.show(ThreadScreen(partner)),
    )
