"""Somebody's posts on the profile, the newest first: three beside each other in version 1, a list in version 2."""

from __future__ import annotations

from collections.abc import Callable

from virtual_phones.sample.layout import Piece, Slot, column, inset, layers, row, space, view
from virtual_phones.sample.screens.posts.post import PostScreen, media_word
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import loading, text
from virtual_phones.world import Post, Relation

_CELL = 340
_COLUMNS = {"box": 3, "sheet": 1}


def post_grid(stage: Stage, username: str, rows: LazyRows, open_profile: Callable[[Stage, str], None]) -> Piece:
    """Return the posts of an account; a private one shows them to nobody else."""
    skin, posts = stage.skin, stage.world.posts_of(username)
    private = stage.world.account(username).private
    if (private and username != stage.me and stage.world.relation(stage.me, username) is not Relation.FOLLOWING) or (
        not posts
    ):
        words = skin.text("grid_private" if private else "grid_none")
        notice = text(words, resource_id=skin.id("grid_none"))
        return column(Slot(inset(notice, 40, 20), 140), Slot(space()))
    columns = _COLUMNS[skin.dialogs]
    lines = [posts[place : place + columns] for place in range(0, len(posts), columns)]
    form = Form(skin.id("grid"), _CELL, loading(skin.id("loading")))
    return rows.listing(lines, lambda line: _line(stage, line, columns, open_profile), form)


def _line(stage: Stage, posts: list[Post], columns: int, open_profile: Callable[[Stage, str], None]) -> Piece:
    cells = [Slot(inset(_cell(stage, post, open_profile), 6)) for post in posts]
    return row(*cells, *(Slot(space()) for _ in range(columns - len(posts))))


def _cell(stage: Stage, post: Post, open_profile: Callable[[Stage, str], None]) -> Piece:
    skin = stage.skin
    tile = view(
        "android.widget.ImageView",
        content_desc=skin.text("grid_cell", media=media_word(stage, post), post=post.id),
        resource_id=skin.id("grid_cell"),
        clickable=True,
        on_tap=lambda: stage.show(PostScreen(post.id, open_profile)),
        fill="#93b7be",
    )
    if post.kind == "plain":
        return tile
    badge = text(skin.text(f"badge_{post.kind}"), resource_id=skin.id("grid_badge"))
    return layers(tile, inset(badge, 60, 120))
