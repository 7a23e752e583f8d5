"""Local time: instants of times that clocks skip or show twice, and the weekdays that people work on.

Prefect counts with another library from Python 3.13 on, and then moves skipped times forward, not back.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import UTC, datetime, tzinfo

from phonefleet.limits.hours import WEEKDAYS, Weekday

__all__ = ["Weekday", "instant_of", "works_on"]

_OLD = sys.version_info < (3, 13)


def instant_of(local: datetime, zone: tzinfo) -> datetime:
    """Return when the clock shows a time: the first time if it does so twice, moved by the gap if it never does."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(first, second) if _OLD else first


def works_on(at: datetime, zone: tzinfo, weekdays: Collection[Weekday] | None) -> bool:
    """Tell whether an instant lies on one of these weekdays; without any, all are."""
    return not weekdays or WEEKDAYS[at.astimezone(zone).weekday()] in weekdays
