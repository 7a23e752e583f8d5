"""What a shell runs in the background: jobs by process id, and the input that its commands read line by line."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine

from virtual_phones.shell.channels import Source

_FIRST_PID = 7001
_detached: set[asyncio.Task[int]] = set()
"""Jobs whose output goes to files; they outlive their shell, as on a phone."""


class Jobs:
    """The background jobs of one shell and of the shells in it."""

    def __init__(self) -> None:
        self._pids = itertools.count(_FIRST_PID)
        self._tasks: dict[int, asyncio.Task[int]] = {}

    def start(self, work: Coroutine[None, None, int], *, detached: bool) -> int:
        """Run something in the background and return its process id."""
        task, pid = asyncio.create_task(work), next(self._pids)
        self._tasks[pid] = task
        if detached:
            _detached.add(task)
            task.add_done_callback(_detached.discard)
        return pid

    def signal(self, pid: int) -> bool:
        """Interrupt a job; False when there is none with this process id."""
        task = self._tasks.get(pid)
        return task is not None and (task.done() or task.cancel())

    async def wait(self) -> None:
        """Wait until all jobs have ended."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def finish(self) -> None:
        """Wait for the jobs that write to the shell's own output, since that stays open for them."""
        if attached := [task for task in self._tasks.values() if task not in _detached]:
            await asyncio.wait(attached)

    def end(self) -> None:
        """End what is attached to a shell that is gone."""
        for task in self._tasks.values():
            if task not in _detached:
                task.cancel()


class LineSource:
    """A `Source` from which `read` takes lines, and leaves the rest to what reads next."""

    def __init__(self, source: Source) -> None:
        self._source, self._rest = source, b""

    async def __call__(self) -> bytes:
        """Return what is left over, else what arrives next."""
        rest, self._rest = self._rest, b""
        return rest or await self._source()

    async def line(self) -> bytes | None:
        """Return the next line without its end; None at the end of the input."""
        read = b""
        while b"\n" not in read:
            piece = await self()
            if not piece:
                return read or None
            read += piece
        line, _, self._rest = read.partition(b"\n")
        return line
