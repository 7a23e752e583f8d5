"""Runs command lines on a phone: what `sh -c` does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from virtual_phones.faults import Fault
from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.built_in import SHELL, LoopExit, ShellExit, ShellState, run_builtin
from virtual_phones.shell.channels import FileSink, Pipe, Sink, Source, Streams, nothing, once, read_all
from virtual_phones.shell.command import Call
from virtual_phones.shell.expansion import Expansion
from virtual_phones.shell.jobs import LineSource
from virtual_phones.shell.parser import parse
from virtual_phones.shell.registry import COMMANDS, PROGRAMS, resolve
from virtual_phones.shell.syntax import (
    Command,
    For,
    Group,
    If,
    Loop,
    Pipeline,
    Redirect,
    Script,
    ShellSyntaxError,
    Simple,
)

_NOT_FOUND = 127
_BUILTINS = frozenset({"echo", "exit", "true", "false", "cd", "export", "printf", ":", "test", "["})
"""Commands of the shell itself, which no fault strikes: clients append `; echo $?` to theirs."""


_STARTED = frozenset(
    {"am", "content", "dumpsys", "getprop", "ime", "monkey", "pm", "screencap", "settings", "svc", "uiautomator", "wm"}
)
"""Commands that start a program of Android, whose linker may have something to say."""


class Session:
    """One shell with its state; `exited` once it called `exit`."""

    def __init__(self, phone: VirtualPhone, outer: Session | None = None) -> None:
        self._phone = phone
        self.state: ShellState = ShellState() if outer is None else outer.state.inner()
        self.exited = False
        self._error_sink: Sink | None = None
        self._expansion = Expansion(self.state.variables, phone.files, self._output_of)

    async def run(self, line: str, streams: Streams) -> int:
        """Run a command line and return the exit code of its last command."""
        try:
            script = parse(line)
        except ShellSyntaxError as error:
            await streams.err(f"{SHELL}: {error}\n".encode())
            return 1
        return await self.run_parsed(script, streams)

    async def run_parsed(self, script: Script, streams: Streams) -> int:
        """Run a script and return the exit code of its last command."""
        self._error_sink = streams.error_sink
        try:
            await self._script(script, _by_lines(streams))
        except ShellExit as exited:
            self.state.status, self.exited = exited.code, True
        except LoopExit:
            pass  # outside of a loop it means nothing
        return self.state.status

    async def _script(self, script: Script, streams: Streams) -> int:
        """Run a script, or a part of one, and return the exit code of its last command."""
        for pipeline in script:
            if not _applies(pipeline, self.state.status):
                continue
            if pipeline.background:
                self._start(pipeline, streams)
            else:
                self.state.status = await self._pipeline(pipeline, streams)
        return self.state.status

    def _start(self, pipeline: Pipeline, streams: Streams) -> None:
        """Run a pipeline in the background, in a shell of its own without input."""
        inner = Session(self._phone, self)
        work = inner.run_parsed((replace(pipeline, after=";", background=False),), replace(streams, source=nothing))
        redirected = {redirect.fd for redirect in pipeline.commands[-1].redirects}
        self.state.variables["!"] = str(self.state.jobs.start(work, detached={1, 2} <= redirected))
        self.state.status = 0

    async def _pipeline(self, pipeline: Pipeline, streams: Streams) -> int:
        self.state.variables["?"] = str(self.state.status)
        if len(pipeline.commands) == 1:
            code = await self._redirected(pipeline.commands[0], streams)
        else:
            code = await self._piped(pipeline.commands, streams)
        return int(not code) if pipeline.negated else code

    async def _piped(self, commands: tuple[Command, ...], streams: Streams) -> int:
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

    async def _stage(self, command: Command, streams: Streams, before: Pipe | None, after: Pipe | None) -> int:
        streams = replace(
            streams,
            source=streams.source if before is None else LineSource(before.read),
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

    async def _redirected(self, command: Command, streams: Streams) -> int:
        files: list[FileSink] = []
        try:
            for redirect in command.redirects:
                streams = await self._redirect(redirect, streams, files)
            code = await self._execute(command, streams)
            for file in files:
                file.close()
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            await streams.err(f"{SHELL}: {error}\n".encode())
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

    # --- compound commands ------------------------------------------------------------------------------

    async def _execute(self, command: Command, streams: Streams) -> int:
        match command:
            case Simple():
                return await self._simple(command, streams)
            case Loop():
                return await self._loop(command, streams)
            case For():
                return await self._for(command, streams)
            case If():
                return await self._if(command, streams)
            case Group(body, subshell=False):
                return await self._script(body, streams)
            case Group(body):
                return await Session(self._phone, self).run_parsed(body, streams)

    async def _loop(self, loop: Loop, streams: Streams) -> int:
        code = 0
        while (await self._script(loop.condition, streams) == 0) is not loop.negated:
            if not await self._round(loop.body, streams):
                break
            code = self.state.status
        return code

    async def _for(self, loop: For, streams: Streams) -> int:
        words = self.state.variables.get("@", "").split()
        if loop.words is not None:
            words = [argument for word in loop.words for argument in await self._expansion.arguments(word)]
        self.state.status = 0
        for self.state.variables[loop.name] in words:
            if not await self._round(loop.body, streams):
                break
        return self.state.status

    async def _round(self, body: Script, streams: Streams) -> bool:
        """Run the body of a loop once; False when it called `break`. Other tasks run in between."""
        await asyncio.sleep(0)
        try:
            await self._script(body, streams)
        except LoopExit as exited:
            return not exited.ends
        return True

    async def _if(self, command: If, streams: Streams) -> int:
        for condition, script in command.branches:
            if await self._script(condition, streams) == 0:
                self.state.status = 0
                return await self._script(script, streams)
        self.state.status = 0
        return await self._script(command.otherwise, streams)

    # --- one command ------------------------------------------------------------------------------------

    async def _simple(self, command: Simple, streams: Streams) -> int:
        assigned = {name: await self._expansion.text(word) for name, word in command.assignments}
        arguments = [argument for word in command.words for argument in await self._expansion.arguments(word)]
        if not arguments:
            self.state.variables.update(assigned)
            return 0
        name = arguments[0].removeprefix("/system/bin/")
        call = Call(self._phone, name, arguments[1:], self.state.variables | assigned)
        return await self._call(resolve(call), streams)

    async def _call(self, call: Call, streams: Streams) -> int:
        if call.name == "sh":
            return await self._inner_shell(call, streams)
        if (code := await run_builtin(call, streams, self.state)) is not None:
            return code
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
            await streams.err(f"{SHELL}: {call.name}: inaccessible or not found\n".encode())
            return _NOT_FOUND
        reply = command(call)
        await streams.out(reply.out.encode() if isinstance(reply.out, str) else reply.out)
        await streams.err(reply.err.encode())
        return reply.code

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
        inner = Session(self._phone, self)
        inner.state.take_arguments(call.args[2:] if call.first == "-c" else call.args)
        return await inner.run(line, streams)

    async def _output_of(self, line: str) -> str:
        """Run the line of `$(line)`."""
        collected = bytearray()

        async def collect(data: bytes) -> None:
            collected.extend(data)

        await Session(self._phone, self).run(line, Streams(nothing, collect, self._error_sink or collect))
        return collected.decode(errors="replace")


def _by_lines(streams: Streams) -> Streams:
    """Return the streams with an input from which `read` can take lines."""
    return streams if isinstance(streams.source, LineSource) else replace(streams, source=LineSource(streams.source))


def _applies(pipeline: Pipeline, status: int) -> bool:
    """Tell whether `&&` or `||` lets the pipeline run after that exit code."""
    return pipeline.after == ";" or (pipeline.after == "&&") == (status == 0)


def _strikes(call: Call) -> bool:
    """Let the fault of the shell strike, ordered or by chance."""
    return call.phone.faults.take(Fault.SHELL_FAILS) or call.phone.faults.chance("shell") is not None
