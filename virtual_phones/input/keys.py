"""Android's key codes, by every name under which adb, `input keyevent` and uiautomator2 send them."""

from __future__ import annotations

from types import MappingProxyType

HOME, BACK, POWER, MENU, ENTER, DELETE, RECENT = 3, 4, 26, 82, 66, 67, 187
SLEEP, WAKEUP, SEARCH, CENTER, SPACE, TAB, MOVE_HOME, MOVE_END, PASTE, FORWARD_DELETE = (
    223, 224, 84, 23, 62, 61, 122, 123, 279, 112,
)  # fmt: skip

_CODES = MappingProxyType(
    {
        "home": HOME, "back": BACK, "call": 5, "endcall": 6, "dpad_up": 19, "dpad_down": 20, "dpad_left": 21,
        "dpad_right": 22, "dpad_center": CENTER, "volume_up": 24, "volume_down": 25, "power": POWER, "camera": 27,
        "clear": 28, "comma": 55, "period": 56, "tab": TAB, "space": SPACE, "explorer": 64, "envelope": 65,
        "enter": ENTER, "del": DELETE, "minus": 69, "equals": 70, "slash": 76, "at": 77, "plus": 81, "menu": MENU,
        "notification": 83, "search": SEARCH, "media_play_pause": 85, "page_up": 92, "page_down": 93, "escape": 111,
        "forward_del": FORWARD_DELETE, "move_home": MOVE_HOME, "move_end": MOVE_END, "volume_mute": 164,
        "app_switch": RECENT, "settings": 176, "sleep": SLEEP, "wakeup": WAKEUP, "soft_sleep": 276, "paste": PASTE,
        # the names of UiDevice.pressKey, as uiautomator2 sends them
        "up": 19, "down": 20, "left": 21, "right": 22, "center": CENTER, "delete": DELETE, "recent": RECENT,
    }
)  # fmt: skip

_DIGIT_0, _LETTER_A = 7, 29
_LAST = 316
"""The last key code of Android 14 (KEYCODE_EMOJI_PICKER is 317)."""


def code_of(key: str | int) -> int:
    """Return the code of a key given as code, digits, `KEYCODE_HOME`, `HOME` or `home`.

    Raises:
        ValueError: there is no such key.

    """
    name = str(key).lower().removeprefix("keycode_")
    if isinstance(key, str) and (code := _CODES.get(name) or _character_code(key, name)):
        return code
    if name.isdecimal() and int(name) <= _LAST:
        return int(name)
    message = f"no such key: {key}"
    raise ValueError(message)


def name_of(code: int) -> str:
    """Return the name of a key, such as `back`; letters and digits are called by themselves, others by their code."""
    names = (name for name, each in _CODES.items() if each == code)
    return next(names, None) or character_of(code) or str(code)


def character_of(code: int) -> str | None:
    """Return what a key types, or None for a key that types nothing."""
    if _DIGIT_0 <= code < _DIGIT_0 + 10:
        return str(code - _DIGIT_0)
    if _LETTER_A <= code < _LETTER_A + 26:
        return chr(ord("a") + code - _LETTER_A)
    return {SPACE: " ", 55: ",", 56: ".", 69: "-", 70: "=", 76: "/", 77: "@", 81: "+"}.get(code)


def _character_code(key: str, name: str) -> int | None:
    """Return the code of a letter, or of a digit that is named (`KEYCODE_5`; a bare `5` is a code)."""
    if len(name) != 1 or not name.isascii():
        return None
    if name.isalpha():
        return _LETTER_A + ord(name) - ord("a")
    return _DIGIT_0 + int(name) if name.isdecimal() and name != key else None
