"""What a phone has logged: a ring of entries that `log` writes and `logcat` reads, follows and clears."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from phonefleet.clock import Clock

PRIORITIES = "VDIWEF"
"""The letters of the priorities, from verbose to fatal; their numbers begin at 2 (`android/log.h`)."""

_KEPT = 1000
_SYSTEM, _SYSTEM_UID = 1200, 1000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry; `number` counts all entries since the phone was made, `priority` is one of PRIORITIES."""

    number: int
    at: datetime
    tag: str
    message: str
    priority: str = "I"
    pid: int = _SYSTEM
    tid: int = _SYSTEM
    uid: int = _SYSTEM_UID


class SystemLog:
    """The main buffer of one phone; the oldest entries go when it is full."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.count = 0
        """How many entries were written since the phone was made."""
        self._entries: deque[LogEntry] = deque(maxlen=_KEPT)
        self._news: asyncio.Event | None = None

    def write(self, tag: str, message: str, priority: str = "I", pid: int = _SYSTEM, uid: int = _SYSTEM_UID) -> None:
        """Add an entry and wake who waits for one."""
        self._entries.append(LogEntry(self.count, self._clock.now(), tag, message, priority, pid, pid, uid))
        self.count += 1
        if self._news is not None:
            self._news.set()
            self._news = None

    def clear(self) -> None:
        """Forget all entries; later ones go on counting."""
        self._entries.clear()

    def since(self, number: int) -> list[LogEntry]:
        """Return the entries from a number on, oldest first."""
        return [entry for entry in self._entries if entry.number >= number]

    async def changed(self, seconds: float) -> bool:
        """Wait for the next entry; False when none came in time."""
        news = self._news = self._news or asyncio.Event()
        try:
            await asyncio.wait_for(news.wait(), seconds)
        except TimeoutError:
            return False
        return True
