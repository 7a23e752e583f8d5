"""The fleet as the monitor knows it: looked at now and then, and between the looks as the server's events tell."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import Account, Device, Stats, Task
from phonefleet.client.events import Event
from phonefleet.client.tasks import FAILED, RUNNING
from phonefleet.clock import Clock

SELDOM = timedelta(seconds=10)
"""How often to look while events come: they tell nothing of accounts, and some may be lost."""
OFTEN = timedelta(seconds=2)
"""How often to look while none can come; and how often to count while they do."""
SOON = timedelta(seconds=1)
"""How long one look must be ago before the next, whatever happens."""
MOST_FAILURES = 5
MINUTE = timedelta(minutes=1)
_SHORTEST_SPAN = timedelta(seconds=5)
"""A rate over less than this says nothing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The fleet at one moment; `per_minute` is None before it can be told, `remark` says what keeps it from news."""

    at: datetime
    phones: list[Device]
    running: dict[int, Task]
    counts: Stats
    held: list[Account]
    failures: list[Task]
    per_minute: float | None
    remark: str | None


class FleetView:
    """What is known of the fleet. The first look raises what the client raises; later ones leave a remark."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._rate = Rate(clock)
        self._unsure = self._uncounted = False
        self._remark: str | None = None
        self.look()

    def look(self) -> None:
        """Ask for everything that is shown."""
        self._looked_at = self._clock.now()
        self._phones = {phone["serial"]: phone for phone in self._client.iter_devices()}
        self._running = {task["id"]: task for task in self._client.iter_tasks(status=RUNNING)}
        recent = self._client.list_tasks(status=FAILED, page_size=MOST_FAILURES)["tasks"]
        self._failures = {task["id"]: task for task in recent}
        self._held = list(self._client.iter_accounts(held=True))
        self._unsure = False
        self._count()

    def update(self, events: Iterable[Event], *, listening: bool) -> None:
        """Take in what was told, and ask where that is not enough."""
        for event in events:
            self._note(event)
        ago = self._clock.now() - self._looked_at
        if ago >= (SELDOM if listening else OFTEN) or (self._unsure and ago >= SOON):
            self._try(self.look)
        elif self._uncounted and self._clock.now() - self._counted_at >= OFTEN:
            self._try(self._count)

    def frame(self) -> Frame:
        """Return what is known now."""
        return Frame(
            at=self._clock.now(),
            phones=list(self._phones.values()),
            running=dict(self._running),
            counts=self._counts,
            held=self._held,
            failures=sorted(self._failures.values(), key=_ended, reverse=True)[:MOST_FAILURES],
            per_minute=self._rate.per_minute,
            remark=self._remark,
        )

    def _note(self, event: Event) -> None:
        self._uncounted = True
        if event.kind == "device":
            self._phones.pop(event.data["serial"], None)
            if "state" in event.data:
                self._phones[event.data["serial"]] = cast("Device", event.data)
        elif event.kind == "task":
            self._note_task(cast("Task", event.data))
        else:
            self._unsure = True

    def _note_task(self, task: Task) -> None:
        for place, status in ((self._running, RUNNING), (self._failures, FAILED)):
            place.pop(task["id"], None)
            if task.get("status") == status:
                place[task["id"]] = task

    def _count(self) -> None:
        self._counted_at = self._clock.now()
        self._counts = self._client.count_tasks()
        self._rate.note(self._counts["completed"] + self._counts["failed"])
        self._uncounted = False

    def _try(self, ask: Callable[[], None]) -> None:
        """Ask, or remark that nobody answers."""
        try:
            ask()
        except (ApiError, ApiUnreachable) as error:
            self._remark = str(error)
        else:
            self._remark = None


class Rate:
    """How fast a count grows, over the last minute or as long as it is known."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, count: int) -> None:
        """Take note of the count now; what is older than a minute is forgotten."""
        now = self._clock.monotonic()
        self._seen.append((now, count))
        while len(self._seen) > 2 and now - self._seen[1][0] >= MINUTE.total_seconds():  # noqa: PLR2004 - both ends
            self._seen.popleft()

    @property
    def per_minute(self) -> float | None:
        """How many more there are a minute; None before that can be told."""
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if ended - began < _SHORTEST_SPAN.total_seconds():
            return None
        return max(last - first, 0) / (ended - began) * MINUTE.total_seconds()


def _ended(task: Task) -> str:
    return task["end_time"] or ""
