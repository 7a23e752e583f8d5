"""Touches, keys and text of a person on a phone that was taken over, from outside of its lane.

The uiautomator server is used if it runs; where it does not, Android's own `input` command is. A touch, a key or a text
is never sent twice. This module does not know who may do this: whoever calls it has asked the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from types import MappingProxyType
from typing import Final, Literal

from phonefleet.clock import Clock
from phonefleet.device.adb.transport import FastAdbDevice
from phonefleet.device.adb.tunnels import ServerAddress
from phonefleet.device.passive import NoServer, PassiveAdb, call_server
from phonefleet.device.sessions.pictures import NO_PICTURE
from phonefleet.device.shell.system import System
from phonefleet.errors import AutomationDown, ShellFailed
from phonefleet.geometry import Point
from phonefleet.pictures import opened
from phonefleet.words import say

INPUT_LIMIT: Final = timedelta(seconds=15)
"""The timeout of one input; the longest swipe takes 5 s."""

HandKey = Literal[
    "back", "home", "recents", "enter", "delete", "menu", "power", "wake", "tab", "left", "right", "up", "down",
    "volume_up", "volume_down",
]  # fmt: skip

_CODES: Final[Mapping[HandKey, int]] = MappingProxyType(
    {
        "back": 4, "home": 3, "recents": 187, "enter": 66, "delete": 67, "menu": 82, "power": 26, "wake": 224,
        "tab": 61, "left": 21, "right": 22, "up": 19, "down": 20, "volume_up": 24, "volume_down": 25,
    }
)  # fmt: skip
"""Key codes of android.view.KeyEvent."""

_STEP: Final = timedelta(milliseconds=5)
"""How long a step of the server's `swipe` takes (UiDevice.swipe of androidx.test.uiautomator)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the screen as fractions of its width and height, as the display is held: 0, 0 is its upper left."""

    x: float
    y: float

    def on(self, width: int, height: int) -> Point:
        """Return the pixel of a display of this size."""
        return Point(min(int(self.x * width), width - 1), min(int(self.y * height), height - 1))


class Hand:
    """Inputs on the phones of one adb server. Thread-safe.

        hand = Hand(5037)
        hand.tap("R58M123ABC", Spot(0.5, 0.5))
        hand.type_text("R58M123ABC", "123456")

    Every method raises `DeviceOffline`, `DeviceFrozen` or another `PhonefleetError` with a sentence for a person.
    """

    def __init__(self, server: ServerAddress, clock: Clock | None = None, limit: timedelta = INPUT_LIMIT) -> None:
        self._adb = PassiveAdb(server, limit, clock)

    def tap(self, serial: str, spot: Spot, hold: timedelta = timedelta(0)) -> None:
        """Touch the screen once; with `hold`, for so long."""
        with self._adb.open(serial) as device:
            point, lasts = spot.on(*display_of(device)), _milliseconds(hold)
            held = ("swipe", point.x, point.y, point.x, point.y, lasts)
            _act(
                lambda: call_server(device, "click", point.x, point.y, *([lasts] if lasts else [])),
                lambda: _input(device, *(held if lasts else ("tap", point.x, point.y))),
            )

    def swipe(self, serial: str, start: Spot, end: Spot, lasts: timedelta) -> None:
        """Move a finger from one place to another."""
        with self._adb.open(serial) as device:
            size = display_of(device)
            first, last = start.on(*size), end.on(*size)
            steps = max(2, lasts // _STEP)
            _act(
                lambda: call_server(device, "swipe", first.x, first.y, last.x, last.y, steps),
                lambda: _input(device, "swipe", first.x, first.y, last.x, last.y, _milliseconds(lasts)),
            )

    def press(self, serial: str, key: HandKey) -> None:
        """Press a key."""
        with self._adb.open(serial) as device:
            _act(
                lambda: call_server(device, "pressKeyCode", _CODES[key]),
                lambda: _input(device, "keyevent", _CODES[key]),
            )

    def type_text(self, serial: str, text: str) -> None:
        """Type a text where the cursor is.

        Plain ASCII is typed as keys, which every field takes; anything else goes through the clipboard, which is
        emptied afterwards.

        Raises:
            AutomationDown: the text needs the clipboard, and the automation server does not run.

        """
        with self._adb.open(serial) as device:
            if _is_plain(text):
                _type_plain(device, text)
                return
            call_server(device, "setClipboard", None, text)
            try:
                call_server(device, "pasteClipboard")
            finally:
                call_server(device, "setClipboard", None, "")


def _type_plain(device: FastAdbDevice, text: str) -> None:
    """Type printable ASCII. Errors do not repeat what was typed, because it may be a secret."""
    try:
        _input(device, "text", text.replace(" ", "%s"))
    except ShellFailed:
        message = say(
            "device.phone_did_not_take_text", "{serial}: the phone did not take the text.", serial=device.serial
        )
        raise AutomationDown(message) from None


def _is_plain(text: str) -> bool:
    """Tell whether Android's `input text` types a text as it is: it takes %s for a space, and knows ASCII only."""
    return all(" " <= character <= "~" for character in text) and "%s" not in text


def _act(by_server: Callable[[], object], by_shell: Callable[[], object]) -> None:
    try:
        by_server()
    except NoServer:  # then nothing was sent
        by_shell()


def _input(device: FastAdbDevice, *args: object) -> None:
    System(device).run(["input", *(str(arg) for arg in args)])


def display_of(device: FastAdbDevice) -> tuple[int, int]:
    """Return width and height of the display in pixels, as it is held."""
    try:
        info = call_server(device, "deviceInfo")
        return int(info["displayWidth"]), int(info["displayHeight"])
    except (NoServer, KeyError, TypeError):
        return _measured(device)


def _measured(device: FastAdbDevice) -> tuple[int, int]:
    """Return the size of the display from a picture, which every Android version makes as the display is held."""
    try:
        with opened(BytesIO(System(device).screencap())) as image:
            return image.size
    except NO_PICTURE as error:
        message = say(
            "device.phone_does_not_tell_how",
            "{serial}: the phone does not tell how large its display is.",
            serial=device.serial,
        )
        raise AutomationDown(message) from error


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
