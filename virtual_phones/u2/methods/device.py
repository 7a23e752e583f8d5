"""JSON-RPC methods for the phone as a whole: what it is, its keys, its display, its panels and toasts."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones.screen import drawing, hierarchy
from virtual_phones.u2.automator import Automator
from virtual_phones.u2.protocol.registry import Family

device = Family()

KEYS: Mapping[str, int] = MappingProxyType(
    {
        "home": 3, "back": 4, "left": 21, "right": 22, "up": 19, "down": 20, "center": 23, "menu": 82, "search": 84,
        "enter": 66, "delete": 67, "del": 67, "recent": 187, "volume_up": 24, "volume_down": 25, "volume_mute": 164,
        "camera": 27, "power": 26,
    }
)  # fmt: skip
"""The names that `pressKey` knows."""

_ANSWERED_BY_A_CHANGE = ("home", "back", "menu")
"""Keys after which the server waits for a change of the screen, and answers whether one came."""

_ROTATIONS = {"natural": 0, "n": 0, "left": 1, "l": 1, "right": 3, "r": 3}
_BASELINE_DENSITY = 160
"""Dots per inch at which a dp is a pixel."""


@device.method("ping", "")
def ping(_automator: Automator) -> str:
    """Answer."""
    return "pong"


@device.method("deviceInfo", "")
def device_info(automator: Automator) -> dict[str, object]:
    """Return what the phone is and shows; the package is that of the active window."""
    phone = automator.phone
    density = int(phone.properties.get("ro.sf.lcd_density", _BASELINE_DENSITY))
    return {
        "currentPackageName": automator.package,
        "displayHeight": phone.height,
        "displayRotation": phone.rotation,
        "displaySizeDpX": round(phone.width * _BASELINE_DENSITY / density),
        "displaySizeDpY": round(phone.height * _BASELINE_DENSITY / density),
        "displayWidth": phone.width,
        "naturalOrientation": phone.rotation in (0, 2),
        "productName": phone.properties.get("ro.product.name", ""),
        "screenOn": phone.display_on,
        "sdkInt": int(phone.properties.get("ro.build.version.sdk", "34")),
    }


@device.method("dumpWindowHierarchy", "boolean", "boolean, int", "boolean, int, boolean")
def dump_window_hierarchy(
    automator: Automator,
    compressed: bool = False,
    depth: int | None = None,
    root_in_active: bool | None = None,
) -> str:
    """Return the roots of all windows of all displays as XML, or that of the active window alone."""
    phone = automator.phone
    return hierarchy.dump_windows(
        [(window.root, window.display) for window in phone.windows() if window.active or not root_in_active],
        automator.screen,
        rotation=phone.rotation,
        compressed=compressed,
        max_depth=50 if depth is None else depth,
    )


@device.method("takeScreenshot", "float, int")
async def take_screenshot(automator: Automator, scale: float = 1, quality: int = 80) -> str:
    """Return the screen as JPEG in Base64; it is compressed beside the event loop."""
    picture = automator.phone.picture(scale if 0 < scale <= 1 else 1)
    data = await asyncio.to_thread(drawing.to_jpeg, picture, quality)
    return base64.b64encode(data).decode()


@device.method("takeScreenshot", "String, float, int")
async def store_screenshot(automator: Automator, name: str, scale: float, _quality: int) -> str:
    """Put the screen as PNG into a file of the server's own, and return its path."""
    path = f"/data/user_de/0/com.android.shell/files/{name}"
    modified = int(automator.phone.clock.now().timestamp())
    automator.phone.files.write(path, await screenshot(automator, scale), modified=modified)
    return path


async def screenshot(automator: Automator, scale: float) -> bytes:
    """Return the screen as PNG."""
    return await asyncio.to_thread(drawing.to_png, automator.phone.picture(scale))


@device.method("pressKey", "String")
def press_key(automator: Automator, name: str) -> bool:
    """Press a key by its name; False for any other name, and for a key that should change the screen and does not."""
    code = KEYS.get(name.lower())
    if code is None:
        return False
    if name.lower() in _ANSWERED_BY_A_CHANGE:
        return automator.changes(lambda: automator.phone.press(code))
    return press_key_code(automator, code)


@device.method("pressKeyCode", "int", "int, int")
def press_key_code(automator: Automator, code: int, _meta: int = 0) -> bool:
    """Press a key by its code; Android takes every code, whether or not it means anything."""
    automator.phone.press(code)
    return True


@device.method("wakeUp", "")
def wake_up(automator: Automator) -> None:
    """Switch the display on."""
    automator.phone.wake()


@device.method("sleep", "")
def sleep(automator: Automator) -> None:
    """Switch the display off."""
    automator.phone.sleep()


@device.method("isScreenOn", "")
def is_screen_on(automator: Automator) -> bool:
    """Tell whether the display is on."""
    return automator.phone.display_on


@device.method("setOrientation", "String")
def set_orientation(automator: Automator, name: str) -> None:
    """Turn the phone to "natural", "left" or "right", or their first letters, and keep it there; else do nothing."""
    rotation = _ROTATIONS.get(name.lower())
    if rotation is not None:
        automator.phone.rotation = rotation
        freeze_rotation(automator, frozen=True)


@device.method("freezeRotation", "boolean")
def freeze_rotation(automator: Automator, frozen: bool) -> None:
    """Hold the screen's rotation, or let it follow the sensor: an upright phone shows the natural one."""
    settings = automator.phone.settings
    settings["system", "accelerometer_rotation"] = "0" if frozen else "1"
    if not frozen:
        automator.phone.rotation = 0
    settings["system", "user_rotation"] = str(automator.phone.rotation)


@device.method("openNotification", "")
def open_notification(automator: Automator) -> bool:
    """Pull down the notification shade."""
    automator.phone.open_panel("notifications")
    return True


@device.method("openQuickSettings", "")
def open_quick_settings(automator: Automator) -> bool:
    """Pull down the quick settings."""
    automator.phone.open_panel("quick_settings")
    return True


@device.method("waitForIdle", "long")
def wait_for_idle(_automator: Automator, _milliseconds: int) -> None:
    """Return at once: what a virtual phone does is done when its call returns."""


@device.method("getLastToast", "")
def get_last_toast(automator: Automator) -> str | None:
    """Return the last toast that was seen since it was cleared."""
    automator.notice_toast()
    return automator.last_toast


@device.method("clearLastToast", "")
def clear_last_toast(automator: Automator) -> None:
    """Forget the last toast, also when it still shows."""
    automator.notice_toast()
    automator.last_toast = None


@device.method("getLastTraversedText", "")
def get_last_traversed_text(_automator: Automator) -> str | None:
    """Return nothing, as on every phone: the server's listener for toasts has taken the place of the one for this."""
    return None


@device.method("clearLastTraversedText", "")
def clear_last_traversed_text(_automator: Automator) -> None:
    """Do nothing."""
