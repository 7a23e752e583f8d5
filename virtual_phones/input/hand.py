"""A person's hand: touches and keys that the kernel of the phone reports, before they do what they do."""

from __future__ import annotations

from typing import Protocol

from phonefleet.geometry import Point, Rect
from virtual_phones.input.kernel import HIGHEST, KernelInput
from virtual_phones.windows.window import Scene

KEYS = {
    "back": "KEY_BACK", "home": "KEY_HOMEPAGE", "recent": "KEY_APPSELECT", "enter": "KEY_ENTER", "power": "KEY_POWER",
    "volume_up": "KEY_VOLUMEUP", "volume_down": "KEY_VOLUMEDOWN",
}  # fmt: skip
"""The keys that a phone may have beside its screen, by their names and the kernel's."""

_STEPS = 8
"""Events of a finger that moves; a phone reports some hundred a second."""


class Held(Protocol):
    """A phone that somebody holds; `virtual_phones.phone.VirtualPhone` is one."""

    kernel: KernelInput

    @property
    def rotation(self) -> int:
        """Quarter turns to the left of the natural position, 0 to 3."""
        ...

    @property
    def display(self) -> Rect:
        """The whole display as it is held."""
        ...

    def scene(self) -> Scene:
        """Return what is on the displays now."""
        ...

    def tap(self, x: float, y: float) -> bool:
        """Touch the screen."""
        ...

    def swipe(self, x1: float, y1: float, x2: float, y2: float) -> bool:
        """Move a finger."""
        ...

    def press(self, key: str | int) -> bool:
        """Press a key."""
        ...

    def type_text(self, text: str) -> bool:
        """Append to the focused view's text."""
        ...


def tap(phone: Held, at: Point) -> None:
    """Touch the screen once, at a point in pixels of the display as it is held."""
    phone.kernel.stroke([_position(phone, at)])
    phone.tap(at.x, at.y)


def swipe(phone: Held, start: Point, end: Point) -> None:
    """Move a finger from one point to another."""
    way = [
        Point(start.x + (end.x - start.x) * step // _STEPS, start.y + (end.y - start.y) * step // _STEPS)
        for step in range(_STEPS + 1)
    ]
    phone.kernel.stroke([_position(phone, point) for point in way])
    phone.swipe(start.x, start.y, end.x, end.y)


def press(phone: Held, key: str) -> None:
    """Press a key of the phone's body.

    Raises:
        KeyError: it has no such key.

    """
    phone.kernel.key(KEYS[key])
    phone.press(key)


def write(phone: Held, text: str) -> bool:
    """Type on the keyboard of the screen, character by character; False when none is there."""
    keyboard = next((window.root.bounds for window in phone.scene().windows if window.kind == "keyboard"), None)
    if keyboard is None:
        return False
    for character in text:
        phone.kernel.stroke([_position(phone, keyboard.center)])
        phone.type_text(character)
    return True


def _position(phone: Held, point: Point) -> tuple[int, int]:
    """Return a point in units of the touch screen, which does not turn with the display."""
    x, y = point.x / phone.display.width, point.y / phone.display.height
    across, down = ((x, y), (1 - y, x), (1 - x, 1 - y), (y, 1 - x))[phone.rotation % 4]
    return _unit(across), _unit(down)


def _unit(share: float) -> int:
    return min(HIGHEST, max(0, round(share * (HIGHEST + 1))))
