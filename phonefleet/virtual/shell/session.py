"""Runs command lines on a phone: what `sh -c` does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType

from phonefleet.virtual.faults import Fault
from phonefleet.virtual.phone import VirtualPhone
from phonefleet.virtual.shell.channels import FileSink, Pipe, Sink, Source, Streams, nothing, once, read_all
from phonefleet.virtual.shell.command import Call
from phonefleet.virtual.shell.expansion import Expansion
from phonefleet.virtual.shell.parser import parse
from phonefleet.virtual.shell.registry import COMMANDS, PROGRAMS, resolve
from phonefleet.virtual.shell.syntax import Pipeline, Redirect, ShellSyntaxError, Simple

_SHELL = "/system/bin/sh"
_NOT_FOUND = 127
_ENVIRONMENT = MappingProxyType(
    {
        "HOME": "/", "USER": "shell", "LOGNAME": "shell", "SHELL": _SHELL, "TMPDIR": "/data/local/tmp",
        "PATH": "/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin:/vendor/bin",
        "EXTERNAL_STORAGE": "/sdcard", "ANDROID_ROOT": "/system", "ANDROID_DATA": "/data", "PWD": "/", "$": "4242",
    }
)  # fmt: skip
_BUILTINS = frozenset({"echo", "exit", "true", "false", "cd", "export", "printf"})
"""Commands of the shell itself, which no fault strikes: clients append `; echo $?` to theirs."""


_STARTED = frozenset({"am", "content", "dumpsys", "ime", "monkey", "pm", "screencap", "settings", "svc", "uiautomator"})
"""Commands that start a program of Android, whose linker may have something to say."""


class ShellExit(Exception):  # noqa: N818 - it is no error
    """The line has called `exit`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Session:
    """One shell with its variables and the exit code of its last command, `status`."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone
        self._variables: dict[str, str] = dict(_ENVIRONMENT)
        self.status = 0
        self._error_sink: Sink | None = None
        self._expansion = Expansion(self._variables, phone.files, self._output_of)

    async def run(self, line: str, streams: Streams) -> int:
        """Run a command line and return the exit code of its last command."""
        self._error_sink = streams.error_sink
        try:
            script = parse(line)
        except ShellSyntaxError as error:
            await streams.err(f"{_SHELL}: {error}\n".encode())
            return 1
        try:
            for pipeline in script:
                if _applies(pipeline, self.status):
                    self.status = await self._pipeline(pipeline, streams)
        except ShellExit as exited:
            self.status = exited.code
        return self.status

    async def _pipeline(self, pipeline: Pipeline, streams: Streams) -> int:
        self._variables["?"] = str(self.status)
        if len(pipeline.commands) == 1:
            code = await self._redirected(pipeline.commands[0], streams)
        else:
            code = await self._piped(pipeline.commands, streams)
        return int(not code) if pipeline.negated else code

    async def _piped(self, commands: tuple[Simple, ...], streams: Streams) -> int:
        """Run all commands at once, each reading what the one before writes."""
        pipes = [Pipe() for _ in commands[1:]]
        ends = [None, *pipes, None]
        stages = [
            self._stage(command, streams, before, after)
            for command, before, after in zip(commands, ends, ends[1:], strict=False)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(stage) for stage in stages]
        return tasks[-1].result()

    async def _stage(self, command: Simple, streams: Streams, before: Pipe | None, after: Pipe | None) -> int:
        streams = replace(
            streams,
            source=streams.source if before is None else before.read,
            sink=streams.sink if after is None else after.write,
        )
        try:
            return await self._redirected(command, streams)
        except (ConnectionError, ShellExit):
            return 1
        finally:
            if before is not None:
                before.break_off()
            if after is not None:
                await after.end()

    async def _redirected(self, command: Simple, streams: Streams) -> int:
        files: list[FileSink] = []
        try:
            for redirect in command.redirects:
                streams = await self._redirect(redirect, streams, files)
            code = await self._simple(command, streams)
            for file in files:
                file.close()
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            await streams.err(f"{_SHELL}: {error}\n".encode())
            return 1
        return code

    async def _redirect(self, redirect: Redirect, streams: Streams, files: list[FileSink]) -> Streams:
        target = await self._expansion.text(redirect.target)
        if redirect.operator == "<":
            return replace(streams, source=self._read_file(target))
        if redirect.operator == ">&":
            sink = {"1": streams.sink, "2": streams.error_sink}.get(target, streams.sink)
        else:
            modified = int(self._phone.clock.now().timestamp())
            files.append(FileSink(self._phone.files, target, modified, append=redirect.operator == ">>"))
            sink = files[-1].write
        return replace(streams, sink=sink) if redirect.fd == 1 else replace(streams, error_sink=sink)

    def _read_file(self, path: str) -> Source:
        if path == "/dev/null":
            return nothing
        entry = self._phone.files.get(path)
        if entry is None:
            message = f"can't open {path}: No such file or directory"
            raise FileNotFoundError(message)
        return once(entry.data)

    # --- one command ------------------------------------------------------------------------------------

    async def _simple(self, command: Simple, streams: Streams) -> int:
        assigned = {name: await self._expansion.text(word) for name, word in command.assignments}
        arguments = [argument for word in command.words for argument in await self._expansion.arguments(word)]
        if not arguments:
            self._variables.update(assigned)
            return 0
        name = arguments[0].removeprefix("/system/bin/")
        call = Call(self._phone, name, arguments[1:], self._variables | assigned)
        return await self._call(resolve(call), streams)

    async def _call(self, call: Call, streams: Streams) -> int:
        if call.name == "exit":
            raise ShellExit(int(call.first) if call.first.isdecimal() else self.status)
        if call.name in ("cd", "export"):
            return self._builtin(call)
        if call.name == "sh":
            return await self._inner_shell(call, streams)
        if call.name not in _BUILTINS and _strikes(call):
            return 1
        if call.name in _STARTED and self._phone.traits.warning:
            await streams.err(self._phone.traits.warning.encode())
        try:
            program = PROGRAMS.get(call.name, self._command)
            return await program(call, streams)
        except ValueError as error:
            await streams.err(f"{call.name}: bad argument: {error}\n".encode())
            return 1

    async def _command(self, call: Call, streams: Streams) -> int:
        command = COMMANDS.get(call.name)
        if command is None:
            await streams.err(f"{_SHELL}: {call.name}: inaccessible or not found\n".encode())
            return _NOT_FOUND
        reply = command(call)
        await streams.out(reply.out.encode() if isinstance(reply.out, str) else reply.out)
        await streams.err(reply.err.encode())
        return reply.code

    def _builtin(self, call: Call) -> int:
        if call.name == "cd":
            self._variables["PWD"] = call.first or "/"
        else:
            for name, _, value in (argument.partition("=") for argument in call.args):
                self._variables[name] = value
        return 0

    async def _inner_shell(self, call: Call, streams: Streams) -> int:
        """Run `sh -c LINE`, `sh FILE`, or what comes on standard input."""
        if (line := call.option("-c")) is None:
            if call.args:
                entry = self._phone.files.get(call.first)
                line = entry.data.decode() if entry is not None else None
            else:
                line = (await read_all(streams.source)).decode()
        if line is None:
            await streams.err(f"sh: {call.first}: No such file or directory\n".encode())
            return _NOT_FOUND
        return await Session(self._phone).run(line, streams)

    async def _output_of(self, line: str) -> str:
        """Run the line of `$(line)`."""
        collected = bytearray()

        async def collect(data: bytes) -> None:
            collected.extend(data)

        await Session(self._phone).run(line, Streams(nothing, collect, self._error_sink or collect))
        return collected.decode(errors="replace")


def _applies(pipeline: Pipeline, status: int) -> bool:
    """Tell whether `&&` or `||` lets the pipeline run after that exit code."""
    return pipeline.after == ";" or (pipeline.after == "&&") == (status == 0)


def _strikes(call: Call) -> bool:
    """Let the fault of the shell strike, ordered or by chance."""
    return call.phone.faults.take(Fault.SHELL_FAILS) or call.phone.faults.chance("shell") is not None
