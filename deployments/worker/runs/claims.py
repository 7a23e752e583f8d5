"""Chooses which of the runs that Prefect offers can start now, and computes when the next one is due. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from phonefleet.ledger.tasks.adoption import serial_in

DEFAULT_QUEUE = "default"
"""The queue into which Prefect puts a run that is started without naming one."""

MOST_NAMES = 20
"""With more queue names than this in a request, Prefect is slower than for the whole pool."""


def queues_to_ask(queues: Iterable[str]) -> list[str] | None:
    """Return the queue names to ask Prefect for, given those of the free phones; None means the whole pool."""
    names = [DEFAULT_QUEUE, *sorted(queues)]
    return None if len(names) > MOST_NAMES else names


def startable(
    flow_runs: Iterable[FlowRun], free: Collection[str], now: datetime, phones: Mapping[UUID, str] | None = None
) -> Iterator[FlowRun]:
    """Yield the runs that can start on the free phones, at most one for each phone, earliest due first.

    `phones` has the phone's serial by run id; a run that is not in it belongs to the phone that its parameter names.
    """
    taken: set[str] = set()
    for flow_run in sorted((run for run in flow_runs if due(run, now) <= now), key=lambda run: due(run, now)):
        serial = (phones or {}).get(flow_run.id) or serial_in(flow_run.parameters)
        if serial and serial in free and serial not in taken:
            taken.add(serial)
            yield flow_run


def next_due(flow_runs: Iterable[FlowRun], now: datetime) -> datetime | None:
    """Return the earliest due time of the runs that are not due yet; None without such a run."""
    return min((due(run, now) for run in flow_runs if due(run, now) > now), default=None)


def due(flow_run: FlowRun, now: datetime) -> datetime:
    """Return when the run is due to start; a run without a scheduled time is due now."""
    return flow_run.next_scheduled_start_time or now
