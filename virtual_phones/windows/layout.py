"""Lays out what a phone shows: the app or system screen in front, between the bars, and all windows around it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from phonefleet.geometry import Rect
from virtual_phones.apps import home
from virtual_phones.apps.app import App, Fitted
from virtual_phones.screen.hierarchy import is_modal
from virtual_phones.screen.node import Node
from virtual_phones.windows.bars import navigation_bar, overlays, status_bar
from virtual_phones.windows.cover import cover_windows
from virtual_phones.windows.handset import Handset
from virtual_phones.windows.keyboard import keyboard, keyboard_area
from virtual_phones.windows.window import Scene, Window


def scene(phone: Handset) -> Scene:
    """Return what the phone shows now, from the lowest window to the topmost."""
    front, field = _settled(phone)
    windows = itertools.chain(
        _front_windows(phone, front), _keyboard(phone, field), _bars(phone), _second_display(phone)
    )
    return Scene(front, field, tuple(windows))


def _settled(phone: Handset) -> tuple[Node, Node | None]:
    """Return the tree in front and its field that has the keyboard, laid out around the keyboard as it is now."""
    front, field, changed = _laid_out_once(phone)
    if changed:
        front, field, _ = _laid_out_once(phone)
    return front, field


def _laid_out_once(phone: Handset) -> tuple[Node, Node | None, bool]:
    """Lay the screen out; tell also whether the keyboard has come or gone by that."""
    front = _tree(phone)
    field = phone.keyboard.find(front, phone.foreground)
    return front, field, phone.keyboard.changes(field, possible=_takes_keys(phone))


def _takes_keys(phone: Handset) -> bool:
    return phone.front is not None and not phone.locked and phone.panel is None


def _tree(phone: Handset) -> Node:
    if phone.locked:
        return home.keyguard(phone.width, phone.height)
    if phone.panel is not None:
        return home.shade(phone.width, phone.height, phone.panel)
    app = phone.front
    if app is None:
        return home.home_screen(phone.width, phone.height, list(phone.apps.values()), phone.start_app)
    return _between_bars(phone, app) if isinstance(app, Fitted) else app.tree(phone.width, phone.height)


def _between_bars(phone: Handset, app: App) -> Node:
    """Lay an app out in the part that the bars leave free, and the keyboard where the app makes room for it."""
    display, area = phone.display, phone.equipment.free(phone.display, phone.rotation)
    if phone.keyboard.shown and isinstance(app, Fitted) and app.soft_input == "resize":
        area = Rect(area.left, area.top, area.right, keyboard_area(area, display, phone.input_method).top)
    root = app.tree(area.width, area.height)
    whole = [root, *(child for child in root.children if is_modal(child, root))]
    for node in root.walk():
        edges = node.bounds
        node.bounds = Rect(
            edges.left + area.left, edges.top + area.top, edges.right + area.left, edges.bottom + area.top
        )
    for node in whole:
        node.bounds = display
    return root


def _front_windows(phone: Handset, front: Node) -> Iterator[Window]:
    """Yield the window in front; of an app with a dialog only the dialog's, which hides what is behind from view."""
    dialog = next((child for child in reversed(front.children) if is_modal(child, front)), None)
    if dialog is None:
        yield Window("app" if _takes_keys(phone) else "system", front, active=True)
        return
    root = dialog.children[0] if len(dialog.children) == 1 else dialog
    yield Window("dialog", root, active=True, touchable=not dialog.fading, outside=dialog)


def _keyboard(phone: Handset, field: Node | None) -> Iterator[Window]:
    if not phone.keyboard.shown or field is None:
        return
    area = keyboard_area(phone.equipment.free(phone.display, phone.rotation), phone.display, phone.input_method)
    action = "Search" if field.on_enter is not None else "Done"
    yield keyboard(area, phone.input_method, action, phone.strike)


def _bars(phone: Handset) -> Iterator[Window]:
    equipment, clock = phone.equipment, _clock(phone)
    yield status_bar(equipment, phone.width, clock)
    if not phone.locked:
        yield navigation_bar(equipment, equipment.navigation_bar(phone.display, phone.rotation), phone.press)
    yield from overlays(equipment, phone.width, phone.height)


def _second_display(phone: Handset) -> Iterator[Window]:
    return cover_windows(_clock(phone)) if phone.equipment.second_display else iter(())


def _clock(phone: Handset) -> str:
    return f"{phone.clock.now():%H:%M}"
