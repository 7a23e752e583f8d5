"""The comments of a post: a screen of its own in version 1, a sheet over the post in the later ones.

Version 1 lists the newest first; version 2 lists the oldest first and jumps to what one has just written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from virtual_phones.sample.layout import Piece, Slot, at_bottom, column, inset, layers, row, space
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.publishing.gallery import GalleryScreen
from virtual_phones.sample.scrolling import Form, LazyRows
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, entry, icon, icon_button, loading, text
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world import Comment

_ROW = 200
_SHEET = 1500


@dataclass(slots=True)
class CommentsScreen:
    """What was written below a post, and a field to write in; `behind` is the post, which a sheet leaves visible."""

    post: str
    behind: Callable[[Stage], Piece]
    activity: str = ".CommentsActivity"
    draft: str = ""
    image: str = ""
    rows: LazyRows = field(default_factory=LazyRows)

    def body(self, stage: Stage) -> Piece:
        """Return the comments in the skin's manner."""
        heading = stage.skin.text("comments")
        if stage.skin.comments == "screen":
            return titled(stage, heading, self._content(stage))
        sheet = titled(stage, heading, self._content(stage))
        return layers(self.behind(stage), column(on_tap=stage.leave), at_bottom(sheet, _SHEET))

    def _content(self, stage: Stage) -> Piece:
        skin = stage.skin
        whose = skin.text("comments_post", post=self.post, username=stage.world.post(self.post).author)
        return column(
            Slot(inset(text(whose, resource_id=skin.id("comments_post")), 40, 10), 90),
            Slot(self._list(stage)),
            *self._attached(stage),
            Slot(self._writing(stage), 170),
            fill="#ffffff",
        )

    def _list(self, stage: Stage) -> Piece:
        skin = stage.skin
        comments = stage.world.comments.on(self.post)
        if not comments:
            nothing = text(skin.text("comments_none"), resource_id=skin.id("comments_none"))
            return column(Slot(inset(nothing, 40, 20), 140), Slot(space()))
        form = Form(skin.id("comments"), _ROW, loading(skin.id("loading")))
        order = comments[::-1] if skin.dialogs == "box" else comments
        return self.rows.listing(order, lambda comment: _comment(stage, comment), form)

    def _attached(self, stage: Stage) -> list[Slot]:
        if not self.image:
            return []
        skin = stage.skin
        preview = icon(skin.text("comment_attached", image=self.image), resource_id=skin.id("comment_attached"))
        return [Slot(inset(preview, 40, 10), 130)]

    def _writing(self, stage: Stage) -> Piece:
        skin = stage.skin
        attach = icon_button(
            skin.text("comment_attach"), lambda: self._attach(stage), resource_id=skin.id("comment_attach")
        )
        slots = [
            Slot(inset(attach, 10, 30), 130),
            Slot(inset(entry(self.draft, skin.text("comment_hint"), skin.id("comment_entry"), self._typed), 20)),
        ]
        if self.draft or self.image or skin.dialogs == "sheet":
            slots.append(Slot(inset(self._send_button(stage), 10, 20), 220))
        return row(*slots)

    def _send_button(self, stage: Stage) -> Piece:
        skin = stage.skin
        if skin.dialogs == "box":
            return button(skin.text("comment_send"), lambda: self._send(stage), resource_id=skin.id("comment_send"))
        return icon_button(skin.text("comment_send"), lambda: self._send(stage), resource_id=skin.id("comment_send"))

    def _attach(self, stage: Stage) -> None:
        def take(items: Sequence[MediaItem]) -> None:
            self.image = items[0].digest if items else ""

        stage.show(GalleryScreen(take))

    def _typed(self, draft: str) -> None:
        self.draft = draft

    def _send(self, stage: Stage) -> None:
        if self.draft.strip() or self.image:
            stage.attempt(lambda: self._write(stage))

    def _write(self, stage: Stage) -> None:
        stage.world.comment(stage.me, self.post, self.draft.strip(), self.image)
        self.draft = self.image = ""
        total = len(stage.world.comments.on(self.post))
        if stage.skin.dialogs == "box":
            self.rows.scroll.first = 0
        else:
            self.rows.loaded, self.rows.scroll.first = max(self.rows.loaded, total), total


def _comment(stage: Stage, comment: Comment) -> Piece:
    skin = stage.skin
    lines = [
        Slot(text(skin.text("handle", username=comment.author), resource_id=skin.id("comment_author")), 60),
        Slot(text(comment.text, resource_id=skin.id("comment_text"))),
    ]
    slots = [Slot(inset(icon(f"Photo of {comment.author}"), 20), _ROW), Slot(inset(column(*lines), 10, 20))]
    if comment.image:
        shown = icon(skin.text("comment_attached", image=comment.image), resource_id=skin.id("comment_image"))
        slots.append(Slot(inset(shown, 10), _ROW))
    return row(*slots)
