"""The bar of buttons below a post: like, comments, favorite, repost, share; each says whether it is lit.

In version 1 a lit button is `selected` and its number stands below it; in version 2 its description changes. In
version 3 the icon inside of the button is `selected`, and the number is part of the description.
"""

from __future__ import annotations

from collections.abc import Callable

from virtual_phones.sample.layout import Piece, Slot, column, inset, layers, row, view
from virtual_phones.sample.screens.posts.share_sheet import ShareSheet
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon_button, text
from virtual_phones.world import Post
from virtual_phones.world.reactions import Mark

BAR = 170
_LIT = "#f6c9d0"
_UNLIT = "#ececf0"
_SIGN = "#8a8a94"


def post_bar(stage: Stage, post: Post, open_comments: Callable[[], None]) -> Piece:
    """Return the bar of one post, `BAR` pixels high."""
    reactions = stage.world.reactions
    comments = len(stage.world.comments.on(post.id))
    buttons = [
        _mark_button(stage, post, "like"),
        _button(stage, "comment", open_comments, count=comments, lit=False),
        _mark_button(stage, post, "favorite"),
        _mark_button(stage, post, "repost"),
        _button(
            stage,
            "share",
            lambda: stage.ask(ShareSheet(post.id)),
            count=reactions.shares(post.id),
            lit=reactions.shared(stage.me, post.id),
        ),
    ]
    return row(*(Slot(inset(each, 20, 10)) for each in buttons))


def _mark_button(stage: Stage, post: Post, mark: Mark) -> Piece:
    reactions, me = stage.world.reactions, stage.me

    def toggle() -> None:
        change = reactions.unmark if reactions.marked(mark, me, post.id) else reactions.mark
        stage.attempt(lambda: change(mark, me, post.id))

    return _button(stage, mark, toggle, count=reactions.marks(mark, post.id), lit=reactions.marked(mark, me, post.id))


def _button(stage: Stage, role: str, on_tap: Callable[[], None], *, count: int, lit: bool) -> Piece:
    skin = stage.skin
    described = skin.text(f"{role}_lit" if lit else role, count=count)
    if skin.lit == "icon":
        sign = view("android.widget.ImageView", resource_id=skin.id(f"{role}_icon"), selected=lit, fill=_SIGN)
        return layers(
            inset(sign, 30),
            class_name="android.widget.Button",
            content_desc=described,
            resource_id=skin.id(role),
            clickable=True,
            on_tap=on_tap,
            fill=_LIT if lit else _UNLIT,
        )
    if skin.lit == "described":
        return view(
            "android.widget.TextView",
            text=str(count),
            content_desc=described,
            resource_id=skin.id(role),
            clickable=True,
            on_tap=on_tap,
            fill=_LIT if lit else _UNLIT,
        )
    button = icon_button(described, on_tap, resource_id=skin.id(role), selected=lit)
    return column(Slot(button), Slot(text(str(count), resource_id=skin.id(f"{role}_count")), 50))
