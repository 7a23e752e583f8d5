"""`ime`, and the keyboard with which uiautomator2 types: it takes text by broadcast.

The actions are those of the AdbKeyboard in uiautomator2's app and of the public ADBKeyBoard.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.system.hardware import ADB_KEYBOARD, SOFT_KEYBOARD

_OK, _NOT_RECEIVED = -1, 0
_CURRENT = ("secure", "default_input_method")


def receive(phone: VirtualPhone, action: str, extras: Mapping[str, str]) -> tuple[int, str]:
    """Act on a broadcast; return its result and data, `(0, "")` when no keyboard received it."""
    if not action.startswith("ADB_") or phone.settings[_CURRENT] != ADB_KEYBOARD:
        return _NOT_RECEIVED, ""
    if phone.faults.take(Fault.IME_FAILS):
        return _NOT_RECEIVED, ""
    if action.endswith("GET_CLIPBOARD"):
        return _OK, base64.b64encode((phone.clipboard or "").encode()).decode()
    return (_OK, "success") if _act(phone, action, extras) else (_NOT_RECEIVED, "no input connection")


def _act(phone: VirtualPhone, action: str, extras: Mapping[str, str]) -> bool:
    decoded = _decoded(extras.get("text", extras.get("msg", "")))
    match action:
        case "ADB_KEYBOARD_INPUT_TEXT" | "ADB_INPUT_B64":
            done = phone.type_text(decoded)
        case "ADB_INPUT_TEXT":
            done = phone.type_text(extras.get("msg", ""))
        case "ADB_KEYBOARD_SET_TEXT":
            done = _replace(phone, decoded)
        case "ADB_KEYBOARD_CLEAR_TEXT" | "ADB_CLEAR_TEXT":
            done = _replace(phone, "")
        case "ADB_KEYBOARD_EDITOR_CODE" | "ADB_EDITOR_CODE" | "ADB_KEYBOARD_SMART_ENTER":
            done = phone.enter()
        case "ADB_INPUT_CODE":
            done = phone.press(extras.get("code", ""))
        case "ADB_KEYBOARD_SET_CLIPBOARD":
            phone.clipboard, done = decoded, True
        case _:
            done = action == "ADB_KEYBOARD_HIDE"
    return done


def _replace(phone: VirtualPhone, text: str) -> bool:
    node = phone.focused_node
    return node is not None and phone.set_text(node, text)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except binascii.Error:
        return ""


def ime(call: Call) -> Reply:
    """List, enable, disable and choose input methods."""
    phone, method = call.phone, call.args[-1] if call.args else ""
    if call.first == "list":
        return Reply(_listed(phone, short="-s" in call.args, every="-a" in call.args))
    if call.first == "reset":
        phone.settings[_CURRENT] = SOFT_KEYBOARD
        return Reply(f"Reset current and enabled IMEs for user #0\n  Selected: {SOFT_KEYBOARD}\n")
    if method not in phone.input_methods:
        return failure(f"Unknown input method {method} cannot be {_past(call.first)} for user #0")
    return _choose(phone, call.first, method)


def _choose(phone: VirtualPhone, verb: str, method: str) -> Reply:
    match verb:
        case "enable":
            phone.input_methods[method] = True
        case "disable":
            phone.input_methods[method] = False
            if phone.settings[_CURRENT] == method:
                phone.settings[_CURRENT] = SOFT_KEYBOARD
        case "set" if phone.input_methods[method]:
            phone.settings[_CURRENT] = method
            return Reply(f"Input method {method} selected for user #0\n")
        case "set":
            return failure(f"Unknown input method {method} cannot be selected for user #0")
        case _:
            return failure(f"Unknown command: {verb}", 255)
    phone.settings["secure", "enabled_input_methods"] = ":".join(
        name for name, enabled in phone.input_methods.items() if enabled
    )
    return Reply(f"Input method {method}: now {_past(verb)} for user #0\n")


def _listed(phone: VirtualPhone, *, short: bool, every: bool) -> str:
    names = [name for name, enabled in phone.input_methods.items() if every or enabled]
    return "".join(f"{name}\n" if short else f"{name}:\n  mId={name} mSettingsActivityName=null\n" for name in names)


def _past(verb: str) -> str:
    return {"enable": "enabled", "disable": "disabled"}.get(verb, "selected")


COMMANDS: Mapping[str, Command] = {"ime": ime}
