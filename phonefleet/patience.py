"""Waits for services that are away: the database, Prefect. It knows neither of them.

An outage says nothing about the work that meets it. So the work stands still where it is, however long, and goes on
when the service answers; only a stop ends the wait:

    patience = Patience(SystemClock(), stop)
    patience.outlast(lambda: ledger.tasks.set_progress(task_id, 1, 3))
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TypeVar

from phonefleet.clock import Clock, StopSignal, SystemClock
from phonefleet.errors import Outage

T = TypeVar("T")

_log = logging.getLogger(__name__)

_FIRST_WAIT = timedelta(milliseconds=100)
_LONGEST_WAIT = timedelta(seconds=2)


class Patience:
    """Calls again until the service answers; `waits` counts how often it had to, for work that looks again then."""

    def __init__(self, clock: Clock, stop: StopSignal) -> None:
        self.clock = clock
        self.stop = stop
        self.waits = 0

    def outlast(self, call: Callable[[], T]) -> T:
        """Return what a call returns that may be repeated, once the service that it needs is there.

        Raises:
            Interrupted: the service is away, and the work was asked to stop. Whether the last call counts is unknown.

        """
        for number, pause in enumerate(_pauses()):
            try:
                return call()
            except Outage as away:
                self.waits += 1
                if number == 0:
                    _log.warning("waiting: %s", away.message)
                self.clock.sleep(pause, self.stop)
        raise AssertionError  # pragma: no cover - the pauses never end


def _pauses() -> Iterator[timedelta]:
    """Yield waits that double up to the longest."""
    pause = _FIRST_WAIT
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_WAIT)


_current: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patient(patience: Patience) -> Generator[None]:
    """Let calls of the block that cannot be told otherwise, such as those inside of a library, wait in this way."""
    token = _current.set(patience)
    try:
        yield
    finally:
        _current.reset(token)


def patience_here() -> Patience:
    """Return the patience of the block around, or one that nobody stops."""
    return _current.get() or Patience(SystemClock(), StopSignal())
