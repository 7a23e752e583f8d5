"""`locksettings`: the PIN, password or pattern of the keyguard, as `LockSettingsShellCommand` of Android 14 sets it."""

from __future__ import annotations

from collections.abc import Mapping

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Command, Reply, failure

_CREDENTIAL = ("lock", "credential")
"""Where it is kept, in `VirtualPhone.settings`: in no namespace that `settings` shows."""
_KINDS = {"set-pin": "Pin", "set-password": "Password", "set-pattern": "Pattern"}


def locksettings(call: Call) -> Reply:
    """Set, clear and verify the credential; each but `get-disabled` needs the one that there is (`--old`)."""
    verb, phone = call.first, call.phone
    if verb == "get-disabled":
        return Reply(f"{str(_CREDENTIAL not in phone.settings).lower()}\n")
    if verb not in {*_KINDS, "clear", "verify", "set-disabled"}:
        return failure(f"Unknown command: {verb}", 255)
    if (refused := _refusal(phone, call.option("--old"))) is not None:
        return refused
    return _apply(call, verb)


def _apply(call: Call, verb: str) -> Reply:
    match verb:
        case "verify":
            return Reply("Lock credential verified successfully\n")
        case "clear":
            return _keep(call.phone, None, "Lock credential cleared\n")
        case "set-disabled":
            return Reply(f"Lock screen disabled set to {([*call.args, 'true'])[1]}\n")
        case _:
            chosen = ([*call.plain("--old", "--user"), "", ""])[1]
            return _keep(call.phone, chosen, f"{_KINDS[verb]} set to '{chosen}'\n")


def _refusal(phone: VirtualPhone, old: str | None) -> Reply | None:
    """Compare what the caller takes for the credential with the real one."""
    real = phone.settings.get(_CREDENTIAL)
    if old == real or (real is None and not old):
        return None
    if real is None:
        return Reply("Old password provided but user has no password\n", 255)
    return Reply(f"Old password '{old}' didn't match\n" if old else "Credential can't be null or empty\n", 255)


def _keep(phone: VirtualPhone, credential: str | None, said: str) -> Reply:
    if credential is None:
        phone.settings.pop(_CREDENTIAL, None)
    else:
        phone.settings[_CREDENTIAL] = credential
    phone.secure_lock = credential is not None
    return Reply(said)


COMMANDS: Mapping[str, Command] = {"locksettings": locksettings}
