"""The server on a phone does not go on listening while the phone has nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from deployments.worker.phones.idle_servers import IDLE_AFTER, IdleServerStopper
from phonefleet.clock import SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions


class HandClock(SystemClock):
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.shown = timedelta()

    def monotonic(self) -> float:
        return self.shown.total_seconds()

    def advance(self, duration: timedelta) -> None:
        self.shown += duration


@dataclass
class Desk:
    """A lane without a thread: `work` does a job, `submit` does it at once."""

    free: bool = True
    finished: int = 0
    stops: list[int] = field(default_factory=list[int])

    def submit(self, job: Callable[[Any], None]) -> None:
        job(None)
        self.stops.append(self.finished)
        self.finished += 1

    def work(self) -> None:
        self.finished += 1


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def idling(clock: HandClock) -> IdleServerStopper:
    return IdleServerStopper(Sessions(FastAdbClient(1, "127.0.0.2"), clock), clock)


def pass_time(idling: IdleServerStopper, clock: HandClock, lane: Desk, turns: int = 12) -> None:
    """Look every 15 s, as the worker does."""
    for _ in range(turns):
        idling.stop_servers({"phone": lane})
        clock.advance(timedelta(seconds=15))


def test_a_phone_without_work_is_stopped_once(idling: IdleServerStopper, clock: HandClock) -> None:
    lane = Desk()
    pass_time(idling, clock, lane, turns=60)
    assert lane.stops == [0]


def test_a_phone_that_works_now_and_then_is_not_stopped(idling: IdleServerStopper, clock: HandClock) -> None:
    lane = Desk()
    for _ in range(20):
        pass_time(idling, clock, lane, turns=4)
        lane.work()
    assert lane.stops == []


def test_a_phone_at_work_is_not_stopped(idling: IdleServerStopper, clock: HandClock) -> None:
    lane = Desk(free=False)
    pass_time(idling, clock, lane, turns=60)
    assert lane.stops == []


def test_after_more_work_it_is_stopped_again(idling: IdleServerStopper, clock: HandClock) -> None:
    lane = Desk()
    pass_time(idling, clock, lane)
    lane.work()
    pass_time(idling, clock, lane)
    assert lane.stops == [0, 2]


def test_it_is_not_stopped_before_its_time(idling: IdleServerStopper, clock: HandClock) -> None:
    lane = Desk()
    idling.stop_servers({"phone": lane})
    clock.advance(IDLE_AFTER - timedelta(seconds=1))
    idling.stop_servers({"phone": lane})
    assert lane.stops == []
    clock.advance(timedelta(seconds=1))
    idling.stop_servers({"phone": lane})
    assert lane.stops == [0]
