"""What is away is waited for, however long, and only a stop ends the wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import Interrupted, LedgerUnreachable, LinkLost, Transient
from phonefleet.patience import Patience, patience_here, patient


class Service:
    """Something that is away for its first calls."""

    def __init__(self, away_for: int) -> None:
        self.away_for = away_for
        self.calls = 0

    def answer(self) -> int:
        self.calls += 1
        if self.calls <= self.away_for:
            raise LedgerUnreachable
        return self.calls


class Hours:
    """A clock on which each wait passes at once, and is remembered."""

    def __init__(self) -> None:
        self.slept = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + self.slept

    def monotonic(self) -> float:
        return self.slept.total_seconds()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        if stop is not None:
            stop.check()
        self.slept += duration


def test_a_service_that_is_away_for_hours_is_waited_for() -> None:
    clock, service = Hours(), Service(away_for=5000)
    patience = Patience(clock, StopSignal())
    assert patience.outlast(service.answer) == 5001
    assert clock.slept > timedelta(hours=2)
    assert patience.waits == 5000


def test_a_service_that_is_there_is_asked_once() -> None:
    patience = Patience(Hours(), StopSignal())
    assert patience.outlast(Service(away_for=0).answer) == 1
    assert patience.waits == 0


def test_a_stop_ends_the_wait_but_not_a_call_that_is_answered() -> None:
    stop = StopSignal()
    stop.set("stopped")
    service = Service(away_for=1)
    with pytest.raises(Interrupted, match="stopped"):
        Patience(SystemClock(), stop).outlast(service.answer)
    assert Patience(SystemClock(), stop).outlast(service.answer) == 2


def test_what_is_wrong_with_a_phone_is_no_outage() -> None:
    def call() -> None:
        raise LinkLost

    with pytest.raises(LinkLost):
        Patience(Hours(), StopSignal()).outlast(call)


def test_an_outage_is_not_among_the_errors_that_cost_a_retry() -> None:
    assert not issubclass(LedgerUnreachable, Transient)


def test_what_runs_inside_of_a_library_finds_the_patience_of_the_block_around_it() -> None:
    stopped, inner = Patience(Hours(), StopSignal()), Patience(Hours(), StopSignal())
    with patient(stopped):
        with patient(inner):
            assert patience_here() is inner
        assert patience_here() is stopped
    assert patience_here().stop.reason is None
