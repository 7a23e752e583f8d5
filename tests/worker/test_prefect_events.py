"""What wakes the worker: every scheduled or cancelled run, whatever its state is called, and queues that open."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from prefect.events.schemas.events import Event, RelatedResource

from deployments.worker.prefect.events import (
    QUEUE_OPENED_OR_SOMETHING_DELETED,
    RUN_TO_TAKE_OR_STOP,
    AdaptivePoll,
    is_deletion,
    is_scheduled,
    queue_of,
)

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def event(name: str, **labels: str) -> Event:
    return Event.model_validate({"event": name, "occurred": YESTERDAY, "resource": labels})


def entered(state_type: str, name: str) -> Event:
    labels = {"prefect.resource.id": "prefect.flow-run.1", "prefect.state-type": state_type}
    return event(f"prefect.flow-run.{name}", **labels)


def queue(change: str) -> Event:
    return event(f"prefect.work-queue.{change}", **{"prefect.resource.id": "prefect.work-queue.1"})


@pytest.mark.parametrize("name", ["Scheduled", "Late", "AwaitingRetry", "Resuming", "As a person calls it"])
def test_a_run_that_is_scheduled_is_heard_of_whatever_its_state_is_called(name: str) -> None:
    scheduled = entered("SCHEDULED", name)
    assert RUN_TO_TAKE_OR_STOP.includes(scheduled)
    assert is_scheduled(scheduled)


@pytest.mark.parametrize("state_type", ["CANCELLING", "CANCELLED", "PAUSED"])
def test_a_run_that_is_to_end_is_heard_of(state_type: str) -> None:
    stopped = entered(state_type, "Enough")
    assert RUN_TO_TAKE_OR_STOP.includes(stopped)
    assert not is_scheduled(stopped)


@pytest.mark.parametrize("state_type", ["RUNNING", "COMPLETED", "PENDING"])
def test_what_runs_and_ends_lets_the_worker_sleep(state_type: str) -> None:
    assert not RUN_TO_TAKE_OR_STOP.includes(entered(state_type, "Any"))


def test_a_queue_that_opens_is_heard_of_and_so_is_what_is_deleted() -> None:
    opened, deleted, paused = queue("not-ready"), queue("deleted"), queue("paused")
    assert QUEUE_OPENED_OR_SOMETHING_DELETED.includes(opened)
    assert QUEUE_OPENED_OR_SOMETHING_DELETED.includes(deleted)
    assert not QUEUE_OPENED_OR_SOMETHING_DELETED.includes(paused)
    assert (is_deletion(opened), is_deletion(deleted)) == (False, True)


def test_an_event_of_a_run_names_its_queue() -> None:
    related = {
        "prefect.resource.id": "prefect.work-queue.7", "prefect.resource.role": "work-queue",
        "prefect.resource.name": "phone-1",
    }  # fmt: skip
    scheduled = entered("SCHEDULED", "Scheduled")
    assert queue_of(scheduled) is None
    assert queue_of(scheduled.model_copy(update={"related": [RelatedResource.model_validate(related)]})) == "phone-1"


def test_the_worker_asks_again_soon_after_it_was_woken_and_ever_more_rarely_after_that() -> None:
    tick = timedelta(milliseconds=1)
    alertness = AdaptivePoll(tick, 30 * tick)

    async def patience_after(*, wake: bool) -> timedelta:
        woken = asyncio.Event()
        if wake:
            woken.set()
        await alertness.sleep(woken)
        assert not woken.is_set()
        return alertness.interval

    async def sleep() -> list[timedelta]:
        return [await patience_after(wake=wake) for wake in (True, False, False, False, False, False, True)]

    assert asyncio.run(sleep()) == [n * tick for n in (1, 3, 9, 27, 30, 30, 1)]
