"""Which apps may work while the phone sleeps: `dumpsys deviceidle whitelist` and `cmd deviceidle whitelist`."""

from __future__ import annotations

from virtual_phones.shell.command import Call, Reply, failure
from virtual_phones.shell.commands.package_manager import packages

_SWITCHES = frozenset({"enable", "disable", "force-idle", "unforce", "step"})
_LIST = ("idle", "whitelist")
"""Where the packages are kept, in `VirtualPhone.settings`, separated by commas."""


def whitelist(call: Call) -> Reply:
    """List the packages, add some (`+PACKAGE`) or remove some (`-PACKAGE`)."""
    if call.first not in {"whitelist", "except-idle-whitelist"}:
        return Reply("" if call.first in _SWITCHES else "mState=ACTIVE\n")
    phone = call.phone
    listed = dict.fromkeys(name for name in phone.settings.get(_LIST, "").split(",") if name)
    if not call.args[1:]:
        return Reply("".join(f"user,{name},{packages.uid(phone, name)}\n" for name in listed))
    out = ""
    for sign, name in ((argument[:1], argument[1:]) for argument in call.args[1:]):
        if not packages.is_installed(phone, name):
            return failure(f"Unknown package: {name}", 255)
        out += f"{'Added' if sign == '+' else 'Removed'}: {name}\n"
        listed |= {name: None} if sign == "+" else {}
        if sign == "-":
            listed.pop(name, None)
    phone.settings[_LIST] = ",".join(listed)
    return Reply(out)
