"""An append-only file of events that survives the death of its writer at any byte."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from phonefleet.errors import Permanent
from virtual_phones.world.events import Event


class JournalBroken(Permanent):
    """The world's journal is damaged: move it away to start with a fresh world."""


class Journal:
    """One JSON object a line, in order of happening.

    A line counts once its line break is written; a torn last line is cut off when the file is opened, so that
    the next event starts on a line of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def replay(self) -> Iterator[Event]:
        """Yield what happened so far, after cutting off a torn last line.

        Raises:
            JournalBroken: a line before the last is no event.

        """
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            yield self._event(number, line)

    def append(self, event: Event) -> None:
        """Write the event through to the operating system in one call."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = FileIO(self._path, "a")
        line = json.dumps(event.as_record(), ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _event(self, number: int, line: bytes) -> Event:
        try:
            return Event.from_record(json.loads(line))
        except (ValueError, AttributeError) as error:
            message = f"line {number} of {self._path} is no event: move the file away to start with a fresh world"
            raise JournalBroken(message) from error
