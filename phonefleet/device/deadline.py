"""Deadlines: one for each call of the device layer, obeyed by every socket and every wait in it.

    with within(timedelta(seconds=20), clock) as deadline:
        deadline.pause(timedelta(milliseconds=200))

The deadline is in a context variable, because the device libraries between a session and its sockets do not pass one
on. This module knows nothing of phones.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from phonefleet.clock import Clock, StopSignal


class DeadlineExceeded(Exception):  # noqa: N818 - it says what happened
    """The call's time is used up.

    On purpose neither a `TimeoutError` nor an `AdbError`: the libraries swallow those and try on.
    """


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on a clock's monotonic scale, in seconds."""

    clock: Clock
    ends: float

    def remaining(self) -> float:
        """Return the seconds that are left, always more than 0.

        Raises:
            DeadlineExceeded: the time is up.

        """
        left = self.ends - self.clock.monotonic()
        if left <= 0:
            raise DeadlineExceeded
        return left

    def next_timeout(self) -> float:
        """Return the timeout for the next read in seconds, short enough to notice a stop soon."""
        return min(self.remaining(), _STOP_POLL.total_seconds())

    def check_stop(self) -> None:
        """Check, after a read has timed out, whether to go on waiting.

        Raises:
            DeadlineExceeded: the time is up, or the work was asked to stop (see `stoppable`).

        """
        self.remaining()
        stop = _stop.get()
        if stop is not None and stop.reason is not None:
            raise DeadlineExceeded

    def allows(self, duration: timedelta) -> bool:
        """Tell whether more than `duration` is left."""
        return self.ends - self.clock.monotonic() > duration.total_seconds()

    def pause(self, duration: timedelta) -> None:
        """Sleep; when less than `duration` is left, raise `DeadlineExceeded` at once instead."""
        if not self.allows(duration):
            raise DeadlineExceeded
        self.clock.sleep(duration)


_STOP_POLL = timedelta(seconds=0.7)
_stop: ContextVar[StopSignal | None] = ContextVar("stop", default=None)
_permission: ContextVar[Callable[[], bool]] = ContextVar("permission", default=lambda: False)
_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def tightest(duration: timedelta, clock: Clock) -> Deadline:
    """Return a deadline after `duration`, or the surrounding one if that ends earlier."""
    outer = _current.get()
    inner = Deadline(clock, clock.monotonic() + duration.total_seconds())
    return outer if outer is not None and outer.ends < inner.ends else inner


@contextmanager
def within(duration: timedelta, clock: Clock) -> Generator[Deadline]:
    """Set the deadline for device calls within the block, in this thread; an earlier outer deadline still holds."""
    deadline = tightest(duration, clock)
    token = _current.set(deadline)
    try:
        yield deadline
    finally:
        _current.reset(token)


@contextmanager
def permitted(await_permission: Callable[[], bool]) -> Generator[None]:
    """Let device calls within the block, in this thread, wait for permission first.

    `await_permission` tells whether it had to be waited for.
    """
    token = _permission.set(await_permission)
    try:
        yield
    finally:
        _permission.reset(token)


def permission_was_awaited() -> bool:
    """Wait until the phone may be called, and tell whether that took a wait; see `permitted`."""
    return _permission.get()()


@contextmanager
def stoppable(stop: StopSignal) -> Generator[None]:
    """Make device calls within the block, in this thread, give up a silent phone when the stop signal is set."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)
