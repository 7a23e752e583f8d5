"""The composer: what is published, with which words and sound, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from virtual_phones.sample.layout import Piece, Slot, column, inset, row, space, view
from virtual_phones.sample.screens.bars import titled
from virtual_phones.sample.screens.publishing.gallery import EVERYTHING, GalleryScreen
from virtual_phones.sample.screens.publishing.sounds import SoundsScreen
from virtual_phones.sample.screens.publishing.volume import VolumeDialog
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.uploads import Draft
from virtual_phones.sample.widgets import button, entry, icon_button, picture, text
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world.population import Placement
from virtual_phones.world.sounds import SOUNDS, Sound

MOST = 35
"""How many pictures a post may have."""

_LINE = 150


@dataclass(slots=True)
class ComposerScreen:
    """Everything about one draft. Version 2 proposes a sound for pictures and hides rare choices behind "More"."""

    draft: Draft
    more: bool = False
    activity: str = ".ComposerActivity"

    def body(self, stage: Stage) -> Piece:
        """Return the form."""
        skin, draft = stage.skin, self.draft
        shown = skin.text("compose_preview", count=len(draft.items))
        caption = entry(draft.caption, skin.text("compose_hint"), skin.id("compose_caption"), self._write)
        post = button(skin.text("compose_post"), lambda: self._post(stage), resource_id=skin.id("compose_post"))
        content = column(
            Slot(row(Slot(inset(picture(shown, skin.id("compose_preview"), "#93b7be"), 20)), *self._adder(stage)), 420),
            Slot(inset(caption, 30, 10), 260),
            Slot(self._sound(stage), _LINE),
            *self._places(stage),
            *self._rare(stage),
            Slot(space()),
            Slot(inset(post, 40, 20), 180),
            fill="#ffffff",
        )
        return titled(stage, skin.text("compose_title"), content)

    def _write(self, caption: str) -> None:
        self.draft.caption = caption

    def _adder(self, stage: Stage) -> list[Slot]:
        """Return the button that leads to more pictures; a video stays alone."""
        if self.draft.items[0].kind == "video":
            return []
        chosen = [item.id for item in self.draft.items]
        gallery = GalleryScreen(self._take, frozenset({"image"}), MOST, chosen)
        skin = stage.skin
        adder = icon_button(skin.text("compose_add"), lambda: stage.show(gallery), resource_id=skin.id("compose_add"))
        return [Slot(inset(adder, 30, 120), 240)]

    def _take(self, items: Sequence[MediaItem]) -> None:
        self.draft.items = items or self.draft.items

    def _sound(self, stage: Stage) -> Piece:
        skin, sound = stage.skin, self.draft.sound
        words = skin.text("compose_sound_is", sound=sound.name) if sound else skin.text("compose_sound")
        line = view(
            "android.widget.TextView", text=words, resource_id=skin.id("compose_sound"), clickable=True,
            on_tap=lambda: stage.show(SoundsScreen(lambda picked: self._pick(stage, picked))),
        )  # fmt: skip
        return row(Slot(inset(line, 40, 30)), *(self._about_sound(stage) if sound else ()))

    def _about_sound(self, stage: Stage) -> list[Slot]:
        skin, draft = stage.skin, self.draft
        volume = icon_button(
            skin.text("compose_volume"), lambda: stage.ask(VolumeDialog(draft)), resource_id=skin.id("compose_volume")
        )
        remove = icon_button(
            skin.text("compose_sound_remove"),
            lambda: setattr(draft, "sound", None),
            resource_id=skin.id("compose_sound_remove"),
        )
        return [Slot(inset(each, 15), _LINE) for each in (volume, remove)]

    def _pick(self, stage: Stage, sound: Sound) -> None:
        stage.leave()
        self.draft.sound = sound

    def _places(self, stage: Stage) -> list[Slot]:
        """Return where it may appear; version 1 has asked before."""
        if stage.skin.dialogs == "box":
            return []
        return [Slot(row(*(Slot(self._place(stage, place)) for place in ("reel", "story"))), _LINE)]

    def _place(self, stage: Stage, place: Placement) -> Piece:
        return view(
            "android.widget.RadioButton", text=stage.skin.text(f"compose_{place}"),
            resource_id=stage.skin.id(f"compose_{place}"), checkable=True, clickable=True,
            checked=self.draft.placement == place, on_tap=lambda: setattr(self.draft, "placement", place),
        )  # fmt: skip

    def _rare(self, stage: Stage) -> list[Slot]:
        skin = stage.skin
        if skin.dialogs == "sheet" and not self.more:
            more = text(
                skin.text("compose_more"), resource_id=skin.id("compose_more"), clickable=True,
                on_tap=lambda: setattr(self, "more", True),
            )  # fmt: skip
            return [Slot(inset(more, 40, 20), _LINE)]
        return [Slot(_switch(stage, self.draft, name), _LINE) for name in ("ai_label", "product_link")]

    def _post(self, stage: Stage) -> None:
        stage.attempt(lambda: self._send(stage))

    def _send(self, stage: Stage) -> None:
        stage.uploads.begin(stage.me, self.draft)
        stage.open_tab("me" if stage.skin.dialogs == "box" else "home")


def compose(stage: Stage, items: Sequence[MediaItem], sound: Sound | None = None, place: Placement = "reel") -> None:
    """Show the composer for these pictures or this video."""
    if not items:
        return
    proposed = SOUNDS[4] if stage.skin.dialogs == "sheet" and items[0].kind == "image" else None
    stage.show(ComposerScreen(Draft(items, sound=sound or proposed, placement=place)))


def choose_and_compose(stage: Stage, sound: Sound | None = None, place: Placement = "reel") -> None:
    """Let pictures or a video be chosen in the gallery, then show the composer for them."""
    done: Callable[[Sequence[MediaItem]], None] = lambda items: compose(stage, items, sound, place)  # noqa: E731 - typed
    stage.show(GalleryScreen(done, EVERYTHING, MOST))


def _switch(stage: Stage, draft: Draft, name: str) -> Piece:
    turned_on = bool(getattr(draft, name))
    return view(
        "android.widget.Switch", text=stage.skin.text(f"compose_{name}"), resource_id=stage.skin.id(f"compose_{name}"),
        checkable=True, clickable=True, checked=turned_on, on_tap=lambda: setattr(draft, name, not turned_on),
    )  # fmt: skip
