"""Wakes the worker by push: Prefect's event stream tells when a run is scheduled or to be cancelled.

Runs are told by the type of their state, whatever its name: a retry is called AwaitingRetry, and people give names.
"""

from __future__ import annotations

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
