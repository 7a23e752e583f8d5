"""The ways to share a post; each of them counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from virtual_phones.sample.dialogs import choices, panel
from virtual_phones.sample.layout import Piece
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button


@dataclass(eq=False, slots=True)
class ShareSheet:
    """Offers to copy a post's link, or to add the post to one's story."""

    post: str
    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the ways, and a way out."""
        skin = stage.skin
        return panel(
            stage,
            "share_sheet",
            *choices(
                stage,
                button(skin.text("share_link"), lambda: self._share(stage, "link"), resource_id=skin.id("share_link")),
                button(
                    skin.text("share_story"), lambda: self._share(stage, "story"), resource_id=skin.id("share_story")
                ),
                button(skin.text("share_cancel"), lambda: stage.close(self), resource_id=skin.id("share_cancel")),
            ),
        )

    def _share(self, stage: Stage, way: Literal["link", "story"]) -> None:
        stage.close(self)
        stage.attempt(lambda: stage.world.reactions.share(stage.me, self.post, way))
        stage.say(stage.skin.text("shared"))
