"""The app's own dialogs over a screen: questions, advertisements and refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from phonefleet.geometry import Rect
from virtual_phones.sample.layout import Piece, Slot, at_bottom, centered, column, inset, row
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Dialog, Stage
from virtual_phones.sample.widgets import button, icon_button, text
from virtual_phones.screen.node import Node

_WHITE = "#ffffff"


def panel(stage: Stage, role: str, *slots: Slot) -> Piece:
    """Return a dialog's panel in the skin's manner: a box in the middle or a sheet at the bottom."""
    height = sum(slot.size or 0 for slot in slots) + 80
    body = column(*slots, resource_id=stage.skin.id(role), fill=_WHITE)
    return centered(body, 900, height) if stage.skin.dialogs == "box" else at_bottom(body, height)


def choices(stage: Stage, *buttons: Piece) -> list[Slot]:
    """Return buttons beside each other in a box, below each other in a sheet."""
    if stage.skin.dialogs == "box":
        return [Slot(row(*(Slot(inset(each, 16)) for each in buttons)), 160)]
    return [Slot(inset(each, 40, 16), 160) for each in buttons]


@dataclass(eq=False, slots=True)
class Confirm:
    """Asks before an unfollow."""

    username: str
    on_yes: Callable[[], None]
    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the question with its answers."""
        skin = stage.skin
        answers = [
            button(skin.text("confirm_no"), lambda: stage.close(self), resource_id=skin.id("confirm_no")),
            button(skin.text("confirm_yes"), lambda: self._agree(stage), resource_id=skin.id("confirm_yes")),
        ]
        if other := skin.text("confirm_other"):
            answers.insert(0, button(other, lambda: stage.close(self), resource_id=skin.id("confirm_other")))
        title = text(skin.text("confirm_title", username=self.username), resource_id=skin.id("confirm_title"))
        return panel(stage, "confirm", Slot(inset(title, 40), 160), *choices(stage, *answers))

    def _agree(self, stage: Stage) -> None:
        stage.close(self)
        stage.attempt(self.on_yes)


@dataclass(eq=False, slots=True)
class Update:
    """Offers a newer version of the app."""

    cancelable: bool = False
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the offer with its answers."""
        skin = stage.skin
        answers = (
            button(skin.text("update_later"), lambda: stage.fade(self), resource_id=skin.id("update_later")),
            button(skin.text("update_now"), stage.crash, resource_id=skin.id("update_now")),
        )
        return panel(
            stage,
            "update",
            Slot(inset(text(skin.text("update_title")), 40), 160),
            Slot(inset(text(skin.text("update_text")), 40), 160),
            *choices(stage, *answers),
        )


@dataclass(eq=False, slots=True)
class Rating:
    """Asks how the app is liked."""

    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return five stars and a way out."""
        skin = stage.skin
        stars = (Slot(icon_button(f"{number} stars", lambda: stage.close(self))) for number in range(1, 6))
        later = button(skin.text("rating_no"), lambda: stage.fade(self), resource_id=skin.id("rating_no"))
        return panel(
            stage,
            "rating",
            Slot(inset(text(skin.text("rating_title")), 40), 160),
            Slot(row(*stars, resource_id=skin.id("rating_bar")), 160),
            *choices(stage, later),
        )


@dataclass(eq=False, slots=True)
class Blocked:
    """Says that the app has refused an action."""

    cancelable: bool = False
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the refusal."""
        skin = stage.skin
        accept = button(skin.text("blocked_ok"), lambda: stage.fade(self), resource_id=skin.id("blocked_ok"))
        return panel(
            stage,
            "blocked",
            Slot(inset(text(skin.text("blocked_title"), resource_id=skin.id("blocked_title")), 40), 160),
            Slot(inset(text(skin.text("blocked_text")), 40), 220),
            *choices(stage, accept),
        )


def over(dialog: Dialog, stage: Stage) -> Piece:
    """Return the dialog with the shade around it, which takes the touches that miss it."""
    around = column(on_tap=lambda: stage.close(dialog) if dialog.cancelable else None)
    inner = dialog.panel(stage)

    def place(rect: Rect) -> Node:
        node = around(rect)
        node.children = [inner(rect)]
        node.children[0].on_tap = node.children[0].on_tap or _nothing
        for each in node.walk():
            each.package = dialog.package
        node.fading = stage.is_fading(dialog)
        return node

    return place


def _nothing() -> None:
    """Swallow a touch."""
