"""What wakes the worker: every scheduled or cancelled run, whatever its state is called, and queues that open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prefect.events.schemas.events import Event

from deployments.worker.waking import QUEUE_OPENED, RUN_CANCELLED, RUN_SCHEDULED

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
    assert not RUN_CANCELLED.includes(entered("SCHEDULED", name))


@pytest.mark.parametrize("state_type", ["CANCELLING", "CANCELLED"])
def test_a_run_that_is_to_end_wakes(state_type: str) -> None:
    assert RUN_CANCELLED.includes(entered(state_type, "Enough"))


@pytest.mark.parametrize("state_type", ["RUNNING", "COMPLETED", "PENDING"])
def test_what_runs_and_ends_lets_the_worker_sleep(state_type: str) -> None:
    assert not RUN_SCHEDULED.includes(entered(state_type, "Any"))
    assert not RUN_CANCELLED.includes(entered(state_type, "Any"))


def test_a_queue_that_opens_wakes() -> None:
    assert QUEUE_OPENED.includes(queue("not-ready"))
    assert not QUEUE_OPENED.includes(queue("paused"))
