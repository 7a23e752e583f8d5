"""PID files: records of the running processes of a home, by which a later launcher ends what a killed one left.

A process is identified by its id and its creation time, because ids are reused.
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
    """One running process.

    `born` is its creation time in seconds since the epoch, `owner` the process id of the launcher that started it,
    `order` the number of the signal that asks it to end, `last` whether older ones use it, so that it ends after them.
    """

    name: str
    pid: int
    born: float
    owner: int
    order: int = signal.SIGTERM
    last: bool = False

    def process(self) -> psutil.Process | None:
        """Return the process, or None when it has ended."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            if process.create_time() == self.born and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


class Records:
    """The records of one home, one JSON file for each process in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, pid: int, order: int = signal.SIGTERM, *, last: bool = False) -> None:
        """Record a process that this process started."""
        # A full disk, or a process that has ended already: a record serves only to end what a killed launcher leaves.
        with contextlib.suppress(psutil.Error, OSError):
            record = Record(name, pid, psutil.Process(pid).create_time(), os.getpid(), order, last)
            write_atomically(self._folder / f"{name}.json", json.dumps(asdict(record)))

    def remove(self, name: str) -> None:
        """Delete the record of a process."""
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def all(self) -> list[Record]:
        """Return all records; files that cannot be read are skipped."""
        found: list[Record] = []
        for path in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError):
                found.append(Record(**json.loads(path.read_text(encoding="utf-8"))))
        return found


def end(records: Iterable[Record], grace: timedelta) -> None:
    """Ask each process to end and kill it after `grace`, the youngest first, because it uses the older ones."""
    for record in sorted(records, key=lambda record: (not record.last, record.born), reverse=True):
        _send(record, record.order)
        deadline = time.monotonic() + grace.total_seconds()
        while record.process() and time.monotonic() < deadline:
            time.sleep(0.05)
        _send(record, getattr(signal, "SIGKILL", signal.SIGTERM))


def write_atomically(path: Path, text: str) -> None:
    """Replace a file by renaming, so that a reader sees either the old or the new text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _send(record: Record, order: int) -> None:
    process = record.process()
    if process is not None:
        with contextlib.suppress(psutil.Error):
            process.send_signal(order)
