"""Cards of strangers below the buttons of a profile, each with a Follow button of its own."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from virtual_phones.sample.dialogs import Confirm
from virtual_phones.sample.layout import Piece, Slot, column, inset, row
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, icon, text
from virtual_phones.world import Relation

_CARDS = 3
_HEADING, _CARD = 90, 330
_LABELS = {Relation.NONE: "follow", Relation.FOLLOWING: "following", Relation.REQUESTED: "requested"}


def suggestions(stage: Stage, username: str, open_profile: Callable[[Stage, str], None]) -> list[Slot]:
    """Return the heading and the cards where the app shows them: on profiles that the active account follows."""
    if not stage.manners.suggestions or stage.world.relation(stage.me, username) is Relation.NONE:
        return []
    heading = text(stage.skin.text("suggestions"), resource_id=stage.skin.id("suggestions"))
    cards = row(
        *(Slot(inset(_card(stage, stranger, open_profile), 12, 8)) for stranger in strangers(stage, username)),
        class_name="androidx.recyclerview.widget.RecyclerView",
        resource_id=stage.skin.id("suggestion_cards"),
    )
    return [Slot(inset(heading, 40, 15), _HEADING), Slot(cards, _CARD)]


def strangers(stage: Stage, username: str) -> list[str]:
    """Return whom the profile of an account suggests, always the same ones."""
    everybody = [account.username for account in stage.world.identity.ranking()]
    start = zlib.crc32(username.encode()) % len(everybody)
    others = (each for each in [*everybody[start:], *everybody[:start]] if each not in {username, *stage.accounts})
    return [next(others) for _ in range(_CARDS)]


def _card(stage: Stage, stranger: str, open_profile: Callable[[Stage, str], None]) -> Piece:
    skin, name = stage.skin, stage.world.account(stranger).name
    label = skin.text(_LABELS[stage.world.relation(stage.me, stranger)])
    follow = button(label, lambda: _touched(stage, stranger), resource_id=skin.id("suggestion_follow"))
    return column(
        Slot(inset(icon(f"{name} profile"), 60, 10), 130),
        Slot(inset(text(name, resource_id=skin.id("suggestion_name")), 10, 5), 70),
        Slot(inset(follow, 20, 10)),
        class_name="android.widget.RelativeLayout",
        clickable=True,
        on_tap=lambda: open_profile(stage, stranger),
        fill="#f6f6f8",
    )


def _touched(stage: Stage, stranger: str) -> None:
    world, me = stage.world, stage.me
    if world.relation(me, stranger) is Relation.NONE:
        stage.attempt(lambda: world.follow(me, stranger))
    else:
        stage.ask(Confirm(stranger, lambda: world.unfollow(me, stranger)))
