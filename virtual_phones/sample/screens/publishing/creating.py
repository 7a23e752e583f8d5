"""Where a post is begun: the app's button, what is shared with the app, and a sound's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from virtual_phones.sample.dialogs import choices, panel
from virtual_phones.sample.layout import Piece, Slot, inset
from virtual_phones.sample.screens.publishing.composer import choose_and_compose, compose
from virtual_phones.sample.screens.publishing.sounds import SoundScreen, SoundsScreen
from virtual_phones.sample.skins import PACKAGE
from virtual_phones.sample.stage import Stage
from virtual_phones.sample.widgets import button, icon_button, text
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world.population import Placement
from virtual_phones.world.sounds import SOUNDS, Sound


@dataclass(eq=False, slots=True)
class PlacementDialog:
    """Asks where a new post is to appear."""

    go_on: Callable[[Placement], None]
    cancelable: bool = True
    package: str = PACKAGE

    def panel(self, stage: Stage) -> Piece:
        """Return the question with its answers."""
        skin = stage.skin
        answers = [
            button(skin.text(f"create_{place}"), self._answering(stage, place), resource_id=skin.id(f"create_{place}"))
            for place in ("reel", "story")
        ]
        title = text(skin.text("create_title"), resource_id=skin.id("create_title"))
        return panel(stage, "create_panel", Slot(inset(title, 40), 160), *choices(stage, *answers))

    def _answering(self, stage: Stage, place: Placement) -> Callable[[], None]:
        def answer() -> None:
            stage.close(self)
            self.go_on(place)

        return answer


def create_button(stage: Stage) -> Piece:
    """Return the button that begins a post."""
    skin = stage.skin
    return icon_button(skin.text("create"), lambda: begin(stage), resource_id=skin.id("create"))


def begin(stage: Stage) -> None:
    """Begin a post with the app's own button."""
    _ask_where(stage, lambda place: choose_and_compose(stage, place=place))


def begin_with(stage: Stage, item: MediaItem) -> None:
    """Begin a post with what another app has shared."""
    _ask_where(stage, lambda place: compose(stage, [item], place=place))


def sounds_button(stage: Stage) -> Piece:
    """Return the button that leads to the sounds."""
    skin = stage.skin
    sounds = SoundsScreen(lambda sound: stage.show(SoundScreen(sound, _use)))
    return icon_button(skin.text("sounds"), lambda: stage.show(sounds), resource_id=skin.id("sounds"))


def page_of_sound(name: str) -> SoundScreen | SoundsScreen:
    """Return the page of the sound with a name, else the sounds with nothing found."""
    found = next((sound for sound in SOUNDS if sound.name == name), None)
    return SoundsScreen(lambda _: None, query=name) if found is None else SoundScreen(found, _use)


def _use(stage: Stage, sound: Sound) -> None:
    _ask_where(stage, lambda place: choose_and_compose(stage, sound, place))


def _ask_where(stage: Stage, go_on: Callable[[Placement], None]) -> None:
    """Ask at once in version 1; version 2 asks in the composer."""
    if stage.skin.dialogs == "box":
        stage.ask(PlacementDialog(go_on))
    else:
        go_on("reel")
