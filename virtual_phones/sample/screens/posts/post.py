"""One post: whose it is, what it shows, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.follow_button import follow_button
from virtual_phones.sample.screens.posts.comments import CommentsScreen
from virtual_phones.sample.screens.posts.post_bar import BAR, post_bar
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import icon, picture, text
from virtual_phones.world import Post

_COLOURS = ("#c8553d", "#588b8b", "#f28f3b", "#93b7be", "#7d6b91")
_HEAD = 150


@dataclass(slots=True)
class PostScreen:
    """A post with its author and its buttons; a live one is only watched, an advertisement says that it is one."""

    post: str
    open_profile: Callable[[Stage, str], None]
    activity: str = ".PostActivity"

    def body(self, stage: Stage) -> Piece:
        """Return the post, or the page that stands for one that is gone."""
        skin = stage.skin
        if not stage.world.knows_post(self.post):
            notice = text(skin.text("post_missing"), resource_id=skin.id("post_missing"))
            return titled(stage, "", column(Slot(space(), 600), Slot(inset(notice, 60, 10), 120), Slot(space())))
        post = stage.world.post(self.post)
        title = text(skin.text("post_title", post=post.id), resource_id=skin.id("post_title"))
        return column(
            Slot(inset(title, 40, 20), 110),
            Slot(self._head(stage, post), _HEAD),
            Slot(post_picture(stage, post)),
            *self._badge(stage, post),
            Slot(inset(text(post.caption, resource_id=skin.id("post_text")), 30), 140),
            *self._bar(stage, post),
            fill="#ffffff",
        )

    def _head(self, stage: Stage, post: Post) -> Piece:
        name = stage.world.account(post.author).name
        owner = text(
            self._named(stage, post.author, name),
            resource_id=stage.skin.id("post_owner"),
            clickable=True,
            on_tap=lambda: self.open_profile(stage, post.author),
        )
        photo = icon(stage.skin.text("photo", username=post.author, name=name))
        slots = [Slot(inset(photo, 20), _HEAD), Slot(inset(owner, 20, 40))]
        if post.author != stage.me:
            slots.append(Slot(inset(follow_button(stage, post.author, "post_follow"), 20, 30), 300))
        return row(*slots)

    def _named(self, stage: Stage, author: str, name: str) -> str:
        """Return what the post calls its author: a name that people have chosen need not be anybody's handle."""
        by_name = stage.skin.owners == "name" or stage.manners.display_names
        return name if by_name else stage.skin.text("handle", username=author)

    def _badge(self, stage: Stage, post: Post) -> list[Slot]:
        if post.kind == "plain":
            return []
        badge = text(stage.skin.text(f"badge_{post.kind}"), resource_id=stage.skin.id("post_badge"))
        return [Slot(inset(badge, 30, 10), 90)]

    def _bar(self, stage: Stage, post: Post) -> list[Slot]:
        if post.kind == "live":
            return []
        comments = CommentsScreen(post.id, self.body)
        return [Slot(post_bar(stage, post, lambda: stage.show(comments)), BAR)]


def post_picture(stage: Stage, post: Post) -> Piece:
    """Return what the post shows, with its id in the description."""
    skin = stage.skin
    described = skin.text("post_media", media=media_word(stage, post), post=post.id, username=post.author)
    return picture(described, skin.id("post_media"), _COLOURS[int(post.id) % len(_COLOURS)])


def media_word(stage: Stage, post: Post) -> str:
    """Return what the app calls the post's medium."""
    return stage.skin.text(f"media_{post.media}")
