"""The clock of a joined host: that of the main host, whatever its own one shows, and whichever of both is set."""

from __future__ import annotations

from datetime import timedelta

from phonefleet.clock import SystemClock
from phonefleet.hosts.clock import ShiftedClock

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class SetClock(SystemClock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.shown = SystemClock().now()

    def now(self):  # noqa: ANN201 - as the real one
        return self.shown


def test_a_shifted_clock_shows_what_the_other_one_does() -> None:
    own = SetClock()
    assert ShiftedClock(own, -5 * MINUTE).now() == own.now() - 5 * MINUTE


def test_a_clock_that_is_set_meanwhile_is_followed() -> None:
    own = SetClock()
    clock = ShiftedClock(own, timedelta(0))
    main = own.now()
    own.shown += 5 * MINUTE
    clock.hear(main, timedelta(0))
    assert clock.now() == main


def test_small_differences_and_slow_answers_change_nothing() -> None:
    own = SetClock()
    clock = ShiftedClock(own, timedelta(0))
    clock.hear(own.now() + SECOND, SECOND / 10)
    clock.hear(own.now() + 5 * MINUTE, 3 * SECOND)
    assert clock.shift == timedelta(0)
