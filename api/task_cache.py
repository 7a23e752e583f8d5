"""Tasks as lists show them, kept as JSON by the version of their row: most have not changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from api.schemas import TaskOut
from api.shown import shown
from api.threads import to_end
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings

_MOST_BYTES = 24 * 1024 * 1024


class TaskCache:
    """The JSON of tasks. A task that has changed has another version and is read again; the oldest give way."""

    def __init__(self, ledger: Ledger, settings: Settings, most_bytes: int = _MOST_BYTES) -> None:
        self._ledger = ledger
        self._settings = settings
        self._most = most_bytes
        self._lock = Lock()
        self._size = 0
        self._kept: dict[int, tuple[int, bytes]] = {}

    async def json_of(self, versions: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return these tasks in this order, without those that were deleted meanwhile."""
        found = {task_id: self._kept.get(task_id) for task_id, _ in versions}
        missing = [one for one in versions if (kept := found[one[0]]) is None or kept[0] != one[1]]
        if missing:
            found |= await to_end(self._read, dict(missing))
        return [kept[1] for task_id, _ in versions if (kept := found[task_id]) is not None]

    def _read(self, versions: dict[int, int]) -> dict[int, tuple[int, bytes] | None]:
        read: dict[int, tuple[int, bytes] | None] = dict.fromkeys(versions)
        for task in self._ledger.tasks.some(list(versions)):
            text = shown(task, self._settings, TaskOut).model_dump_json().encode()
            read[task.id] = (versions[task.id], text)
        with self._lock:
            for task_id, kept in read.items():
                self._keep(task_id, kept)
        return read

    def _keep(self, task_id: int, kept: tuple[int, bytes] | None) -> None:
        earlier = self._kept.pop(task_id, None)
        self._size -= len(earlier[1]) if earlier else 0
        if kept is not None:
            self._kept[task_id] = kept
            self._size += len(kept[1])
        while self._size > self._most:
            self._size -= len(self._kept.pop(next(iter(self._kept)))[1])
