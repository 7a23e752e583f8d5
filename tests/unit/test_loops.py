"""Loops of processes survive what they are told to survive, tell of it, and wait longer while it lasts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta

import pytest

from phonefleet.errors import LedgerUnreachable, Outage, Permanent
from phonefleet.loops import Survives, every, until_done

INTERVAL = timedelta(seconds=1)
OUTAGES = Survives((Outage,))
SLOWING = Survives((OSError,), logging.WARNING, timedelta(seconds=3))


class Enough(Exception):  # noqa: N818
    """Ends a loop that has no end."""


class Turns:
    """A job whose turns end as they are told, None being a success, and the waits between them in seconds."""

    def __init__(self, ends: Iterable[Exception | None]) -> None:
        self.ends = iter(ends)
        self.waits: list[float] = []

    async def take(self) -> None:
        if (error := next(self.ends)) is not None:
            raise error

    async def rest(self, duration: timedelta) -> None:
        self.waits.append(duration.total_seconds())


def waits_of(survives: Survives, *ends: Exception | None) -> list[float]:
    """Return how long a loop waits after each of these ends of turns."""
    turns = Turns([*ends, Enough()])
    with pytest.raises(Enough):
        asyncio.run(every(INTERVAL, turns.take, "It waits", survives, turns.rest))
    return turns.waits


def test_an_outage_ends_a_turn_and_not_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "phonefleet.loops"):
        assert waits_of(OUTAGES, None, LedgerUnreachable(), None) == [1, 1, 1]
    [told] = caplog.records
    assert told.getMessage() == f"It waits: {LedgerUnreachable()}"
    assert (told.levelno, told.exc_info) == (logging.INFO, None)


def test_what_tasks_of_a_turn_raise_together_is_survived_too() -> None:
    assert waits_of(OUTAGES, ExceptionGroup("both", [LedgerUnreachable(), LedgerUnreachable()])) == [1]


def test_any_other_error_ends_the_loop() -> None:
    turns = Turns([Permanent("no"), None])
    with pytest.raises(Permanent):
        asyncio.run(every(INTERVAL, turns.take, "It waits", OUTAGES, turns.rest))
    assert turns.waits == []


def test_an_error_beside_one_that_is_survived_ends_the_loop() -> None:
    turns = Turns([ExceptionGroup("both", [LedgerUnreachable(), Permanent("no")])])
    with pytest.raises(ExceptionGroup) as raised:
        asyncio.run(every(INTERVAL, turns.take, "It waits", OUTAGES, turns.rest))
    assert [type(error) for error in raised.value.exceptions] == [Permanent]


def test_a_loop_waits_longer_after_each_failure_and_after_a_success_as_long_as_before() -> None:
    assert waits_of(SLOWING, *[OSError()] * 5, None, OSError()) == [1, 1, 2, 3, 3, 1, 1]


def test_failures_without_number_are_survived() -> None:
    assert SLOWING.pause(1_000_000) == timedelta(seconds=3)


def test_an_error_at_the_edge_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    waits_of(Survives((ValueError,), logging.ERROR), ValueError("odd"))
    [told] = caplog.records
    assert told.getMessage() == "It waits: ValueError: odd"
    assert told.exc_info is not None


def test_what_is_tried_until_it_is_done_ends_with_the_first_success() -> None:
    turns = Turns([OSError(), OSError(), None, OSError()])
    asyncio.run(until_done(turns.take, "It waits", Survives((OSError,))))
    assert isinstance(next(turns.ends), OSError)
