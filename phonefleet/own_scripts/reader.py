"""A process that loads own scripts and answers questions about them, so that no other process runs their code.

Questions and answers are JSON, a line each, over its standard input and output. It gets none of our settings, so that a
script finds no token and no password there. What a script prints or how it ends the process disturbs nobody else.
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

_OURS: Final = ("PHONEFLEET_", "PREFECT_")


class ReaderLost(Permanent):
    """The process that reads own scripts ended in the middle of an answer."""


class Answering(Protocol):
    """What answers questions about own scripts."""

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer. Raises `ReaderLost`."""
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

    with Reader(["python", "-m", "deployments.own_scripts.reading"], environment) as reader:
        told = reader.ask({"do": "describe", "file": "/…/visit.py", "folder": "/…"})
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], patience: timedelta = PATIENCE) -> None:
        self._command = command
        self._environment = environment
        self._patience = patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

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
            process = self._process = self._process or self._start()
            late = threading.Event()
            timer = threading.Timer(self._patience.total_seconds(), _end, (process, late))
            timer.start()
            try:
                return _exchange(process, question)
            except (OSError, ValueError) as error:
                self._stop()
                raise ReaderLost(self._why(late)) from error
            finally:
                timer.cancel()

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the command is ours
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=self._environment, start_new_session=True,
        )  # fmt: skip

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was not written yet has nobody to read it
                    if pipe is not None:
                        pipe.close()
            process.wait()

    def _why(self, late: threading.Event) -> str:
        if late.is_set():
            return say(
                "own_scripts.takes_longer_than_s_read",
                "takes longer than {patience} s to be read",
                patience=f"{self._patience.total_seconds():g}",
            )
        return say("own_scripts.ends_process_reads", "ends the process that reads it")


def _exchange(process: subprocess.Popen[bytes], question: Mapping[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None  # noqa: S101 - it was started with pipes
    assert process.stdout is not None  # noqa: S101 - as above
    process.stdin.write(json.dumps(question).encode() + b"\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a reader with all that its scripts have started: one of these might hold our pipes open for ever."""
    if os.name == "nt":  # without process groups of this kind
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
