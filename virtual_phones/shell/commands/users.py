"""The users of the phone, and what happens to commands that reach for one whom the shell may not touch.

The text is that of Android 13, as people who use Samsung's Secure Folder or a work profile report it (Maestro #418,
web-ext #2904, appium-uiautomator2-driver #810): what is to hold for all users fails, with `--user 0` it works.
"""

from __future__ import annotations

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Reply, failure

_DENIED = 255
_HARMLESS = frozenset({"get-current-user", "switch-user", "users", "features", "install", "install-write"})


def listed(phone: VirtualPhone) -> str:
    """Return what `pm list users` says."""
    second = phone.traits.second_user
    more = f"\tUserInfo{{{second.id}:{second.name}:1030}} running\n" if second is not None else ""
    return "Users:\n\tUserInfo{0:Owner:4c13} running\n" + more


def refusal(call: Call) -> Reply | None:
    """Return the failure of a command that touches the second user, None when it may go on."""
    second = call.phone.traits.second_user
    if second is None or not {call.name, f"{call.name} {call.first}"} & second.closed:
        return None
    if _HARMLESS & set(call.args[:2]) or call.option("--user") not in {None, "all", "-1", str(second.id)}:
        return None
    said = f"\nException occurred while executing '{call.first}':\n" if call.name != "content" else ""
    return failure(
        f"{said}java.lang.SecurityException: Shell does not have permission to access user {second.id}\n"
        " com.android.server.am.ActivityManagerService.handleIncomingUser:14983 "
        "android.app.ActivityManager.handleIncomingUser:4805\n"
        "\tat com.android.server.am.UserController.handleIncomingUser(UserController.java:2680)\n"
        "\tat com.android.server.am.ActivityManagerService.handleIncomingUser(ActivityManagerService.java:14983)\n",
        _DENIED,
    )


def in_front(call: Call) -> bool:
    """Tell whether a command is meant for the user who is in front."""
    return call.option("--user") in {None, "current", "cur", "-2", str(call.phone.traits.user)}
