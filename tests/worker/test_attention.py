"""What a worker does for persons: it hands phones over when their lanes are free, and lets watched phones show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from deployments.worker.phones.attention import Attention
from deployments.worker.resources import Resources
from phonefleet.clock import SystemClock
from phonefleet.errors import AutomationDown
from phonefleet.ledger import Ledger
from phonefleet.ledger.fleet.hands_on.takeovers import Taker
from phonefleet.settings import Settings

SERIAL = "phone-1"
IDLE = timedelta(minutes=2)


class Lane:
    """A lane without a thread: what is submitted waits until the test lets it work."""

    def __init__(self) -> None:
        self.free = True
        self.jobs: list[Callable[[Any], None]] = []

    def submit(self, job: Callable[[Any], None]) -> None:
        self.jobs.append(job)
        self.free = False

    def work(self) -> None:
        """Do what was submitted."""
        while self.jobs:
            self.jobs.pop(0)(None)
        self.free = True


class Session:
    """A session whose automation server starts, or does not."""

    def __init__(self) -> None:
        self.automated = False
        self.broken = False
        self.starts = 0

    def get(self, serial: str) -> Session:
        assert serial == SERIAL
        return self

    def start_server(self) -> None:
        self.heal()

    def heal(self) -> None:
        self.starts += 1
        if self.broken:
            raise AutomationDown
        self.automated = True


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.devices.seen(SERIAL, "online", "desk")
        yield opened


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def lane() -> Lane:
    return Lane()


@pytest.fixture
def attend(ledger: Ledger, session: Session, lane: Lane, tmp_path: Path) -> Callable[[], Attention]:
    """Let the worker have one turn, and return what it knows then."""
    untyped = cast("Any", session)
    attention = Attention(Resources(Settings(home=tmp_path), ledger, untyped, untyped, SystemClock(), "desk"))

    def turn() -> Attention:
        attention.refresh()
        attention.attend({SERIAL: lane})
        return attention

    return turn


def take(ledger: Ledger, name: str = "Ann") -> str:
    return ledger.takeovers.take(SERIAL, Taker(name, "anonymous"), IDLE, SystemClock().now()).lease


def state(ledger: Ledger) -> str | None:
    taken = ledger.takeovers.current(SERIAL, SystemClock().now())
    return taken and taken.state


def test_a_phone_is_handed_over_by_its_lane_once_that_is_free(
    attend: Callable[[], Attention], ledger: Ledger, lane: Lane, session: Session
) -> None:
    lane.free = False
    take(ledger)
    assert attend().reasons() == {SERIAL: "taken over by Ann"}
    assert lane.jobs == []
    lane.free = True
    attend()
    assert state(ledger) == "waiting"
    lane.work()
    assert (state(ledger), session.automated) == ("held", True)
    attend()
    assert lane.jobs == []


def test_a_phone_whose_server_does_not_start_is_handed_over_too(
    attend: Callable[[], Attention], ledger: Ledger, lane: Lane, session: Session
) -> None:
    session.broken = True
    take(ledger)
    attend()
    lane.work()
    assert state(ledger) == "held"


def test_the_next_person_waits_for_the_lane_again(attend: Callable[[], Attention], ledger: Ledger, lane: Lane) -> None:
    take(ledger)
    attend()
    lane.work()
    ledger.takeovers.end(SERIAL, "Ann", SystemClock().now())
    take(ledger, "Ben")
    attend()
    assert state(ledger) == "waiting"
    lane.work()
    assert state(ledger) == "held"


def test_a_phone_that_is_given_back_may_work_again(attend: Callable[[], Attention], ledger: Ledger, lane: Lane) -> None:
    take(ledger)
    attention = attend()
    assert attention.taken == attention.attended == {SERIAL}
    lane.work()
    ledger.takeovers.end(SERIAL, "Ann", SystemClock().now())
    assert attention.refresh()
    assert attention.taken == frozenset()


def test_what_ended_before_the_lane_was_free_is_not_held(
    attend: Callable[[], Attention], ledger: Ledger, lane: Lane
) -> None:
    take(ledger)
    attend()
    ledger.takeovers.end(SERIAL, "Ann", SystemClock().now())
    lane.work()
    assert state(ledger) is None


def test_the_server_of_a_watched_phone_is_started_once(
    attend: Callable[[], Attention], ledger: Ledger, lane: Lane, session: Session
) -> None:
    now = SystemClock().now()
    ledger.watching.extend([SERIAL], now, now + timedelta(hours=1))
    lane.free = False
    assert attend().attended == {SERIAL}
    assert lane.jobs == []
    lane.free = True
    for _ in range(3):
        attend()
        lane.work()
    assert (session.starts, session.automated) == (1, True)


def test_a_server_that_does_not_start_is_not_tried_at_every_turn(
    attend: Callable[[], Attention], ledger: Ledger, lane: Lane, session: Session
) -> None:
    now = SystemClock().now()
    ledger.watching.extend([SERIAL], now, now + timedelta(hours=1))
    session.broken = True
    for _ in range(3):
        attend()
        lane.work()
    assert session.starts == 1


def test_nothing_is_done_for_a_phone_that_nobody_looks_at(
    attend: Callable[[], Attention], lane: Lane, session: Session
) -> None:
    attention = attend()
    assert (attention.attended, attention.reasons(), lane.jobs, session.starts) == (frozenset(), {}, [], 0)
