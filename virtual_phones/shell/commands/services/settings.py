"""`settings`, `content` and the properties: what the phone stores by name."""

from __future__ import annotations

from collections.abc import Mapping

from virtual_phones import languages
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Command, Reply, failure
from virtual_phones.shell.commands import users
from virtual_phones.shell.commands.display.wm import denied
from virtual_phones.shell.commands.services import media

_PROVIDERS = frozenset({"com.android.contacts", "contacts", "call_log", "sms", "downloads", "media", "settings"})
_NO_PROVIDER = "Could not find provider for the given authority"
_NAMESPACES = ("system", "secure", "global")


def settings(call: Call) -> Reply:
    """Get, put, delete and list settings."""
    verb, namespace, *rest = [*call.plain("--user"), "", ""]
    if namespace not in _NAMESPACES:
        return failure(f"Invalid namespace '{namespace}'", 255)
    key = (namespace, rest[0] if rest else "")
    match verb:
        case "get":
            return Reply(_stored(call.phone).get(key, "null") + "\n")
        case "put":
            return _put(call.phone, key, rest[1] if len(rest) > 1 else "")
        case "delete":
            return Reply(f"Deleted {int(call.phone.settings.pop(key, None) is not None)} rows\n")
        case "list":
            return Reply(_listed(call.phone, namespace))
        case _:
            return failure(f"Unknown command: {verb}", 255)


def _put(phone: VirtualPhone, key: tuple[str, str], value: str) -> Reply:
    if phone.traits.guarded:
        return denied("WRITE_SECURE_SETTINGS")
    phone.settings[key] = value
    if key == ("system", "user_rotation") and value in ("0", "1", "2", "3"):
        phone.rotation = int(value)
    return Reply()


def _stored(phone: VirtualPhone) -> Mapping[tuple[str, str], str]:
    known = {languages.SETTING: languages.system_locales(phone), ("global", "boot_count"): str(phone.boots)}
    return known | phone.settings


def _listed(phone: VirtualPhone, namespace: str) -> str:
    found = {key: value for (where, key), value in _stored(phone).items() if where == namespace}
    return "".join(f"{key}={value}\n" for key, value in sorted(found.items()))


def getprop(call: Call) -> Reply:
    """Print one property, or all of them."""
    known = {languages.PROPERTY: languages.stored_locale(call.phone)} | call.phone.properties
    if call.args:
        return Reply(known.get(call.first, call.args[1] if len(call.args) > 1 else "") + "\n")
    return Reply("".join(f"[{name}]: [{value}]\n" for name, value in sorted(known.items())))


def setprop(call: Call) -> Reply:
    """Set a property; those that describe the build are read-only."""
    name, value = [*call.args, "", ""][:2]
    if name.startswith("ro."):
        return failure(f"Failed to set property '{name}' to '{value}'.")
    call.phone.properties[name] = value
    return Reply()


def content(call: Call) -> Reply:
    """Query settings through their content provider, and scan media; other providers are empty."""
    if (refused := users.refusal(call)) is not None:
        return refused
    uri = call.option("--uri") or ""
    if call.first == "query" and uri.startswith("content://settings/"):
        wanted = uri.removeprefix("content://settings/").split("/")
        rows = [
            (key, value)
            for (namespace, key), value in _stored(call.phone).items()
            if namespace == wanted[0] and wanted[1:] in ([], [key])
        ]
        return Reply("".join(f"Row: {i} name={key}, value={value}\n" for i, (key, value) in enumerate(rows)))
    if call.first == "insert" and uri.startswith("content://settings/"):
        return _insert(call, uri.removeprefix("content://settings/").split("/")[0])
    if uri.split("?")[0].startswith("content://media") and call.first in {"query", "call"}:
        return media.query(call) if call.first == "query" else media.call(call)
    authority = uri.removeprefix("content://").split("/")[0]
    if call.first == "read" or authority not in _PROVIDERS:
        said = f"Error while accessing provider:{authority}\njava.lang.IllegalStateException: {_NO_PROVIDER}"
        return failure(said, 0)
    return Reply("No result found.\n" if call.first == "query" else "")


def _insert(call: Call, namespace: str) -> Reply:
    """Store a setting, given as `--bind name:s:KEY --bind value:TYPE:VALUE`."""
    pairs = [each for option, each in zip(call.args, call.args[1:], strict=False) if option == "--bind"]
    bound = {name: value for name, _, value in (pair.split(":", 2) for pair in pairs)}
    return _put(call.phone, (namespace, bound.get("name", "")), bound.get("value", ""))


COMMANDS: Mapping[str, Command] = {"settings": settings, "getprop": getprop, "setprop": setprop, "content": content}
