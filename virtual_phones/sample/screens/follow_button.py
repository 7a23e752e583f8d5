"""The button that follows and unfollows, wherever it stands."""

from __future__ import annotations

from virtual_phones.sample.dialogs import Confirm
from virtual_phones.sample.layout import Piece
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import skin_button
from virtual_phones.world import Relation

_STATES = {Relation.NONE: "follow", Relation.FOLLOWING: "following", Relation.REQUESTED: "requested"}


def follow_button(stage: Stage, username: str, role: str) -> Piece:
    """Return the button in the state that the active account's relation to `username` gives it."""
    state = stage.skin.text(_STATES[stage.world.relation(stage.me, username)])
    return skin_button(
        stage.skin,
        state,
        stage.skin.id(role),
        lambda: _tapped(stage, username),
        content_desc=stage.skin.text("follow_desc", state=state, username=username),
        fill="#1d6fe0" if state == stage.skin.text("follow") else "#d9d9de",
    )


def _tapped(stage: Stage, username: str) -> None:
    world, me = stage.world, stage.me
    if world.relation(me, username) is Relation.NONE:
        stage.attempt(lambda: world.follow(me, username))
    else:
        stage.ask(Confirm(username, lambda: world.unfollow(me, username)))
