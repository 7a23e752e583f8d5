"""When campaigns are due: cron expressions, intervals and recurrence rules in a time zone. Pure, and as Prefect's own.

Prefect's library is not used here; tests hold both against each other.
"""

from __future__ import annotations

from phonefleet.schedules.jitter import jitter_of
from phonefleet.schedules.local_time import Weekday, works_on
from phonefleet.schedules.recurrence import begun
from phonefleet.schedules.schedule import Schedule, is_due, last_due, next_due, shortest_period

__all__ = ["Schedule", "Weekday", "begun", "is_due", "jitter_of", "last_due", "next_due", "shortest_period", "works_on"]
