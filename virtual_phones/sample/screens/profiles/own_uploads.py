"""On one's own profile: what is being uploaded, what could not be, and how much is in the story."""

from __future__ import annotations

from virtual_phones.sample.layout import Piece, Slot, column, inset, row
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.uploads import Upload
from virtual_phones.sample.widgets import button, text

_LINE = 110


def upload_lines(stage: Stage) -> list[Slot]:
    """Return a line for each upload of the active account, and one for its story."""
    skin = stage.skin
    slots = [Slot(_line(stage, upload), _LINE) for upload in stage.uploads.of(stage.me)]
    if stories := stage.world.stories_of(stage.me):
        words = skin.text("story_count", count=len(stories))
        slots.append(Slot(inset(text(words, resource_id=skin.id("story_count")), 40, 20), _LINE))
    return slots


def _line(stage: Stage, upload: Upload) -> Piece:
    skin = stage.skin
    if upload.state == "going":
        words = skin.text("upload_going", percent=upload.percent)
        return column(Slot(inset(text(words, resource_id=skin.id("upload_going")), 40, 20)))
    notice = text(skin.text("upload_failed"), resource_id=skin.id("upload_failed"))
    discard = button(
        skin.text("upload_discard"), lambda: stage.uploads.discard(upload), resource_id=skin.id("upload_discard")
    )
    return row(Slot(inset(notice, 40, 20)), Slot(inset(discard, 10), 300))
