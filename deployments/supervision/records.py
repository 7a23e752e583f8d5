"""What runs for a home, written down: so that whoever comes after a launcher that was killed can end what it left.

A process is known by its number and its time of birth, because numbers are used again.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Record:
    """One running process, and the launcher (`owner`) that started it; `order` is the signal that asks it to end."""

    name: str
    pid: int
    born: float
    owner: int
    order: int = signal.SIGTERM

    def process(self) -> psutil.Process | None:
        """Return the process, or None when it has ended."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            if process.create_time() == self.born and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


class Records:
    """The records of one home, a file each in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, pid: int, order: int = signal.SIGTERM) -> None:
        """Write down a process that this one started."""
        with contextlib.suppress(psutil.Error):
            record = Record(name, pid, psutil.Process(pid).create_time(), os.getpid(), order)
            write_atomically(self._folder / f"{name}.json", json.dumps(asdict(record)))

    def remove(self, name: str) -> None:
        """Forget a process."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def all(self) -> list[Record]:
        """Return what is written down; what cannot be read counts as nothing."""
        found: list[Record] = []
        for path in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError):
                found.append(Record(**json.loads(path.read_text(encoding="utf-8"))))
        return found


def end(records: Iterable[Record], grace: timedelta) -> None:
    """Ask each process to end, and after `grace` end it; the youngest first, because it uses the others."""
    for record in sorted(records, key=lambda record: record.born, reverse=True):
        _send(record, record.order)
        deadline = time.monotonic() + grace.total_seconds()
        while record.process() and time.monotonic() < deadline:
            time.sleep(0.05)
        _send(record, getattr(signal, "SIGKILL", signal.SIGTERM))


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader finds all of it or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _send(record: Record, order: int) -> None:
    process = record.process()
    if process is not None:
        with contextlib.suppress(psutil.Error):
            process.send_signal(order)
