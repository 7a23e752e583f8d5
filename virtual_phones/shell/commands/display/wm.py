"""`wm`, `input`, `svc`, and what pulls the status bar down: the display and the switches of the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Command, Reply, failure

_LONG_PRESS_MILLISECONDS = 500
_STAY_ON = {"true": "15", "false": "0", "ac": "1", "usb": "2", "wireless": "4", "dock": "8"}
"""BatteryManager.BATTERY_PLUGGED_…; `true` is all of them."""
_SOURCES = ("touchscreen", "keyboard", "dpad", "mouse", "stylus", "gamepad", "touchpad", "trackball", "touchnavigation")


def wm(call: Call) -> Reply:
    """Tell and change size, density and rotation; dismiss the keyguard."""
    verb, *rest = [*call.args, ""]
    match verb:
        case "size":
            return Reply("Physical size: {}x{}\n".format(*call.phone.physical))
        case "density":
            return Reply(f"Physical density: {call.phone.properties['ro.sf.lcd_density']}\n")
        case "dismiss-keyguard":
            call.phone.dismiss_keyguard()
            return Reply()
        case "user-rotation" | "set-user-rotation":
            return _rotate(call.phone, rest)
        case "get-user-rotation":
            return Reply("free\n")
        case _:
            return failure(f"Unknown command: {verb}", 255)


def _rotate(phone: VirtualPhone, words: list[str]) -> Reply:
    turns = next((word for word in words if word in ("0", "1", "2", "3")), None)
    if turns is not None:
        phone.rotation = int(turns)
    return Reply()


def touchscreen(call: Call) -> Reply:
    """Inject what `input` can: taps, swipes, keys and text."""
    words = [word for word in call.plain("-d") if word not in _SOURCES]
    verb, *values = [*words, ""]
    values = [value for value in values if value]
    if verb in ("keyevent", "keycombination"):
        return _keys(call, values)
    if verb == "text":
        call.phone.type_text(" ".join(_after(call.args, "text")).replace("%s", " "))
        return Reply()
    numbers = [float(value) for value in values if _is_number(value)]
    if not _move(call.phone, verb, numbers):
        return failure(f"Error: Invalid arguments for command: {verb}", 255)
    return Reply()


def _after(args: Sequence[str], verb: str) -> list[str]:
    """Return the arguments behind the verb; of a text none is an option (`InputShellCommand.getNextArgRequired`)."""
    return list(args[list(args).index(verb) + 1 :])


def _move(phone: VirtualPhone, verb: str, numbers: list[float]) -> bool:
    match verb, numbers:
        case "tap", [x, y]:
            phone.tap(x, y)
        case "swipe" | "draganddrop", [x1, y1, x2, y2, *duration]:
            if (x1, y1) == (x2, y2) and duration and duration[0] >= _LONG_PRESS_MILLISECONDS:
                phone.long_tap(x1, y1)
            else:
                phone.swipe(x1, y1, x2, y2)
        case "motionevent" | "roll" | "press", _:
            pass
        case _:
            return False
    return True


def _keys(call: Call, keys: list[str]) -> Reply:
    for key in keys:
        if not call.phone.press(key):
            return failure(f"Error: Unknown keycode: {key}", 255)
    return Reply()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def svc(call: Call) -> Reply:
    """Switch wifi, data and power settings; the wire stays, since a virtual phone has no radio."""
    what, how = [*call.args, "", ""][:2]
    if what == "wifi" and how in ("enable", "disable"):
        call.phone.settings["global", "wifi_on"] = str(int(how == "enable"))
    if what == "power" and how == "reboot":
        call.phone.reboot()
    if what == "power" and how == "stayon":
        return _stay_on(call)
    return Reply()


def _stay_on(call: Call) -> Reply:
    """Let the display stay on while the phone is charged in a certain way (PowerCommand of Android's `svc`)."""
    how = call.args[2] if len(call.args) > 2 else ""  # noqa: PLR2004 - power, stayon, how
    if how not in _STAY_ON:
        return failure("Control the power manager\n\nusage: svc power stayon [true|false|usb|ac|wireless|dock]", 255)
    if call.phone.traits.guarded:
        return denied("WRITE_SECURE_SETTINGS")
    call.phone.settings["global", "stay_on_while_plugged_in"] = _STAY_ON[how]
    return Reply()


def denied(permission: str) -> Reply:
    """Return what a command says that the shell may not do."""
    return failure(
        f"\nException occurred while executing 'put':\njava.lang.SecurityException: Permission denial: writing to "
        f"settings requires:android.permission.{permission}\n",
        255,
    )


def reboot(call: Call) -> Reply:
    """Restart the phone."""
    call.phone.reboot()
    return Reply()


def statusbar(call: Call) -> Reply:
    """Pull down or close the notification shade, as `cmd statusbar` does."""
    match call.first:
        case "expand-notifications":
            call.phone.open_panel("notifications")
        case "expand-settings":
            call.phone.open_panel("quick_settings")
        case "collapse":
            call.phone.open_panel(None)
        case _:
            return failure(f"Unknown command: {call.first}", 255)
    return Reply()


COMMANDS: Mapping[str, Command] = {"wm": wm, "input": touchscreen, "svc": svc, "statusbar": statusbar, "reboot": reboot}
