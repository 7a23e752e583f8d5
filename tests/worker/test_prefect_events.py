"""What wakes the worker: every scheduled or cancelled run, whatever its state is called, and queues that open."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from prefect.events.schemas.events import Event

from deployments.worker.prefect.events import QUEUE_OPENED, RUN_SCHEDULED, RUN_STOPPED, AdaptivePoll

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def event(name: str, **labels: str) -> Event:
    return Event.model_validate({"event": name, "occurred": YESTERDAY, "resource": labels})


def entered(state_type: str, name: str) -> Event:
    labels = {"prefect.resource.id": "prefect.flow-run.1", "prefect.state-type": state_type}
    return event(f"prefect.flow-run.{name}", **labels)


def queue(change: str) -> Event:
    return event(f"prefect.work-queue.{change}", **{"prefect.resource.id": "prefect.work-queue.1"})


@pytest.mark.parametrize("name", ["Scheduled", "Late", "AwaitingRetry", "Resuming", "As a person calls it"])
def test_a_run_that_is_scheduled_wakes_whatever_its_state_is_called(name: str) -> None:
    assert RUN_SCHEDULED.includes(entered("SCHEDULED", name))
    assert not RUN_STOPPED.includes(entered("SCHEDULED", name))


@pytest.mark.parametrize("state_type", ["CANCELLING", "CANCELLED", "PAUSED"])
def test_a_run_that_is_to_end_wakes(state_type: str) -> None:
    assert RUN_STOPPED.includes(entered(state_type, "Enough"))


@pytest.mark.parametrize("state_type", ["RUNNING", "COMPLETED", "PENDING"])
def test_what_runs_and_ends_lets_the_worker_sleep(state_type: str) -> None:
    assert not RUN_SCHEDULED.includes(entered(state_type, "Any"))
    assert not RUN_STOPPED.includes(entered(state_type, "Any"))


def test_a_queue_that_opens_wakes() -> None:
    assert QUEUE_OPENED.includes(queue("not-ready"))
    assert not QUEUE_OPENED.includes(queue("paused"))


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
