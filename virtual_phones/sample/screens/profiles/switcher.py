"""The account switcher: which accounts are signed in on this phone, and which one is active."""

from __future__ import annotations

from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, at_bottom, column, inset, row, view
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon, text

_ROW = 170


@dataclass(eq=False, slots=True)
class SwitcherSheet:
    """A sheet with a row for each account."""

    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the sheet."""
        rows = (Slot(_account(stage, self, username), _ROW) for username in stage.accounts)
        sheet = column(*rows, resource_id=stage.skin.id("switcher"), fill="#ffffff")
        return at_bottom(sheet, _ROW * len(stage.accounts) + 60)


def _account(stage: Stage, sheet: SwitcherSheet, username: str) -> Piece:
    def choose() -> None:
        stage.close(sheet)
        if username != stage.me:
            stage.switch(username)

    if stage.skin.marks == "radio":
        return row(Slot(_radio(stage, username)), clickable=True, on_tap=choose)
    name = text(username, resource_id=stage.skin.id("switcher_username"))
    slots = [Slot(inset(icon(f"Photo of {username}"), 20), _ROW), Slot(inset(name, 20, 30))]
    if username == stage.me:
        mark = icon(stage.skin.text("switcher_mark"), resource_id=stage.skin.id("switcher_mark"))
        slots.append(Slot(inset(mark, 40), _ROW))
    return row(*slots, clickable=True, on_tap=choose)


def _radio(stage: Stage, username: str) -> Piece:
    return view(
        "android.widget.RadioButton",
        text=username,
        resource_id=stage.skin.id("switcher_username"),
        checkable=True,
        checked=username == stage.me,
    )
