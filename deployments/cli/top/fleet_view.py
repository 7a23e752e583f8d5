"""The state of the fleet that the monitor shows: read from the API now and then, updated by events in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from phonefleet.client import ApiError, ApiUnreachable, Client
from phonefleet.client.answers import Account, Device, Stats, Task
from phonefleet.client.events import Event
from phonefleet.client.tasks import FAILED, RUNNING
from phonefleet.clock import Clock

POLL_WITH_EVENTS = timedelta(seconds=10)
"""How often to refresh while events come: there are none about accounts, and some may be lost."""
POLL_WITHOUT_EVENTS = timedelta(seconds=2)
"""How often to refresh while there is no event stream, and how often to count tasks while there is one."""
_READY_POLL = timedelta(seconds=5)
"""How often to ask what keeps all tasks from starting."""
SHORTEST_POLL = timedelta(seconds=1)
"""The shortest time between two refreshes."""
MOST_FAILURES = 5
MINUTE = timedelta(minutes=1)
_SHORTEST_SPAN = timedelta(seconds=5)
"""A rate over a shorter time would mean nothing."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The fleet at one moment.

    `per_minute` is the number of tasks that end in a minute, None while it is unknown; `remark` is the error of the
    last request, if it failed; `stopped` what keeps all tasks from starting, such as a dead worker. `away` are joined
    hosts that are not heard.
    """

    at: datetime
    phones: list[Device]
    running: dict[int, Task]
    counts: Stats
    held: list[Account]
    failures: list[Task]
    per_minute: float | None
    remark: str | None
    stopped: str | None = None
    away: Sequence[str] = ()


class FleetView:
    """The current state of the fleet. The first refresh raises the client's errors; later ones make them a remark."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._rate = Rate(clock)
        self._stale = self._counts_stale = False
        self._remark: str | None = None
        self._stopped: str | None = None
        self._away: list[str] = []
        self._asked_at = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Read everything that is shown from the API."""
        self._refreshed_at = self._clock.now()
        self._phones = {phone["serial"]: phone for phone in self._client.iter_devices()}
        self._running = {task["id"]: task for task in self._client.iter_tasks(status=RUNNING)}
        recent = self._client.list_tasks(status=FAILED, page_size=MOST_FAILURES)["tasks"]
        self._failures = {task["id"]: task for task in recent}
        self._held = list(self._client.iter_accounts(held=True))
        self._ask_readiness()
        self._stale = False
        self._count()

    def update(self, events: Iterable[Event], *, listening: bool) -> None:
        """Apply the events, and refresh if it is time or if events may be missing."""
        if self._clock.monotonic() - self._asked_at >= _READY_POLL.total_seconds():
            self._ask_readiness()
        for event in events:
            self._note(event)
        ago = self._clock.now() - self._refreshed_at
        if ago >= (POLL_WITH_EVENTS if listening else POLL_WITHOUT_EVENTS) or (self._stale and ago >= SHORTEST_POLL):
            self._try(self.refresh)
        elif self._counts_stale and self._clock.now() - self._counted_at >= POLL_WITHOUT_EVENTS:
            self._try(self._count)

    def frame(self) -> Frame:
        """Return the current state."""
        return Frame(
            at=self._clock.now(),
            phones=list(self._phones.values()),
            running=dict(self._running),
            counts=self._counts,
            held=self._held,
            failures=sorted(self._failures.values(), key=_ended, reverse=True)[:MOST_FAILURES],
            per_minute=self._rate.per_minute,
            remark=self._remark,
            stopped=self._stopped,
            away=tuple(self._away),
        )

    def _note(self, event: Event) -> None:
        self._counts_stale = True
        if event.kind == "device":
            self._phones.pop(event.data["serial"], None)
            if "state" in event.data:
                self._phones[event.data["serial"]] = cast("Device", event.data)
        elif event.kind == "task":
            self._note_task(cast("Task", event.data))
        else:
            self._stale = True

    def _note_task(self, task: Task) -> None:
        for place, status in ((self._running, RUNNING), (self._failures, FAILED)):
            place.pop(task["id"], None)
            if task.get("status") == status:
                place[task["id"]] = task

    def _count(self) -> None:
        self._counted_at = self._clock.now()
        self._counts = self._client.count_tasks()
        self._rate.note(self._counts["completed"] + self._counts["failed"])
        self._counts_stale = False

    def _ask_readiness(self) -> None:
        """Ask what keeps all tasks from starting; an API that is not ready says why."""
        self._asked_at = self._clock.monotonic()
        try:
            ready = self._client.is_ready()
            self._stopped = ready.get("remark")
            self._away = [host["name"] for host in ready.get("hosts") or [] if host["state"] == "away"]
        except ApiError as error:
            self._stopped = str(error)
        except ApiUnreachable:
            self._stopped = None  # the next reading says so

    def _try(self, ask: Callable[[], None]) -> None:
        """Call the API; keep its error as the remark."""
        try:
            ask()
        except (ApiError, ApiUnreachable) as error:
            self._remark = str(error)
        else:
            self._remark = None


class Rate:
    """The growth rate of a counter over the last minute, or since its first value."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, count: int) -> None:
        """Add the current value; values older than a minute are dropped."""
        now = self._clock.monotonic()
        self._seen.append((now, count))
        while len(self._seen) > 2 and now - self._seen[1][0] >= MINUTE.total_seconds():  # noqa: PLR2004 - both ends
            self._seen.popleft()

    @property
    def per_minute(self) -> float | None:
        """The growth in a minute; None until `_SHORTEST_SPAN` has passed."""
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if ended - began < _SHORTEST_SPAN.total_seconds():
            return None
        return max(last - first, 0) / (ended - began) * MINUTE.total_seconds()


def _ended(task: Task) -> str:
    return task["end_time"] or ""
