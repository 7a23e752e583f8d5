"""All commands of the phone's shell by name, and those that only pass their arguments on to another one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from virtual_phones.shell.command import Call, Command, Program, Reply
from virtual_phones.shell.commands.activity_manager import am, monkey_port
from virtual_phones.shell.commands.display import recording, screen, touch_events, wm
from virtual_phones.shell.commands.package_manager import pm
from virtual_phones.shell.commands.services import dumpsys, keyboard, locksettings, logcat, service_calls, settings
from virtual_phones.shell.commands.toybox import basics, filesystem, network, processes, text

_WRAPPERS = frozenset({"toybox", "exec", "command", "nohup", "busybox", "time"})
_BUILT_IN = frozenset({"sh", "toybox"})
_SERVICES = MappingProxyType(
    {
        "package": "pm", "activity": "am", "window": "wm", "input": "input", "settings": "settings",
        "input_method": "ime", "statusbar": "statusbar", "vibrator_manager": "vibrator", "content": "content",
        "lock_settings": "locksettings",
    }
)  # fmt: skip
"""What `cmd SERVICE` is to `SERVICE` by its older name."""


def which(call: Call) -> Reply:
    """Tell where commands lie; the exit code is 1 unless all of them are there."""
    found = [name for name in call.plain() if name in COMMANDS or name in PROGRAMS or name in _BUILT_IN]
    return Reply("".join(f"/system/bin/{name}\n" for name in found), int(len(found) < max(len(call.plain()), 1)))


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {"which": which}
    | {
        name: command
        for module in (
            am, basics, dumpsys, filesystem, keyboard, locksettings, logcat, processes, screen, service_calls, settings,
            text, wm,
        )
        for name, command in module.COMMANDS.items()
    }
)  # fmt: skip
PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        name: program
        for module in (basics, logcat, monkey_port, network, pm, processes, recording, screen, text, touch_events)
        for name, program in module.PROGRAMS.items()
    }
)  # fmt: skip


def resolve(call: Call) -> Call:
    """Return the call that is meant by `toybox ls`, `exec ls` or `cmd package list`."""
    while call.name in _WRAPPERS and call.args:
        call = call.below()
    if call.name == "cmd":
        service, *rest = [*(word for word in call.args[:1] if word != "-w"), *call.args[1:], ""]
        if service in _SERVICES:
            return Call(call.phone, _SERVICES[service], rest[:-1], call.environment)
    return call
