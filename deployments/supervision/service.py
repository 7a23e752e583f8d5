"""The interface of a supervised service, and its usual implementation: a child process."""

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

from phonefleet.errors import Permanent


class ServiceFailed(Permanent):
    """A part of phonefleet did not start."""


class Service(Protocol):
    """Something that a supervisor starts, restarts when it dies, and stops."""

    @property
    def name(self) -> str:
        """The name, in messages and of its log."""
        ...

    @property
    def patience(self) -> timedelta:
        """How long it may take to become ready."""
        ...

    @property
    def order(self) -> int:
        """The number of the signal that asks its process to end."""
        ...

    def start(self) -> int:
        """Start it without waiting until it is ready; return its process id."""
        ...

    def alive(self) -> bool:
        """Tell whether its process runs."""
        ...

    def ready(self) -> bool:
        """Tell whether it can be used now; answers within about a second."""
        ...

    def ask_to_stop(self) -> None:
        """Ask it to shut down."""
        ...

    def kill(self) -> None:
        """Kill it, with every process that it has started."""
        ...

    def log_excerpt(self) -> str:
        """Return the end of its log and where the log is."""
        ...


@dataclass(frozen=True)
class Program:
    """A program to run: command, whole environment, log, readiness check, start timeout, working directory."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready: Callable[[], bool] = field(default=lambda: True)
    patience: timedelta = timedelta(seconds=180)
    folder: Path | None = None


class Child:
    """A program that runs as our child, in its own session, so that a terminal's Ctrl-C reaches only the launcher."""

    order: int = signal.SIGTERM

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        _rotate(program.log)

    @property
    def name(self) -> str:
        """The name, in messages and of its log."""
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
        """Run the program's readiness check, which may also succeed for another process on the same port."""
        return self._program.ready()

    @property
    def succeeded(self) -> bool:
        """Whether the process has ended with exit code 0."""
        return self._process is not None and self._process.poll() == 0

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process only, which ends its own children."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """Kill the process and its process group."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            _kill_group(self._process.pid)
        self._process.wait()

    def log_excerpt(self) -> str:
        """Return the end of its log and where the log is."""
        lines = self._program.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        code = self._process.poll() if self._process else None
        ending = "" if code is None else f"exit code {code}; "
        return f"{ending}see {self._program.log}" + "".join(f"\n  {line}" for line in lines[-12:])


def _rotate(log: Path) -> None:
    """Begin a new log and keep the previous one as `.1.log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".1.log"))
    log.touch()


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
