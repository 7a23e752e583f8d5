"""A profile: somebody else's, or one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phonefleet.virtual.sample.layout import Piece, Slot, column, inset, row, space
from phonefleet.virtual.sample.screens.bars import below_bar, titled
from phonefleet.virtual.sample.screens.follow_button import follow_button
from phonefleet.virtual.sample.screens.people import PeopleScreen
from phonefleet.virtual.sample.screens.switcher import SwitcherSheet
from phonefleet.virtual.sample.stage import Stage
from phonefleet.virtual.sample.widgets import icon, icon_button, text


@dataclass(slots=True)
class ProfileScreen:
    """Who somebody is, with the follow button; one's own has an edit button instead and opens the switcher."""

    username: str
    activity: str = ".ProfileActivity"

    def body(self, stage: Stage) -> Piece:
        """Return the profile, or the page that stands for an unknown one."""
        if not stage.world.knows(self.username):
            return _missing(stage)
        return below_bar(stage, self._handle(stage), self._details(stage), *self._actions(stage))

    def _handle(self, stage: Stage) -> Piece:
        label = text(stage.skin.text("handle", username=self.username), resource_id=stage.skin.id("profile_username"))
        return inset(label, 40, 30)

    def _actions(self, stage: Stage) -> list[Slot]:
        if self.username != stage.me:
            return []
        skin = stage.skin
        opener = icon_button(
            skin.text("switcher_open"), lambda: stage.ask(SwitcherSheet()), resource_id=skin.id("switcher_open")
        )
        return [Slot(opener, 168)]

    def _details(self, stage: Stage) -> Piece:
        skin, account = stage.skin, stage.world.account(self.username)
        return column(
            Slot(inset(icon(f"Photo of {self.username}"), 400, 40), 360),
            Slot(inset(text(account.name, resource_id=skin.id("profile_name")), 40, 10), 90),
            Slot(inset(text(account.bio, resource_id=skin.id("profile_bio")), 40, 10), 90),
            Slot(row(self._count(stage, "followers"), self._count(stage, "following")), 150),
            Slot(inset(self._button(stage), 40, 20), 170),
            Slot(space()),
            fill="#ffffff",
        )

    def _count(self, stage: Stage, side: Literal["followers", "following"]) -> Slot:
        people = stage.world.followers(self.username) if side == "followers" else stage.world.following(self.username)
        label = text(
            stage.skin.text("followers" if side == "followers" else "follows", count=len(people)),
            resource_id=stage.skin.id(f"profile_{side}"),
            clickable=True,
            on_tap=lambda: stage.show(PeopleScreen(self.username, side, open_profile)),
        )
        return Slot(inset(label, 40, 20))

    def _button(self, stage: Stage) -> Piece:
        if self.username != stage.me:
            return follow_button(stage, self.username, "profile_button")
        return text(stage.skin.text("edit"), resource_id=stage.skin.id("profile_edit"), fill="#d9d9de")


def open_profile(stage: Stage, username: str) -> None:
    """Show an account's profile."""
    stage.show(ProfileScreen(username))


def _missing(stage: Stage) -> Piece:
    notice = text(stage.skin.text("missing"), resource_id=stage.skin.id("missing"))
    return titled(stage, "", column(Slot(space(), 600), Slot(inset(notice, 60, 10), 120), Slot(space())))
