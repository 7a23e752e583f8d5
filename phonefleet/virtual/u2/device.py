"""JSON-RPC methods for the phone as a whole: what it is, its keys, its display, its panels and toasts."""

from __future__ import annotations

import asyncio
import base64

from phonefleet.virtual import drawing, hierarchy
from phonefleet.virtual.u2.automator import Automator
from phonefleet.virtual.u2.failures import ParametersInvalid
from phonefleet.virtual.u2.registry import Family

device = Family()

_ROTATIONS = {"natural": 0, "left": 1, "upsidedown": 2, "right": 3}
_BASELINE_DENSITY = 160
"""Dots per inch at which a dp is a pixel."""


@device.method("ping")
def ping(_automator: Automator) -> str:
    """Answer."""
    return "pong"


@device.method("deviceInfo")
def device_info(automator: Automator) -> dict[str, object]:
    """Return what the phone is and shows."""
    phone = automator.phone
    density = int(phone.properties.get("ro.sf.lcd_density", _BASELINE_DENSITY))
    return {
        "currentPackageName": phone.foreground[0],
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


@device.method("dumpWindowHierarchy")
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


@device.method("takeScreenshot")
async def take_screenshot(automator: Automator, scale: float = 1, quality: int = 80) -> str:
    """Return the screen as JPEG in Base64; it is compressed beside the event loop."""
    phone = automator.phone
    picture = drawing.draw(phone.scene().picture, phone.width, phone.height, scale=scale, dark=not phone.display_on)
    data = await asyncio.to_thread(drawing.to_jpeg, picture, quality)
    return base64.b64encode(data).decode()


@device.method("pressKey")
def press_key(automator: Automator, name: str) -> bool:
    """Press a key by its name."""
    return automator.phone.press(name)


@device.method("pressKeyCode")
def press_key_code(automator: Automator, code: int, _meta: int = 0) -> bool:
    """Press a key by its code."""
    return automator.phone.press(code)


@device.method("wakeUp")
def wake_up(automator: Automator) -> None:
    """Switch the display on."""
    automator.phone.wake()


@device.method("sleep")
def sleep(automator: Automator) -> None:
    """Switch the display off."""
    automator.phone.sleep()


@device.method("isScreenOn")
def is_screen_on(automator: Automator) -> bool:
    """Tell whether the display is on."""
    return automator.phone.display_on


@device.method("setOrientation")
def set_orientation(automator: Automator, name: str) -> None:
    """Turn the phone to "natural", "left", "right" or "upsidedown", and keep it there."""
    rotation = next((value for key, value in _ROTATIONS.items() if key.startswith(name.lower() or "?")), None)
    if rotation is None:
        message = f"no such orientation: {name}"
        raise ParametersInvalid(message)
    automator.phone.rotation = rotation
    freeze_rotation(automator, frozen=True)


@device.method("freezeRotation")
def freeze_rotation(automator: Automator, frozen: bool = True) -> None:
    """Hold the screen's rotation, or let it follow the sensor: an upright phone shows the natural one."""
    settings = automator.phone.settings
    settings["system", "accelerometer_rotation"] = "0" if frozen else "1"
    if not frozen:
        automator.phone.rotation = 0
    settings["system", "user_rotation"] = str(automator.phone.rotation)


@device.method("openNotification")
def open_notification(automator: Automator) -> bool:
    """Pull down the notification shade."""
    automator.phone.open_panel("notifications")
    return True


@device.method("openQuickSettings")
def open_quick_settings(automator: Automator) -> bool:
    """Pull down the quick settings."""
    automator.phone.open_panel("quick_settings")
    return True


@device.method("waitForIdle", "waitForWindowUpdate")
def wait_for_idle(_automator: Automator, *_parameters: object) -> bool:
    """Return at once: what a virtual phone does is done when its call returns."""
    return True


@device.method("makeToast")
def make_toast(automator: Automator, text: str, _milliseconds: float = 0) -> bool:
    """Show a toast of the server's own."""
    automator.last_toast = text
    return True


@device.method("getLastToast")
def get_last_toast(automator: Automator, _milliseconds: float = 0) -> str | None:
    """Return the last toast that was seen since it was cleared."""
    automator.notice_toast()
    return automator.last_toast


@device.method("clearLastToast")
def clear_last_toast(automator: Automator) -> None:
    """Forget the last toast, also when it still shows."""
    automator.notice_toast()
    automator.last_toast = None


@device.method("getLastTraversedText")
def get_last_traversed_text(automator: Automator) -> str | None:
    """Return what a screen reader last moved over; a virtual phone has none."""
    return automator.traversed_text


@device.method("clearLastTraversedText")
def clear_last_traversed_text(automator: Automator) -> None:
    """Forget what a screen reader last moved over."""
    automator.traversed_text = None
