"""Touches and swipes: they reach the topmost window under the finger, or are gestures of the system."""

from __future__ import annotations

from phonefleet.geometry import Point
from virtual_phones.screen import touch
from virtual_phones.screen.node import Direction, Node
from virtual_phones.windows import layout
from virtual_phones.windows.equipment import BACK_GESTURE, HOME_GESTURE
from virtual_phones.windows.handset import Handset
from virtual_phones.windows.window import Scene


def tap(phone: Handset, x: float, y: float) -> bool:
    """Touch the screen; False only when the point is outside of it."""
    scene, path = _under(phone, Point(int(x), int(y)))
    target = touch.receiver(path, lambda node: node.on_tap is not None or node.on_text is not None)
    if target is not None:
        phone.keyboard.move(target, scene.front, phone.foreground)
        if target.on_tap is not None:
            target.on_tap()
    return 0 <= x < phone.width and 0 <= y < phone.height


def long_tap(phone: Handset, x: float, y: float) -> bool:
    """Touch the screen and stay; a view that knows no long touch takes it for a tap."""
    path = _under(phone, Point(int(x), int(y)))[1]
    target = touch.receiver(path, lambda node: bool(node.on_long_tap or node.on_tap or node.on_text))
    if target is None or target.on_long_tap is None:
        return tap(phone, x, y)
    target.on_long_tap()
    return True


def swipe(phone: Handset, start: Point, end: Point) -> bool:
    """Move a finger; tell whether an app's content moved."""
    direction = touch.direction_of(start, end)
    if direction is None:
        tap(phone, start.x, start.y)
        return False
    if not phone.display_on:
        return False
    if phone.locked or phone.panel is not None:
        return direction == "down" and _swiped_away(phone)
    if _system_gesture(phone, start, direction):
        return False
    target = touch.receiver(_under(phone, start)[1], lambda node: node.on_scroll is not None)
    return target is not None and target.on_scroll is not None and target.on_scroll(direction)


def _under(phone: Handset, point: Point) -> tuple[Scene, list[Node]]:
    scene = layout.scene(phone)
    return scene, scene.path_at(point) if phone.display_on else []


def _swiped_away(phone: Handset) -> bool:
    phone.open_panel(None)
    return phone.dismiss_keyguard()


def _system_gesture(phone: Handset, start: Point, direction: Direction) -> bool:
    """Carry out a gesture of the system (status bar pulled down, or gesture navigation); tell whether it was one."""
    if direction == "up" and start.y < phone.equipment.status_bar:
        phone.open_panel("notifications")
        return True
    if phone.equipment.navigation != "gestures":
        return False
    if direction == "down" and start.y >= phone.height - HOME_GESTURE:
        return phone.press("home")
    at_edge = start.x < BACK_GESTURE or start.x >= phone.width - BACK_GESTURE
    return direction in ("left", "right") and at_edge and phone.press("back")
