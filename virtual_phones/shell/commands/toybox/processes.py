"""`ps`, `pidof`, `kill`, and `app_process`, which starts the uiautomator server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from virtual_phones.apps import home
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Channels, Command, Program, Reply, failure

UIA_MAIN = "com.wetest.uia2.Main"
UIA_PID = 4711
_HEADER = "USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME                       \n"
_HELP = """usage: ps [-AadefLlnwZ] [-gG GROUP,] [-k FIELD,] [-o FIELD,] [-p PID,] [-t TTY,] [-uU USER,]

List processes.

-A	All
-a	Processes with terminals that aren't session leaders
-e	Synonym for -A
"""
_ZYGOTE = 600


@dataclass(frozen=True, slots=True)
class Process:
    """One line of `ps`; `command` is what `pkill -f` looks at."""

    user: str
    pid: int
    name: str
    command: str
    package: str | None = None


def processes(phone: VirtualPhone) -> list[Process]:
    """Return what runs on the phone."""
    system = [
        Process("root", 1, "init", "/system/bin/init second_stage"),
        Process("root", _ZYGOTE, "zygote64", "zygote64"),
        Process("shell", 700, "adbd", "/apex/com.android.adbd/bin/adbd"),
        Process("system", 1200, "system_server", "system_server"),
        Process("u0_a90", 1450, home.SYSTEM_UI, home.SYSTEM_UI),
        Process("u0_a91", 1500, home.LAUNCHER, home.LAUNCHER),
    ]
    apps = [
        Process(f"u0_a{100 + i}", phone.pid(app.package), app.package, app.package, app.package)
        for i, app in enumerate(phone.apps.values())
        if app.running
    ]
    server = [Process("shell", UIA_PID, "app_process", f"app_process / {UIA_MAIN} -p {phone.u2_port}")]
    return [*system, *apps, *(server if phone.u2.running else [])]


def ps(call: Call) -> Reply:
    """List the processes; a shell sees all of them only with `-A` or `-e`, those of one user with `-u`."""
    if "--help" in call.args:
        return Reply(_HELP)
    found = processes(call.phone)
    if not {"-A", "-e", "-ef"} & set(call.args):
        found = [process for process in found if process.user == (call.option("-u") or "shell")]
    lines = [
        f"{process.user:<12} {process.pid:>5} {_ZYGOTE:>5} 14562344 182340 0                   0 S {process.name}\n"
        for process in found
    ]
    return Reply(_HEADER + "".join(lines))


def pidof(call: Call) -> Reply:
    """Print the ids of the processes with a name."""
    pids = [str(process.pid) for process in processes(call.phone) if process.name in call.plain()]
    return Reply(" ".join(pids) + "\n") if pids else Reply(code=1)


def pgrep(call: Call) -> Reply:
    """Print the ids of the processes that match."""
    found = _matching(call)
    return Reply("".join(f"{process.pid}\n" for process in found), int(not found))


def pkill(call: Call) -> Reply:
    """End the processes that match."""
    found = _matching(call)
    for process in found:
        _end(call.phone, process)
    return Reply(code=int(not found))


def kill(call: Call) -> Reply:
    """End processes by id."""
    for argument in call.plain():
        process = next((each for each in processes(call.phone) if str(each.pid) == argument), None)
        if process is None:
            return failure(f"/system/bin/sh: kill: {argument}: No such process")
        if not _end(call.phone, process):
            return failure(f"/system/bin/sh: kill: {argument}: Operation not permitted")
    return Reply()


def _matching(call: Call) -> list[Process]:
    """Return the processes that the first argument, an extended regular expression, finds."""
    pattern = ([*call.plain(), ""])[0]
    whole = any("f" in argument for argument in call.args if argument.startswith("-"))
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise ValueError(pattern) from error
    return [each for each in processes(call.phone) if pattern and wanted.search(each.command if whole else each.name)]


def _end(phone: VirtualPhone, process: Process) -> bool:
    """End a process; the shell's user may end its own and, here, apps, as on a debug build."""
    if process.pid == UIA_PID:
        phone.u2.stop()
    elif process.package is not None:
        phone.stop_app(process.package)
    return process.pid == UIA_PID or process.package is not None


async def app_process(call: Call, channels: Channels) -> int:
    """Run the uiautomator server until it ends or the computer closes the stream, which ends it."""
    if UIA_MAIN not in call.args:
        await channels.err(b"Error: could not find or load main class\nAborted\n")
        return 134
    phone = call.phone
    if phone.files.get(call.environment.get("CLASSPATH", "")) is None:
        await channels.err(f"java.lang.ClassNotFoundException: {UIA_MAIN}\nAborted\n".encode())
        return 134
    was_running = phone.u2.running
    phone.u2_port = int(call.option("-p") or "9008")
    said = phone.u2.start()
    if was_running or not phone.u2.running:
        await channels.out(said.encode())
        return 1
    return await _until_stopped(phone, channels, said)


async def _until_stopped(phone: VirtualPhone, channels: Channels, said: str) -> int:
    try:
        await channels.out(said.encode())
        await phone.u2.stopped()
    except (asyncio.CancelledError, ConnectionError):  # the stream has closed, perhaps before the first word
        phone.u2.stop()
        raise
    return 0


COMMANDS: Mapping[str, Command] = {"ps": ps, "pidof": pidof, "pgrep": pgrep, "pkill": pkill, "kill": kill}
PROGRAMS: Mapping[str, Program] = {"app_process": app_process, "app_process64": app_process}
