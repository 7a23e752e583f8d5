"""Lists of people: who follows somebody, and whom somebody follows. Like those of real apps they do not tell all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.follow_button import follow_button
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon, loading, text

ROW = 190
MOST = 50
"""How many people a list shows, however many there are."""


@dataclass(slots=True)
class PeopleScreen:
    """The followers of an account, or those whom it follows; each row has a follow button of its own."""

    username: str
    side: Literal["followers", "following"]
    open_profile: Callable[[Stage, str], None]
    activity: str = ".RelationsActivity"
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the list."""
        skin, world = stage.skin, stage.world
        people = world.followers(self.username) if self.side == "followers" else world.following(self.username)
        title = skin.text(f"{self.side}_title")
        if not people:
            nobody = text(skin.text("people_none"), resource_id=skin.id("people_none"))
            return titled(stage, title, column(Slot(inset(nobody, 40, 20), 140), Slot(space())))
        form = Form(skin.id("people_list"), ROW, loading(skin.id("loading")))
        return titled(stage, title, self.rows.listing(people[:MOST], lambda person: self._row(stage, person), form))

    def _row(self, stage: Stage, person: str) -> Piece:
        slots = [Slot(person_label(stage, person, "people"))]
        if person != stage.me:
            slots.append(Slot(inset(follow_button(stage, person, "people_button"), 20, 40), 300))
        return row(*slots, clickable=True, on_tap=lambda: self.open_profile(stage, person))


def person_label(stage: Stage, person: str, place: Literal["people", "search"]) -> Piece:
    """Return an account's picture, username and, in search results, name."""
    skin = stage.skin
    handle = text(skin.text("handle", username=person), resource_id=skin.id(f"{place}_username"))
    lines = [Slot(handle)]
    if place == "search":
        lines.append(Slot(text(stage.world.account(person).name, resource_id=skin.id("search_name"))))
    return row(Slot(inset(icon(f"Photo of {person}"), 30), 190), Slot(inset(column(*lines), 10, 30)))
