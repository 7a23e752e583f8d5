"""Posts on their way: an upload goes on in the background, whatever the app shows, and ends by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from virtual_phones.faults import Faults
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world import Details, World
from virtual_phones.world.population import Placement
from virtual_phones.world.sounds import Sound

LOUDEST = 100
_STEPS = 6
"""How many layouts of the app an upload takes: time is counted in these, so that no test has to wait."""


@dataclass(slots=True)
class Draft:
    """What is to be published; volumes in percent."""

    items: Sequence[MediaItem]
    caption: str = ""
    sound: Sound | None = None
    origin_volume: int = LOUDEST
    sound_volume: int = LOUDEST
    placement: Placement = "reel"
    ai_label: bool = False
    product_link: bool = False

    def details(self) -> Details:
        """Return what the world keeps of it, beside what it shows."""
        return Details(
            files=",".join(item.digest for item in self.items),
            sound=self.sound.name if self.sound else "",
            origin_volume=str(self.origin_volume) if self.sound else "",
            sound_volume=str(self.sound_volume) if self.sound else "",
            placement=self.placement,
            ai_label="true" if self.ai_label else "",
            product_link="true" if self.product_link else "",
        )


@dataclass(slots=True, eq=False)
class Upload:
    """One post on its way, or one that broke off."""

    author: str
    draft: Draft
    breaks: bool
    done: int = 0
    state: Literal["going", "failed"] = "going"

    @property
    def percent(self) -> int:
        """How much of it is there."""
        return 100 * self.done // _STEPS


@dataclass(slots=True)
class Uploads:
    """The uploads of one installation; they outlive the app's process, as a system's background work does."""

    world: World
    faults: Faults
    _waiting: list[Upload] = field(default_factory=list[Upload])

    def begin(self, author: str, draft: Draft) -> None:
        """Send a post on its way."""
        self._waiting.append(Upload(author, draft, breaks=self.faults.draw("upload") is not None))

    def of(self, author: str) -> list[Upload]:
        """Return what an account has on its way."""
        return [upload for upload in self._waiting if upload.author == author]

    def discard(self, upload: Upload) -> None:
        """Forget an upload that has failed."""
        self._waiting.remove(upload)

    def advance(self) -> None:
        """Let one step of time pass for all uploads."""
        for upload in [upload for upload in self._waiting if upload.state == "going"]:
            upload.done += 1
            if upload.breaks and upload.done > _STEPS // 2:
                upload.state = "failed"
            elif upload.done == _STEPS:
                self._waiting.remove(upload)
                self._publish(upload)

    def _publish(self, upload: Upload) -> None:
        media = "video" if upload.draft.items[0].kind == "video" else "image"
        self.world.publish(upload.author, upload.draft.caption, media, upload.draft.details())
