"""What each key does to a phone: hardware keys, injected key codes, and keys of the keyboard on the screen."""

from __future__ import annotations

from typing import Protocol

from virtual_phones.apps.app import App
from virtual_phones.apps.home import Panel
from virtual_phones.input import keys
from virtual_phones.screen.focus import Focus
from virtual_phones.screen.node import Node


class KeyTarget(Protocol):
    """A phone, as far as keys act on it; `virtual_phones.phone.VirtualPhone` is one."""

    display_on: bool
    clipboard: str | None
    keyboard: Focus
    panel: Panel | None

    @property
    def locked(self) -> bool:
        """Whether the keyguard shows."""
        ...

    @property
    def front(self) -> App | None:
        """The running app on the screen."""
        ...

    @property
    def focused_node(self) -> Node | None:
        """The editable view that has the keyboard."""
        ...

    def wake(self) -> None:
        """Switch the display on; the keyguard stays."""
        ...

    def sleep(self) -> None:
        """Switch the display off."""
        ...

    def dismiss_keyguard(self) -> bool:
        """Unlock the phone unless a person must do it; tell whether it is unlocked."""
        ...

    def go_home(self) -> None:
        """Show the launcher."""
        ...

    def open_panel(self, panel: Panel | None) -> None:
        """Pull down a panel of the system, or (None) close it."""
        ...

    def type_text(self, text: str) -> bool:
        """Append to the focused view's text; False when no view has the keyboard."""
        ...

    def set_text(self, node: Node, text: str) -> bool:
        """Make `text` the whole content of an editable view; False for any other view."""
        ...

    def enter(self) -> bool:
        """Press the keyboard's action key; False when the focused view has none."""
        ...


def press(phone: KeyTarget, code: int) -> None:
    """Press a key: power keys always work, all others need a display that is on and unlocked."""
    match code:
        case keys.POWER:
            phone.sleep() if phone.display_on else phone.wake()
        case keys.WAKEUP:
            phone.wake()
        case keys.SLEEP:
            phone.sleep()
        case keys.MENU:
            phone.dismiss_keyguard()
        case _ if phone.display_on and not phone.locked:
            _press_unlocked(phone, code)
        case _:
            pass


def strike(phone: KeyTarget, label: str) -> None:
    """Touch a key of the keyboard on the screen, by what it says."""
    match label:
        case "Delete":
            _erase(phone)
        case "Search" | "Done":
            phone.enter()
        case _:
            phone.type_text(" " if label == "Space" else label)


def _press_unlocked(phone: KeyTarget, code: int) -> None:
    match code:
        case keys.HOME | keys.RECENT:
            phone.go_home()
        case keys.BACK:
            _back(phone)
        case keys.ENTER | keys.CENTER | keys.SEARCH:
            phone.enter()
        case keys.DELETE:
            _erase(phone)
        case keys.PASTE:
            phone.type_text(phone.clipboard or "")
        case _:
            phone.type_text(keys.character_of(code) or "")


def _back(phone: KeyTarget) -> None:
    if phone.panel is not None:
        phone.open_panel(None)
    elif phone.focused_node is not None and phone.keyboard.shown:
        phone.keyboard.put_away()
    elif (app := phone.front) is not None and not app.back():
        phone.go_home()


def _erase(phone: KeyTarget) -> None:
    if (node := phone.focused_node) is not None:
        phone.set_text(node, node.text[:-1])
