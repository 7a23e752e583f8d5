"""`cmd`, which calls a system service by its name (radios, location, languages, displays), and `service`.

What a service of an older command does (`cmd package` is `pm`) is left to that command. The answers have the form of
Android 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones import languages
from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.shell.commands.display import displays
from virtual_phones.shell.commands.services import idle
from virtual_phones.system.hardware import SYSTEM_PACKAGES

_NO_SERVICE = 20
_ON = ("enable", "enabled", "true", "on", "yes")
_OTHERS = (
    "accessibility", "account", "activity", "appops", "audio", "battery", "clipboard", "content", "dropbox",
    "input", "input_method", "lock_settings", "media_session", "meminfo", "notification", "package", "permissionmgr",
    "power", "settings", "statusbar", "SurfaceFlinger", "telecom", "trust", "user", "vibrator_manager", "wallpaper",
    "window",
)  # fmt: skip
"""Services that are there beside those that this module answers for."""


def cmd(call: Call) -> Reply:
    """Call a service; `-w` waits for it, `-l` lists all of them."""
    words = [word for word in call.args if word != "-w"]
    if words[:1] == ["-l"]:
        return Reply("Currently running services:\n" + "".join(f"  {name}\n" for name in _names()))
    if not words:
        return failure("cmd: No service specified; use -l to list all running services. Use -w to start and wait.", 20)
    service = _SERVICES.get(words[0])
    if words[0] == "locale" and not languages.knows_app_locales(call.phone):
        return failure("cmd: Can't find service: locale", _NO_SERVICE)
    if service is not None:
        return service(Call(call.phone, words[0], words[1:], call.environment))
    if words[0] in _OTHERS:
        return failure(f"cmd: Failure calling service {words[0]}: Failed transaction (2147483646)", _NO_SERVICE)
    return failure(f"cmd: Can't find service: {words[0]}", _NO_SERVICE)


def _names() -> list[str]:
    return sorted({*_SERVICES, *_OTHERS})


def _switch(namespace: str, key: str, word: str, call: Call) -> Reply:
    """Switch one of the phone's settings on or off."""
    call.phone.settings[namespace, key] = str(int(word in _ON))
    return Reply()


def _connectivity(call: Call) -> Reply:
    """Tell and switch airplane mode."""
    match list(call.args):
        case ["airplane-mode"]:
            on = call.phone.settings.get(("global", "airplane_mode_on")) == "1"
            return Reply("enabled\n" if on else "disabled\n")
        case ["airplane-mode", word]:
            return _switch("global", "airplane_mode_on", word, call)
        case _:
            return failure(f"Unknown command: {call.first}", 255)


def _wifi(call: Call) -> Reply:
    match list(call.args):
        case ["set-wifi-enabled", word, *_]:
            return _switch("global", "wifi_on", word, call)
        case ["status"]:
            on = call.phone.settings.get(("global", "wifi_on")) != "0"
            return Reply('Wifi is enabled\nWifi is connected to "virtual"\n' if on else "Wifi is disabled\n")
        case _:
            return failure(f"Unknown command: {call.first}", 255)


def _location(call: Call) -> Reply:
    match call.first:
        case "is-location-enabled":
            on = call.phone.settings.get(("secure", "location_mode"), "3") != "0"
            return Reply(f"{str(on).lower()}\n")
        case "set-location-enabled":
            call.phone.settings["secure", "location_mode"] = "3" if call.args[1:2] == ["true"] else "0"
            return Reply()
        case "providers":
            return Reply()
        case _:
            return failure(f"Unknown command: {call.first}", 255)


def _bluetooth(call: Call) -> Reply:
    if call.first not in {"enable", "disable"}:
        return failure(f"Unknown command: {call.first}", 255)
    return _switch("global", "bluetooth_on", call.first, call)


def _phone(call: Call) -> Reply:
    if call.first == "data":
        return _switch("global", "mobile_data", call.args[-1], call)
    return failure(f"Unknown command: {call.first}", 255)


def _nfc(call: Call) -> Reply:
    return _switch("global", "nfc_on", call.first, call)


def _locale(call: Call) -> Reply:
    """Tell and set the languages of one app, which Android has from version 13 on (LocaleManagerShellCommand)."""
    package = ([*call.plain("--user", "--locales"), "", ""])[1]
    user = call.option("--user") or str(call.phone.traits.user)
    if not package:
        return failure("Error: no package specified", 255)
    if package not in call.phone.apps and package not in SYSTEM_PACKAGES:
        return Reply(f"Unknown package {package} for userId {user}\n")
    match call.first:
        case "get-app-locales":
            chosen = languages.app_locales(call.phone, package)
            return Reply(f"Locales for {package} for user {user} are [{chosen}]\n")
        case "set-app-locales":
            languages.choose_app_locales(call.phone, package, call.option("--locales") or "")
            return Reply()
        case _:
            return failure(f"Unknown command: {call.first}", 255)


def _display(call: Call) -> Reply:
    if call.first != "get-displays":
        return failure(f"Unknown command: {call.first}", 255)
    return Reply(displays.listed(call.phone))


def _ui_mode(call: Call) -> Reply:
    if call.args[1:]:
        call.phone.settings["secure", "ui_night_mode"] = "2" if call.args[1] in _ON else "1"
    dark = call.phone.settings.get(("secure", "ui_night_mode")) == "2"
    return Reply(f"Night mode: {'yes' if dark else 'no'}\n")


def _overlay(call: Call) -> Reply:
    return Reply() if call.first in {"list", "enable", "disable"} else failure(f"Unknown command: {call.first}", 255)


def _alarm(call: Call) -> Reply:
    """Set the time zone, as AlarmManagerService does."""
    match list(call.args):
        case ["set-timezone", zone]:
            return _set_zone(call, zone)
        case _:
            return failure("Alarm manager service (alarm) commands:\n  set-time TIME\n  set-timezone TZ", 255)


def _set_zone(call: Call, zone: str) -> Reply:
    if call.phone.traits.guarded:
        said = "java.lang.SecurityException: Neither user 2000 nor current process has android.permission.SET_TIME_ZONE"
        return failure(f"\nException occurred while executing 'set-timezone':\n{said}.\n", 255)
    call.phone.properties["persist.sys.timezone"] = zone
    return Reply()


def service(call: Call) -> Reply:
    """List the services, and tell whether one is there."""
    match call.first:
        case "list":
            lines = "".join(f"{number}\t{name}: []\n" for number, name in enumerate(_names()))
            return Reply(f"Found {len(_names())} services:\n{lines}")
        case "check":
            name = ([*call.args, ""])[1]
            return Reply(f"Service {name}: {'found' if name in _names() else 'not found'}\n")
        case "call":
            return Reply("Result: Parcel(00000000    '....')\n")
        case _:
            return failure("Usage: service [-h|-?]\n       service list\n       service check SERVICE", 10)


_SERVICES: Mapping[str, Command] = MappingProxyType(
    {
        "connectivity": _connectivity, "wifi": _wifi, "location": _location, "bluetooth_manager": _bluetooth,
        "phone": _phone, "nfc": _nfc, "locale": _locale, "display": _display, "uimode": _ui_mode,
        "deviceidle": idle.whitelist, "overlay": _overlay, "alarm": _alarm,
    }
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {"cmd": cmd, "service": service}
