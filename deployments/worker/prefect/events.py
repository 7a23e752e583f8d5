"""Subscribes to Prefect's event stream, which wakes the worker when a run is scheduled or to be cancelled.

Events are selected by the type of a run's state, because its name varies: a retry is called AwaitingRetry, and people
give names of their own.

Prefect sends the event before it commits the state (`InstrumentFlowRunStateTransitions`, 3.8.8), so a request made at
once may not see the run. The worker therefore polls soon after each event, and then at growing intervals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.events.schemas.events import Event, ResourceSpecification

_TYPE = "prefect.state-type"


def _entering(*state_types: str) -> EventFilter:
    labels = ResourceSpecification({_TYPE: list(state_types)})
    return EventFilter(resource=EventResourceFilter(labels=labels))


def _named(*names: str) -> EventFilter:
    return EventFilter(event=EventNameFilter(name=list(names)))


_SCHEDULED = "SCHEDULED"
_DELETED = ".deleted"

RUN_TO_TAKE_OR_STOP = _entering(_SCHEDULED, "CANCELLING", "CANCELLED", "PAUSED")
QUEUE_OPENED_OR_SOMETHING_DELETED = _named(
    *[f"prefect.work-queue.{change}" for change in ("ready", "not-ready", "updated")],
    *[f"prefect.{what}{_DELETED}" for what in ("deployment", "work-queue", "work-pool")],
)
"""A queue that was just resumed is `not-ready` until a worker polls it.

One stream for both, and one for runs: the server matches each of its events with each stream.
"""


def is_scheduled(event: Event) -> bool:
    """Tell of an event of a run whether the run is scheduled; the others are to be stopped."""
    return event.resource.get(_TYPE) == _SCHEDULED


def is_deletion(event: Event) -> bool:
    """Tell whether something was deleted."""
    return event.event.endswith(_DELETED)


def queue_of(event: Event) -> str | None:
    """Return the name of the queue that a run is in, None where the event does not say."""
    queues = (one.name for one in event.related if one.role == "work-queue")
    return next(queues, None)


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


async def listen(wanted: EventFilter, hear: Callable[[Event | None], None]) -> None:
    """Hand on each event that matches, until the stream ends.

    Calls once with None after connecting, for events that were missed before. Returns or raises when the stream ends;
    the caller connects again.
    """
    async with get_events_subscriber(filter=wanted.model_copy(), reconnection_attempts=0) as events:
        hear(None)
        async for event in events:
            hear(event)
