"""What each key does to a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virtual_phones import keys

if TYPE_CHECKING:
    from virtual_phones.phone import VirtualPhone


def press(phone: VirtualPhone, code: int) -> None:
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


def strike(phone: VirtualPhone, label: str) -> None:
    """Touch a key of the keyboard on the screen, by what it says."""
    match label:
        case "Delete":
            _erase(phone)
        case "Search" | "Done":
            phone.enter()
        case _:
            phone.type_text(" " if label == "Space" else label)


def _press_unlocked(phone: VirtualPhone, code: int) -> None:
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


def _back(phone: VirtualPhone) -> None:
    if phone.panel is not None:
        phone.open_panel(None)
    elif phone.focused_node is not None and phone.keyboard.shown:
        phone.keyboard.put_away()
    elif (app := phone.front) is not None and not app.back():
        phone.go_home()


def _erase(phone: VirtualPhone) -> None:
    if (node := phone.focused_node) is not None:
        phone.set_text(node, node.text[:-1])
