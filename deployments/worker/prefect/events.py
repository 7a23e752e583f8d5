"""Wakes the worker by push: Prefect's event stream tells when a run is scheduled or to be cancelled.

Runs are told by the type of their state, whatever its name: a retry is called AwaitingRetry, and people give names.

Prefect tells of a state before the transaction that writes it ends (`InstrumentFlowRunStateTransitions`, 3.8.8): who
asks at once may not see it yet. So the worker asks again soon after each event, and ever more rarely after that.
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
RUN_CANCELLED = _entering("CANCELLING", "CANCELLED")
QUEUE_OPENED = EventFilter(
    event=EventNameFilter(name=[f"prefect.work-queue.{change}" for change in ("ready", "not-ready", "updated")])
)
"""A queue that is no longer paused is `not-ready` until a worker asks for it."""


class Alertness:
    """How long to sleep unless something wakes: briefly after it did, thrice as long each time that nothing does."""

    def __init__(self, shortest: timedelta, longest: timedelta) -> None:
        self._shortest, self._longest = shortest, longest
        self.patience = longest

    async def sleep(self, woken: asyncio.Event) -> None:
        """Sleep until the event is set, which clears it, or for `patience`."""
        try:
            await asyncio.wait_for(woken.wait(), self.patience.total_seconds())
        except TimeoutError:
            self.patience = min(3 * self.patience, self._longest)
        else:
            self.patience = self._shortest
        woken.clear()


class Wakeable(Protocol):
    """Something that an event wakes: `asyncio.Event` is one."""

    def set(self) -> None:
        """Wake it."""
        ...


async def listen(wanted: EventFilter, wakeable: Wakeable) -> None:
    """Follow Prefect's events and wake at each; returns or raises when the stream ends.

    What was missed meanwhile is made up by waking once after each (re)connection.
    """
    async with get_events_subscriber(filter=wanted.model_copy(), reconnection_attempts=0) as events:
        wakeable.set()
        async for _ in events:
            wakeable.set()
