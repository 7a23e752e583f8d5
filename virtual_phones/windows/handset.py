"""The interface (Protocol) of a phone for the code that lays out its screen and carries out touches."""

from __future__ import annotations

from typing import Protocol

from phonefleet.clock import Clock
from phonefleet.geometry import Rect
from virtual_phones.apps import home
from virtual_phones.apps.app import App
from virtual_phones.screen.focus import Focus
from virtual_phones.windows.equipment import Equipment


class Handset(Protocol):
    """A virtual phone, as its screen sees it; `virtual_phones.phone.VirtualPhone` is one."""

    clock: Clock
    apps: dict[str, App]
    keyboard: Focus
    equipment: Equipment
    display_on: bool
    panel: home.Panel | None

    @property
    def locked(self) -> bool:
        """Whether the keyguard shows."""
        ...

    @property
    def rotation(self) -> int:
        """Quarter turns to the left of the natural position, 0 to 3."""
        ...

    @property
    def width(self) -> int:
        """Width of the display as it is held, in pixels."""
        ...

    @property
    def height(self) -> int:
        """Height of the display as it is held, in pixels."""
        ...

    @property
    def display(self) -> Rect:
        """The whole display as it is held."""
        ...

    @property
    def front(self) -> App | None:
        """The running app on the screen."""
        ...

    @property
    def foreground(self) -> tuple[str, str]:
        """Package and activity of the focused window."""
        ...

    @property
    def input_method(self) -> str:
        """The input method whose keyboard comes."""
        ...

    def start_app(self, package: str) -> bool:
        """Bring an app to the front."""
        ...

    def open_panel(self, panel: home.Panel | None) -> None:
        """Pull down the notification shade, or close it."""
        ...

    def dismiss_keyguard(self) -> bool:
        """Unlock the phone unless a person must do it."""
        ...

    def press(self, key: str | int) -> bool:
        """Press a key."""
        ...

    def strike(self, label: str) -> None:
        """Touch a key of the keyboard on the screen."""
        ...
