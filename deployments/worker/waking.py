"""Wakes the worker by push: Prefect's event stream tells when a run is scheduled or to be cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter

SCHEDULED = "prefect.flow-run.Scheduled"
CANCELLING = "prefect.flow-run.Cancelling"


class Wakeable(Protocol):
    """Something that an event wakes: `asyncio.Event` is one."""

    def set(self) -> None:
        """Wake it."""
        ...


async def listen(wakes: Mapping[str, Wakeable]) -> None:
    """Follow Prefect's events and set what each event's name wakes; returns or raises when the stream ends.

    What was missed meanwhile is made up by waking everything once after each (re)connection.
    """
    names = EventFilter(event=EventNameFilter(name=list(wakes)))
    async with get_events_subscriber(filter=names, reconnection_attempts=0) as events:
        for wakeable in wakes.values():
            wakeable.set()
        async for event in events:
            wakes[event.event].set()
