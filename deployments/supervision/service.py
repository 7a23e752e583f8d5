"""The parts that a launcher runs: what any of them can be asked, and the most common kind, a child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from phonefleet.clock import StopSignal
from phonefleet.errors import Permanent

_TURN = timedelta(milliseconds=50)


class ServiceFailed(Permanent):
    """A part of phonefleet did not start."""


class Service(Protocol):
    """Something that is started, watched, started again when it dies, and stopped."""

    @property
    def name(self) -> str:
        """What people call it, and its log's name."""
        ...

    @property
    def patience(self) -> timedelta:
        """How long it may take to become ready."""
        ...

    @property
    def order(self) -> int:
        """The signal that asks its process to end."""
        ...

    def start(self) -> int:
        """Start it without waiting until it is ready; return its process number."""
        ...

    def alive(self) -> bool:
        """Tell whether its process runs."""
        ...

    def ready(self) -> bool:
        """Tell whether it can be used now; answers within about a second."""
        ...

    def ask_to_stop(self) -> None:
        """Ask it to end in good order."""
        ...

    def kill(self) -> None:
        """End it at once, with everything that it has started."""
        ...

    def last_words(self) -> str:
        """Return the end of its log and where the log is."""
        ...


@dataclass(frozen=True)
class Program:
    """A child process to run: its command, its whole environment, how to see that it is ready, and its log."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], bool] = field(default=lambda: True)
    patience: timedelta = timedelta(seconds=180)
    folder: Path | None = None


class Child:
    """A program that runs as our child, in a session of its own: a terminal's Ctrl-C reaches only the launcher."""

    order: int = signal.SIGTERM

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        _rotate(program.log)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._program.name

    @property
    def patience(self) -> timedelta:
        """How long it may take to become ready."""
        return self._program.patience

    def start(self) -> int:
        """Start the process; its output goes to its log."""
        program = self._program
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                program.command, env=dict(program.environment), cwd=program.folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        return self._process.pid

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def ready(self) -> bool:
        """Tell whether it can be used now."""
        return self.alive() and self.usable()

    def usable(self) -> bool:
        """Tell whether the program's sign of readiness shows, whoever serves it."""
        return self._program.ready()

    @property
    def succeeded(self) -> bool:
        """Whether the process has ended with exit code 0."""
        return self._process is not None and self._process.poll() == 0

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process alone: it ends what it has started itself."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process and its group."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            _kill_group(self._process.pid)
        self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log and where the log is."""
        lines = self._program.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        code = self._process.poll() if self._process else None
        ending = "" if code is None else f"exit code {code}; "
        return f"{ending}see {self._program.log}" + "".join(f"\n  {line}" for line in lines[-12:])


def run_to_end(child: Child, stop: StopSignal) -> None:
    """Wait until a child that has a task of its own has done it.

    Raises:
        ServiceFailed: it failed or took too long; the message holds its last words.
        Interrupted: the stop signal was set meanwhile.

    """
    waited = timedelta(0)
    while child.alive() and waited < child.patience:
        stop.wait(_TURN)
        stop.check()
        waited += _TURN
    if not child.succeeded:
        message = f"{child.name} failed: {child.last_words()}"
        raise ServiceFailed(message)


def _rotate(log: Path) -> None:
    """Begin a new log and keep the one before."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".1.log"))
    log.touch()


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
