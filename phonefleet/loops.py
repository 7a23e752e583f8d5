"""What a process does again and again for as long as it runs, through the outages of what it needs.

    await every(timedelta(seconds=5), fold, "The counts of tasks wait", Survives((Outage,)))

It knows nothing of what is done, only when: this is the one place where such loops catch errors and log them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Never, cast

from phonefleet.errors import PhonefleetError

_log = logging.getLogger(__name__)

_FIRST_BACKOFF = timedelta(milliseconds=500)
_MOST_DOUBLINGS = 10

Job = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Survives:
    """Which errors end one turn of a loop but not the loop, and what comes of them.

    `level` is that of the log; from ERROR on it shows the traceback, too. After several failures in a row the loop
    waits 0.5 s, 1 s, 2 s ... up to `longest_backoff`, if that is longer than its interval.
    """

    errors: tuple[type[Exception], ...]
    level: int = logging.INFO
    longest_backoff: timedelta = timedelta(0)

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures in a row."""
        if failures == 0:
            return timedelta(0)
        return min(_FIRST_BACKOFF * 2 ** min(failures - 1, _MOST_DOUBLINGS), self.longest_backoff)


async def sleep(duration: timedelta) -> None:
    """Wait so long."""
    await asyncio.sleep(duration.total_seconds())


async def every(
    interval: timedelta,
    job: Job,
    otherwise: str,
    survives: Survives,
    rest: Callable[[timedelta], Awaitable[object]] = sleep,
) -> Never:
    """Run a job, wait for the interval, and so on until cancelled; outages are survived.

    While the job fails the log says what is so `otherwise`, and why. `rest` waits between the turns: another one can
    be woken before the time.

    Raises:
        Exception: the job raised something else than what the loop survives.

    """
    failures = 0
    while True:
        failures = 0 if await _succeeds(job, otherwise, survives) else failures + 1
        await rest(max(interval, survives.pause(failures)))


async def until_done(job: Job, otherwise: str, survives: Survives) -> None:
    """Run a job until it succeeds, with longer and longer waits in between. Raises what `every` raises."""
    for failures in count(1):
        if await _succeeds(job, otherwise, survives):
            return
        await sleep(survives.pause(failures))


async def _succeeds(job: Job, otherwise: str, survives: Survives) -> bool:
    """Run a job once and tell whether it came to its end; what several tasks of it raise counts as well."""
    succeeded = True
    try:
        await job()
    except* survives.errors as group:
        succeeded = False
        error = _first(group)
        traceback = error if survives.level >= logging.ERROR else None
        _log.log(survives.level, "%s: %s", otherwise, _told(error), exc_info=traceback)
    return succeeded


def _first(group: ExceptionGroup[Exception]) -> Exception:
    first = group.exceptions[0]
    return _first(cast("ExceptionGroup[Exception]", first)) if isinstance(first, ExceptionGroup) else first


def _told(error: Exception) -> str:
    """Return an error in a line; those of libraries say little without their type."""
    return str(error) if isinstance(error, PhonefleetError) else f"{type(error).__name__}: {error}"
