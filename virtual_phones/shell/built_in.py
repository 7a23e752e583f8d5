"""The commands of the shell itself: they change its variables, its jobs, or the way through its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from virtual_phones.shell.channels import Streams
from virtual_phones.shell.command import Call
from virtual_phones.shell.jobs import Jobs, LineSource

SHELL = "/system/bin/sh"
_ENVIRONMENT = MappingProxyType(
    {
        "HOME": "/", "USER": "shell", "LOGNAME": "shell", "SHELL": SHELL, "TMPDIR": "/data/local/tmp",
        "PATH": "/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin:/vendor/bin",
        "EXTERNAL_STORAGE": "/sdcard", "ANDROID_ROOT": "/system", "ANDROID_DATA": "/data", "PWD": "/", "$": "4242",
    }
)  # fmt: skip


class ShellExit(Exception):  # noqa: N818 - it is no error
    """The line has called `exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class LoopExit(Exception):  # noqa: N818 - it is no error
    """The script has called `break`, or `continue`."""

    def __init__(self, *, ends: bool) -> None:
        super().__init__(ends)
        self.ends = ends


@dataclass(slots=True)
class ShellState:
    """What a shell knows: its variables, its jobs, and the exit code of its last command."""

    variables: dict[str, str] = field(default_factory=lambda: dict(_ENVIRONMENT))
    jobs: Jobs = field(default_factory=Jobs)
    status: int = 0

    def inner(self) -> ShellState:
        """Return the state of a shell in this one: it has the same variables and shares the jobs."""
        return ShellState(dict(self.variables), self.jobs, self.status)

    def take_arguments(self, arguments: Sequence[str]) -> None:
        """Set `$0`, `$1` and so on; the first one is the script's name."""
        self.variables |= {str(number): argument for number, argument in enumerate(arguments)}
        joined = " ".join(arguments[1:])
        self.variables |= {"@": joined, "*": joined, "#": str(len(arguments[1:]))}


async def run_builtin(call: Call, streams: Streams, state: ShellState) -> int | None:
    """Run a command that changes the shell itself; None for any other command.

    Raises:
        ShellExit: it is `exit`.
        LoopExit: it is `break` or `continue`.

    """
    match call.name:
        case "exit":
            raise ShellExit(int(call.first) if call.first.isdecimal() else state.status)
        case "break" | "continue":
            raise LoopExit(ends=call.name == "break")
        case "cd":
            state.variables["PWD"] = call.first or "/"
        case "export" | "set" | "local" | "readonly" | "typeset":
            for name, _, value in (argument.partition("=") for argument in call.args if "=" in argument):
                state.variables[name] = value
        case "read":
            return await _read(call, streams, state)
        case "wait":
            await state.jobs.wait()
        case "kill" if call.args and call.args[-1].isdecimal() and state.jobs.signal(int(call.args[-1])):
            pass
        case _:
            return None
    return 0


async def _read(call: Call, streams: Streams, state: ShellState) -> int:
    """Read a line into variables; the last one takes what is left of it."""
    line = await streams.source.line() if isinstance(streams.source, LineSource) else None
    names = call.plain("-t", "-n", "-p", "-u") or ["REPLY"]
    words = (line or b"").decode(errors="replace").split(None, len(names) - 1)
    for number, name in enumerate(names):
        state.variables[name] = words[number] if number < len(words) else ""
    return int(line is None)
