"""The interfaces (Protocols) between the sample app, its screens and its dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from virtual_phones.sample.layout import Piece
from virtual_phones.sample.manners import Manners
from virtual_phones.sample.skins import Skin, Tab
from virtual_phones.sample.uploads import Uploads
from virtual_phones.system.media_store import MediaItem
from virtual_phones.world import World

Effect = Literal["none", "refuse", "grant", "end"]
"""What the button of a system dialog does: a permission is refused or granted, or the app's process ends."""


class Stage(Protocol):
    """The running app, as a screen sees it: what to show, for whom, and how to go elsewhere."""

    @property
    def world(self) -> World:
        """Everything that can be shown."""
        ...

    @property
    def skin(self) -> Skin:
        """How it is shown."""
        ...

    @property
    def manners(self) -> Manners:
        """How hard it is to read."""
        ...

    @property
    def language(self) -> str:
        """The language of the phone's system, as two letters."""
        ...

    @property
    def me(self) -> str:
        """The active account."""
        ...

    @property
    def accounts(self) -> Sequence[str]:
        """The accounts signed in on this phone."""
        ...

    @property
    def media(self) -> Sequence[MediaItem]:
        """The phone's pictures and videos, newest first."""
        ...

    @property
    def uploads(self) -> Uploads:
        """What is on its way."""
        ...

    def leave(self) -> None:
        """Return to the screen before the present one."""
        ...

    def open_tab(self, tab: Tab) -> None:
        """Show the first screen of a tab."""
        ...

    def show(self, screen: Screen) -> None:
        """Show a screen over the present one; Back returns."""
        ...

    def ask(self, dialog: Dialog) -> None:
        """Show a dialog over the screen."""
        ...

    def close(self, dialog: Dialog) -> None:
        """Take a dialog away."""
        ...

    def fade(self, dialog: Dialog, after: Callable[[], None] | None = None) -> None:
        """Take a dialog away that fades: it shows once more, without taking touches; then `after` is called."""
        ...

    def is_fading(self, dialog: Dialog) -> bool:
        """Tell whether a dialog was answered and only still shows."""
        ...

    def answered(self, button: str, effect: Effect) -> None:
        """Take note of which button of a system dialog was touched."""
        ...

    def attempt(self, action: Callable[[], None]) -> None:
        """Do something to the world, unless the app blocks it."""
        ...

    def switch(self, username: str) -> None:
        """Make another signed-in account the active one and start anew."""
        ...

    def answer_challenge(self) -> None:
        """End the verification: a person has answered it."""
        ...

    def crash(self) -> None:
        """End the process."""
        ...

    def say(self, text: str) -> None:
        """Show a toast."""
        ...


class Screen(Protocol):
    """One screen; it keeps what belongs to it, such as how far its list is scrolled."""

    activity: str

    def body(self, stage: Stage) -> Piece:
        """Return the screen between the display's top and the bottom bar."""
        ...


class Dialog(Protocol):
    """Something that lies over the screen and takes all touches."""

    cancelable: bool
    """Whether Back and a touch beside it close it."""

    @property
    def package(self) -> str:
        """Whose window it is: the app's, or one of the system's."""
        ...

    def panel(self, stage: Stage) -> Piece:
        """Return the dialog, placed on the whole display."""
        ...
