"""All commands of the phone's shell by name, and those that only pass their arguments on to another one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phonefleet.virtual.shell.command import Call, Command, Program
from phonefleet.virtual.shell.commands import (
    am,
    basics,
    dumpsys,
    filesystem,
    keyboard,
    logcat,
    pm,
    processes,
    screen,
    settings,
    text,
    wm,
)  # fmt: skip

_WRAPPERS = frozenset({"toybox", "exec", "command", "nohup", "busybox", "time"})
_SERVICES = MappingProxyType(
    {
        "package": "pm", "activity": "am", "window": "wm", "input": "input", "settings": "settings",
        "input_method": "ime", "statusbar": "statusbar", "wifi": "svc", "vibrator_manager": "vibrator",
    }
)  # fmt: skip
"""What `cmd SERVICE` is to `SERVICE` by its older name."""

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        name: command
        for module in (am, basics, dumpsys, filesystem, keyboard, processes, screen, settings, text, wm)
        for name, command in module.COMMANDS.items()
    }
)
PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        name: program
        for module in (basics, logcat, pm, processes, screen, text)
        for name, program in module.PROGRAMS.items()
    }
)  # fmt: skip


def resolve(call: Call) -> Call:
    """Return the call that is meant by `toybox ls`, `exec ls` or `cmd package list`."""
    while call.name in _WRAPPERS and call.args:
        call = call.below()
    if call.name == "cmd" and call.first in _SERVICES:
        return Call(call.phone, _SERVICES[call.first], call.args[1:], call.environment)
    if call.name == "which":
        known = " ".join([*COMMANDS, *PROGRAMS, "sh", "cmd", "toybox"])
        return Call(call.phone, call.name, call.args, {**call.environment, "COMMANDS": known})
    return call
