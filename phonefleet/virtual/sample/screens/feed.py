"""The feed: the newest posts of everybody."""

from __future__ import annotations

from dataclasses import dataclass, field

from phonefleet.virtual.sample.layout import Piece, Slot, column, inset
from phonefleet.virtual.sample.screens.bars import titled
from phonefleet.virtual.sample.screens.creating import create_button
from phonefleet.virtual.sample.screens.inbox import InboxScreen
from phonefleet.virtual.sample.screens.user_profile import ProfileScreen
from phonefleet.virtual.sample.scrolling import Form, LazyRows
from phonefleet.virtual.sample.stage import Stage
from phonefleet.virtual.sample.widgets import icon_button, loading, picture, text
from phonefleet.virtual.world.population import Post

_CARD = 980
_COLOURS = ("#c8553d", "#588b8b", "#f28f3b", "#93b7be", "#7d6b91")


@dataclass(slots=True)
class FeedScreen:
    """A list of cards; the author's name leads to the author."""

    activity: str = ".FeedActivity"
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the cards."""
        skin = stage.skin
        form = Form(skin.id("feed"), _CARD, loading(skin.id("loading")))
        rows = self.rows.listing(stage.world.posts(), lambda post: _card(stage, post), form)
        return titled(stage, skin.text("app"), rows, *_creator(stage), Slot(_inbox_button(stage), 168))


def _inbox_button(stage: Stage) -> Piece:
    skin = stage.skin
    return icon_button(skin.text("inbox_open"), lambda: stage.show(InboxScreen()), resource_id=skin.id("inbox_open"))


def _creator(stage: Stage) -> list[Slot]:
    """Return the button that begins a post; version 1 has it among its tabs."""
    return [Slot(create_button(stage), 168)] if stage.skin.dialogs == "sheet" else []


def _card(stage: Stage, post: Post) -> Piece:
    skin = stage.skin
    author = text(
        skin.text("handle", username=post.author),
        resource_id=skin.id("post_author"),
        clickable=True,
        on_tap=lambda: stage.show(ProfileScreen(post.author)),
    )
    return column(
        Slot(inset(author, 30), 120),
        Slot(picture(f"Photo by {post.author}", skin.id("post_image"), _COLOURS[int(post.id) % len(_COLOURS)])),
        Slot(inset(text(post.caption, resource_id=skin.id("post_caption")), 30), 140),
        fill="#ffffff",
    )
