"""A process that loads own scripts and answers questions about them, so that no other process runs their code.

Questions and answers are JSON, a line each, over its standard input and output. It gets none of our settings, so that a
script finds no token and no password there. What a script prints or how it ends the process disturbs nobody else.

The process may let another group of processes read the scripts: `{"do": "begin"}` is answered with `{"group": N}`, the
number of the group that reads them as they are from now on, or None if the process does so itself. `{"lost": true}` is
the answer where what read them has ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from phonefleet.errors import Permanent
from phonefleet.words import say

PATIENCE: Final = timedelta(seconds=60)
"""How long one answer may take; importing Prefect alone takes seconds on a small computer."""

BEGIN: Final = "begin"
"""What is done so that files are read as they are now."""
GROUP: Final = "group"
"""The field with the group of processes that reads them."""
LOST: Final = "lost"
"""The field that tells that this group has ended."""

_OURS: Final = ("PHONEFLEET_", "PREFECT_")


class ReaderLost(Permanent):
    """The process that reads own scripts ended in the middle of an answer."""


class _GroupLost(Exception):  # noqa: N818 - it is told by its name
    """What read the scripts has ended, and the process that let it read has not."""


class Answering(Protocol):
    """What answers questions about own scripts."""

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer. Raises `ReaderLost`."""
        ...

    def renew(self) -> None:
        """Let the next question see the files as they are then."""
        ...

    def close(self) -> None:
        """End it; the next question starts it again, with the files as they are then."""
        ...


def reader_environment(inherited: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of a reader: the inherited one without our settings and without Prefect's."""
    kept = {name: value for name, value in inherited.items() if not name.startswith(_OURS)}
    return {**kept, "PREFECT_HOME": str(home / "prefect"), "PREFECT_LOGGING_TO_API_ENABLED": "false"}


class Reader:
    """Starts the process at the first question, and again after it was lost. Thread-safe.

    with Reader(["python", "-m", "deployments.own_scripts.answering"], environment) as reader:
        told = reader.ask({"do": "describe", "file": "/…/visit.py", "folder": "/…"})
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], patience: timedelta = PATIENCE) -> None:
        self._command = command
        self._environment = environment
        self._patience = patience
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question.

        Raises:
            ReaderLost: the process ended, or took too long and was ended; the message says which.

        """
        with self._lock:
            process = self._process = self._process or _Process.started(self._command, self._environment)
            late = threading.Event()
            timer = threading.Timer(self._patience.total_seconds(), _end, (process, late))
            timer.start()
            try:
                return process.answer(question)
            except _GroupLost as error:
                process.renew()
                raise ReaderLost(self._why(late)) from error
            except (OSError, ValueError) as error:
                self._stop()
                raise ReaderLost(self._why(late)) from error
            finally:
                timer.cancel()

    def renew(self) -> None:
        """End what reads the files, and keep the process, which has loaded what takes long, if it can begin again."""
        with self._lock:
            if self._process is not None and not self._process.renew():
                self._stop()

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _why(self, late: threading.Event) -> str:
        if late.is_set():
            return say(
                "own_scripts.takes_longer_than_s_read",
                "takes longer than {patience} s to be read",
                patience=f"{self._patience.total_seconds():g}",
            )
        return say("own_scripts.ends_process_reads", "ends the process that reads it")


class _Process:
    """The process that runs, and the group that reads the files for it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._begun = False
        self._group: int | None = None

    @classmethod
    def started(cls, command: Sequence[str], environment: Mapping[str, str]) -> Self:
        """Start the process."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=dict(environment), start_new_session=True
        )
        return cls(process)

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question, and begin before the first.

        Raises:
            OSError: the process has ended.
            ValueError: it has, in the middle of its answer.
            _GroupLost: what read the files has ended.

        """
        if not self._begun:
            self._group = self._exchange({"do": BEGIN})[GROUP]
            self._begun = True
        return self._exchange(question)

    def renew(self) -> bool:
        """End the group that reads; tell whether the process can let another one read."""
        if self._begun and self._group is None:
            return False
        _kill_group(self._group)
        self._begun = False
        return True

    def kill(self) -> None:
        """Kill it with all that its scripts have started: one of these might hold our pipes open for ever."""
        if os.name == "nt":  # without process groups of this kind
            self._process.kill()
            return
        _kill_group(self._group)
        _kill_group(self._process.pid)

    def end(self) -> None:
        """Kill it, and return when it has ended."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what was not written yet has nobody to read it
                if pipe is not None:
                    pipe.close()
        self._process.wait()

    def _exchange(self, question: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None  # noqa: S101 - it was started with pipes
        assert self._process.stdout is not None  # noqa: S101 - as above
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if LOST in answer:
            raise _GroupLost
        return answer


def _end(process: _Process, late: threading.Event) -> None:
    late.set()
    process.kill()


def _kill_group(group: int | None) -> None:
    if group is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
