"""The route of server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.answers.fields import LARGEST_ID, Text
from api.fleet import named
from api.live.broadcast import Event, Listener, TheBroadcast
from api.loops.threads import in_thread
from api.persons.identity import Identities, Identity, TheIdentities, TheIdentity
from api.resources import TheResources

router = APIRouter(tags=["events"])

_HEARTBEAT = timedelta(seconds=15)
_COME_BACK_AFTER = timedelta(seconds=2)
_BEGINNING = f"retry: {_COME_BACK_AFTER // timedelta(milliseconds=1)}\nevent: ready\ndata: {{}}\n\n"
_DESCRIPTION = """Server-sent events, for dashboards.

| event | data |
|---|---|
| `ready` | the stream has begun, or begun again: list what you show |
| `task` | a task that is new or has changed, as `GET /task` shows it, or `{"id", "deleted": true}` |
| `tasks` | many new tasks, `{"first_id", "last_id"}`: list them |
| `device` | a phone that is new or has changed, as `GET /devices` shows it |

A comment comes every 15 seconds while nothing changes. `Last-Event-ID` is not needed: after `ready` a list has all."""
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


class EventStream(StreamingResponse):
    """An endless response of the media type text/event-stream."""

    media_type = "text/event-stream"


@router.get("/events", response_class=EventStream, responses=_ANSWER, description=_DESCRIPTION)
async def follow_events(  # noqa: PLR0913, PLR0917 - what it needs, and what it is asked
    resources: TheResources,
    broadcast: TheBroadcast,
    identity: TheIdentity,
    identities: TheIdentities,
    task_id: Annotated[int | None, Query(ge=1, lt=LARGEST_ID, description="Only this task.")] = None,
    serial: Annotated[Text | None, Query(min_length=1, description="Only this phone and its tasks.")] = None,
) -> EventStream:
    """Follow changes of tasks and phones."""
    if serial is not None:
        serial = await in_thread(named.filtered_serial, resources, serial)
    open_until_end = ExitStack()
    listener = open_until_end.enter_context(broadcast.listening(task_id, serial))
    events = _while_it_holds(_events(listener, open_until_end), identity, identities)
    return EventStream(events, headers={"X-Accel-Buffering": "no"})


async def _events(listener: Listener, open_until_end: ExitStack) -> AsyncGenerator[str]:
    with open_until_end:
        yield _BEGINNING
        while True:
            try:
                event = await asyncio.wait_for(listener.queue.get(), _HEARTBEAT.total_seconds())
            except TimeoutError:
                yield ": nothing new\n\n"
                continue
            if event is None:
                return
            yield _as_text(event)


async def _while_it_holds(
    events: AsyncGenerator[str], identity: Identity, identities: Identities
) -> AsyncGenerator[str]:
    """Pass events on until the caller's token or session is taken away: seen at the next event or sign of life."""
    async with aclosing(events):
        async for event in events:
            if not await identities.still_holds(identity):
                return
            yield event


def _as_text(event: Event) -> str:
    return f"event: {event.kind}\ndata: {event.data}\n\n"
