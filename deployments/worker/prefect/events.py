"""Subscribes to Prefect's event stream, which wakes the worker when a run is scheduled or to be cancelled.

Events are selected by the type of a run's state, because its name varies: a retry is called AwaitingRetry, and people
give names of their own.

Prefect sends the event before it commits the state (`InstrumentFlowRunStateTransitions`, 3.8.8), so a request made at
once may not see the run. The worker therefore polls soon after each event, and then at growing intervals.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.events.schemas.events import ResourceSpecification

_TYPE = "prefect.state-type"


def _entering(*state_types: str) -> EventFilter:
    labels = ResourceSpecification({_TYPE: list(state_types)})
    return EventFilter(resource=EventResourceFilter(labels=labels))


RUN_SCHEDULED = _entering("SCHEDULED")
RUN_STOPPED = _entering("CANCELLING", "CANCELLED", "PAUSED")
QUEUE_OPENED = EventFilter(
    event=EventNameFilter(name=[f"prefect.work-queue.{change}" for change in ("ready", "not-ready", "updated")])
)
"""All three, because a queue that was just resumed is `not-ready` until a worker polls it."""
SOMETHING_DELETED = EventFilter(
    event=EventNameFilter(name=[f"prefect.{what}.deleted" for what in ("deployment", "work-queue", "work-pool")])
)


class AdaptivePoll:
    """A poll interval that is reset to the shortest by an event and tripled by each timeout, up to the longest.

    For example:

        poll = AdaptivePoll(timedelta(seconds=1), timedelta(seconds=30))
        while True:
            await poll.sleep(woken)
            await ask()
    """

    def __init__(self, shortest: timedelta, longest: timedelta) -> None:
        self._shortest, self._longest = shortest, longest
        self.interval = longest

    async def sleep(self, woken: asyncio.Event) -> None:
        """Sleep until the event is set or `interval` has passed; the event is cleared."""
        try:
            await asyncio.wait_for(woken.wait(), self.interval.total_seconds())
        except TimeoutError:
            self.interval = min(3 * self.interval, self._longest)
        else:
            self.interval = self._shortest
        woken.clear()


class Wakeable(Protocol):
    """Something to wake, such as an `asyncio.Event`."""

    def set(self) -> None:
        """Wake it."""
        ...


async def listen(wanted: EventFilter, wakeable: Wakeable) -> None:
    """Wake at each event that matches, until the stream ends.

    Also wakes once after connecting, for events that were missed before. Returns or raises when the stream ends; the
    caller connects again.
    """
    async with get_events_subscriber(filter=wanted.model_copy(), reconnection_attempts=0) as events:
        wakeable.set()
        async for _ in events:
            wakeable.set()
