"""A stop ends any wait of a run at once, however long the wait would be."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import Evidence, Interrupted, Transient
from phonefleet.settings import Settings
from tasks.context import RunContext, current, running
from tasks.pauses import pause_between
from tasks.retries import device_task

PATIENCE = 60.0
HOUR = timedelta(hours=1)


class LongWaits(SystemClock):
    """A clock that tells of long waits; short ones pass at once."""

    def __init__(self) -> None:
        self.waiting = threading.Event()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        if duration >= HOUR:
            self.waiting.set()
            super().sleep(duration, stop)


@device_task(run_name="stumble")
def stumble() -> None:
    current().report.outcomes.append({"target": "nobody", "outcome": "stumbled"})
    error = Transient("something came in between")
    error.evidence = Evidence(None, "<hierarchy/>")
    raise error


@flow(persist_result=False)
def stumbling() -> None:
    stumble()


@flow(persist_result=False)
def pausing() -> None:
    pause_between(HOUR.total_seconds())


@pytest.fixture
def clock(context: RunContext) -> LongWaits:
    context.clock = LongWaits()
    context.settings = Settings(retry_wait=(HOUR, HOUR))
    return context.clock


def stopped(script: Any, context: RunContext, clock: LongWaits, api_url: str) -> list[str]:
    """Run a script in a thread, stop it while it waits, and return what it says of its interruption."""
    ended: list[str] = []

    def run() -> None:
        with temporary_settings({PREFECT_API_URL: api_url, PREFECT_LOGGING_TO_API_ENABLED: False}), running(context):
            try:
                script()
            except Interrupted as interrupted:
                ended.append(str(interrupted))

    thread = threading.Thread(target=run)
    thread.start()
    assert clock.waiting.wait(PATIENCE)
    context.stop.set("stopped")
    thread.join(PATIENCE)
    assert not thread.is_alive()
    return ended


def test_a_stop_ends_the_wait_before_a_retry(context: RunContext, clock: LongWaits, prefect_api_url: str) -> None:
    assert stopped(stumbling, context, clock, prefect_api_url) == ["stopped"]
    assert context.report.retries == 1
    assert len(context.report.artifacts) == 1  # of the one try that there was


def test_a_stop_ends_the_pause_between_two_tasks(context: RunContext, clock: LongWaits, prefect_api_url: str) -> None:
    assert stopped(pausing, context, clock, prefect_api_url) == ["stopped"]
