"""A lane touches its phone only while no other host can have it; it waits for the ledger's word, and looks again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.deadline import permitted
from phonefleet.device.sessions.session import PhoneSession
from phonefleet.errors import DeviceOffline, Interrupted
from phonefleet.geometry import Point
from phonefleet.patience import Patience
from phonefleet.runs.hold import HELD_FOR, LONGEST_TOUCH, TOUCHES_FOR, Hold

NOWHERE = "192.0.2.1"
"""An address that leads nowhere (RFC 5737): no adb server is started for it, as one would be on this computer."""


class TestClock(SystemClock):
    """A clock that goes on by itself only while somebody sleeps; `on_sleep` is called then."""

    __test__ = False

    def __init__(self) -> None:
        self.passed = self.set_by = timedelta(0)
        self.begun = super().now()
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.begun + self.passed + self.set_by

    def monotonic(self) -> float:
        return self.passed.total_seconds()

    def sleep(self, duration: timedelta, stop: StopSignal | None = None) -> None:
        self.passed += duration
        self.on_sleep()
        if stop is not None:
            stop.check()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def stop() -> StopSignal:
    return StopSignal()


@pytest.fixture
def hold(clock: TestClock, stop: StopSignal) -> Hold:
    return Hold(clock, Patience(clock, stop))


@pytest.fixture
def session(clock: TestClock, hold: Hold) -> PhoneSession:
    """The session of a phone that is away: whatever gets past the hold fails as that."""
    hold.renewed(hold.now())
    return PhoneSession(
        "R58M12FRONT", FastAdbClient(5037, NOWHERE, timeout=timedelta(milliseconds=1), clock=clock), clock
    )


def test_a_touch_that_begins_in_time_is_over_before_another_host_can_have_the_phone() -> None:
    assert TOUCHES_FOR + LONGEST_TOUCH <= HELD_FOR


def test_a_hold_is_sure_for_a_while_after_the_ledger_was_asked(hold: Hold, clock: TestClock) -> None:
    assert (hold.has_begun, hold.is_sure) == (False, True)
    asked = hold.now()
    clock.passed += timedelta(seconds=5)
    hold.renewed(asked)
    clock.passed = TOUCHES_FOR - timedelta(seconds=1)
    assert (hold.has_begun, hold.is_sure, hold.await_renewal()) == (True, True, False)
    clock.passed = TOUCHES_FOR
    assert not hold.is_sure


def test_a_computer_that_has_slept_does_not_trust_its_monotonic_clock(hold: Hold, clock: TestClock) -> None:
    hold.renewed(hold.now())
    clock.set_by = timedelta(minutes=10)
    assert not hold.is_sure


def test_a_lane_that_cannot_hear_the_ledger_waits_until_it_does(hold: Hold, clock: TestClock) -> None:
    hold.renewed(hold.now())
    clock.passed += timedelta(minutes=5)

    def hear() -> None:
        if clock.passed > timedelta(minutes=10):
            hold.renewed(hold.now())

    clock.on_sleep = hear
    assert hold.await_renewal()
    assert clock.passed > timedelta(minutes=10)


def test_a_stop_ends_the_wait(hold: Hold, clock: TestClock, stop: StopSignal) -> None:
    hold.renewed(hold.now())
    clock.passed += timedelta(minutes=5)
    clock.on_sleep = lambda: stop.set("the phone is on the host two now")
    with pytest.raises(Interrupted, match="on the host two"):
        hold.await_renewal()


def test_a_phone_is_not_touched_after_a_wait_because_its_screen_may_be_another_one(
    session: PhoneSession, hold: Hold, clock: TestClock
) -> None:
    clock.passed += timedelta(minutes=5)
    clock.on_sleep = lambda: hold.renewed(hold.now())
    with permitted(hold.await_renewal), pytest.raises(DeviceOffline, match="was left alone for a while"):
        session.tap(Point(1, 1))
    assert hold.is_sure


def test_a_phone_is_read_after_a_wait(session: PhoneSession, hold: Hold, clock: TestClock) -> None:
    clock.passed += timedelta(minutes=5)
    clock.on_sleep = lambda: hold.renewed(hold.now())
    with permitted(hold.await_renewal), pytest.raises(Exception, match="adb") as failed:
        session.health()
    assert "left alone" not in str(failed.value)


def test_who_runs_no_task_waits_for_nobody(session: PhoneSession, hold: Hold, clock: TestClock) -> None:
    clock.passed += timedelta(minutes=5)
    clock.on_sleep = lambda: hold.renewed(hold.now())
    with pytest.raises(Exception, match="adb"):
        session.tap(Point(1, 1))
    assert not hold.is_sure
