"""How loud a post's own sound and the added one are: sliders in version 1, numbers to be typed in version 2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from phonefleet.geometry import Rect
from virtual_phones.sample.dialogs import choices, panel
from virtual_phones.sample.layout import Piece, Slot, column, inset
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.uploads import LOUDEST, Draft
from virtual_phones.sample.widgets import button, entry, text
from virtual_phones.screen.node import Node

Which = Literal["origin_volume", "sound_volume"]


@dataclass(eq=False, slots=True)
class VolumeDialog:
    """Both volumes of a draft, and a button that closes."""

    draft: Draft
    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return a line for each volume."""
        skin = stage.skin
        done = button(skin.text("volume_done"), lambda: stage.close(self), resource_id=skin.id("volume_done"))
        lines = (Slot(inset(self._line(stage, which), 40, 20), 280) for which in ("origin_volume", "sound_volume"))
        return panel(stage, "volume", *lines, *choices(stage, done))

    def _line(self, stage: Stage, which: Which) -> Piece:
        skin, value = stage.skin, getattr(self.draft, which)
        control = self._typed(stage, which, value) if skin.marks == "radio" else self._slider(stage, which, value)
        return column(Slot(text(skin.text(which)), 80), Slot(control))

    def _typed(self, stage: Stage, which: Which, value: int) -> Piece:
        return entry(str(value), "", stage.skin.id(which), lambda typed: self._set(which, typed))

    def _slider(self, stage: Stage, which: Which, value: int) -> Piece:
        return slider(value, stage.skin.id(which), lambda percent: self._set(which, str(percent)))

    def _set(self, which: Which, typed: str) -> None:
        if typed.isdecimal():
            setattr(self.draft, which, min(int(typed), LOUDEST))


def slider(value: int, resource_id: str, on_set: Callable[[int], None]) -> Piece:
    """Return a bar that is touched where its value is to be; a place for each percent, from left to right."""

    def place(rect: Rect) -> Node:
        bar = Node("android.widget.SeekBar", rect, resource_id=resource_id, text=str(value), fill="#c9d3e6")
        for percent in range(LOUDEST + 1):
            left = rect.left + rect.width * percent // (LOUDEST + 1)
            right = rect.left + rect.width * (percent + 1) // (LOUDEST + 1)
            spot = Rect(left, rect.top, right, rect.bottom)
            bar.children.append(Node("android.view.View", spot, on_tap=lambda percent=percent: on_set(percent)))
        return bar

    return place
