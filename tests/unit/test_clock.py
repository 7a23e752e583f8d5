"""Waits end at once when the work is asked to stop."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.errors import Interrupted

LONG = timedelta(hours=1)


def test_a_stop_ends_a_wait_that_has_begun() -> None:
    stop = StopSignal()
    asked = threading.Timer(0.01, stop.set, ["shutdown"])
    asked.start()
    with pytest.raises(Interrupted, match="shutdown"):
        SystemClock().sleep(LONG, stop)
    asked.join()


def test_a_stop_that_came_before_prevents_the_wait() -> None:
    stop = StopSignal()
    stop.set("stopped")
    with pytest.raises(Interrupted, match="stopped"):
        SystemClock().sleep(LONG, stop)


def test_the_first_reason_stays() -> None:
    stop = StopSignal()
    assert stop.reason is None
    stop.set("stopped")
    stop.set("shutdown")
    assert stop.reason == "stopped"


def test_a_wait_that_nobody_stops_ends_by_itself() -> None:
    clock, stop = SystemClock(), StopSignal()
    before = clock.monotonic()
    clock.sleep(timedelta(milliseconds=2), stop)
    clock.sleep(timedelta(milliseconds=2))
    clock.sleep(timedelta(seconds=-5))
    assert clock.monotonic() > before
    stop.check()


def test_now_is_an_instant_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert isinstance(SystemClock().now(), datetime)
