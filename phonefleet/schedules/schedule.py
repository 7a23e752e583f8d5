"""Schedules: a cron expression, an interval or a recurrence rule, in a time zone; and their due times."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count, islice, pairwise, takewhile
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from phonefleet.pacing import zone_named
from phonefleet.schedules.cron import Cron
from phonefleet.schedules.local_time import instant_of
from phonefleet.schedules.recurrence import RULES_BEGIN, parsed, recurrences
from phonefleet.text import whole_number
from phonefleet.words import say

SHORTEST_INTERVAL = 5
"""In seconds."""

_SECONDS_A_DAY = 24 * 3600
_LONGEST_INTERVAL = 366 * _SECONDS_A_DAY
_COMPARED = 60
_DAY = timedelta(days=1)
_FIRST_REACH = timedelta(days=1)
_LARGEST_JUMP = timedelta(hours=26)
"""More than any clock has ever been set forward or back."""


class Schedule(BaseModel):
    """When something is due: exactly one of `cron`, `interval` and `rrule`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cron: str | None = Field(default=None, max_length=200, description="minute hour day month weekday: 0 9 * * mon-fri")
    interval: (
        Annotated[int, Field(strict=True, ge=SHORTEST_INTERVAL, le=_LONGEST_INTERVAL), BeforeValidator(whole_number)]
        | None
    ) = Field(default=None, description="Seconds between two due times.")
    anchor: AwareDatetime | None = Field(default=None, description="A due time that intervals count from.")
    rrule: str | None = Field(default=None, description="A recurrence rule of RFC 5545.")
    timezone: str | None = Field(
        default=None, max_length=100, description="IANA name; unset: the configured zone, kept with the campaign."
    )

    @field_validator("cron")
    @classmethod
    def _a_cron_expression(cls, text: str | None) -> str | None:
        if text is not None:
            Cron.parse(text)
        return text

    @field_validator("rrule")
    @classmethod
    def _a_rule(cls, text: str | None) -> str | None:
        if text is not None:
            parsed(text)
        return text

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, name: str | None) -> str | None:
        if name is not None:
            zone_named(name)
        return name

    @model_validator(mode="after")
    def _exactly_one(self) -> Schedule:
        if sum(kind is not None for kind in (self.cron, self.interval, self.rrule)) != 1:
            message = say("schedules.needs_exactly_one_cron_interval", "needs exactly one of cron, interval and rrule")
            raise ValueError(message)
        if self.interval is not None and self.interval > _SECONDS_A_DAY and self.interval % _SECONDS_A_DAY:
            message = say(
                "schedules.interval_more_than_day_must",
                "an interval of more than a day must be whole days: multiples of {seconds_a_day} seconds",
                seconds_a_day=_SECONDS_A_DAY,
            )
            raise ValueError(message)
        if self.anchor is not None and self.interval is None:
            message = say("schedules.only_interval_anchor", "only an interval has an anchor")
            raise ValueError(message)
        return self

    @property
    def zone(self) -> tzinfo:
        """The time zone of the schedule."""
        return zone_named(self.timezone or "UTC")

    def settled(self, zone: tzinfo, now: datetime) -> Schedule:
        """Return the schedule with its time zone and anchor filled in, so that its due times are fixed from now on."""
        anchor = (self.anchor or now).replace(microsecond=0) if self.interval is not None else None
        return self.model_copy(update={"timezone": self.timezone or str(zone), "anchor": anchor})

    @property
    def rule(self) -> str | None:
        """The recurrence rule that stands for an interval of whole days; None for all other schedules."""
        if self.interval is None or self.anchor is None or self.interval % _SECONDS_A_DAY:
            return None
        anchor, interval = self.anchor.astimezone(self.zone).replace(tzinfo=None), timedelta(seconds=self.interval)
        first = anchor - (anchor - RULES_BEGIN) // interval * interval
        return f"DTSTART:{first:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;INTERVAL={interval.days}"

    def __str__(self) -> str:
        told = self.cron or self.rrule or f"every {timedelta(seconds=self.interval or 0)}"
        return f"{told} {self.timezone or ''}".rstrip()


def next_due(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield the due times after an instant, in UTC, in order, each once."""
    earlier: datetime | None = None
    for at in _candidates(schedule, after):
        if at > after and at != earlier:
            yield at
            earlier = at


def is_due(schedule: Schedule, at: datetime) -> bool:
    """Tell whether an instant is one of the due times."""
    return next(next_due(schedule, at - timedelta(microseconds=1)), None) == at


def last_due(schedule: Schedule, since: datetime, until: datetime, most: int) -> list[datetime]:
    """Return the latest due times after `since` and up to `until`, in order, at most `most`."""
    reach = _FIRST_REACH
    while True:
        begin = max(since, until - reach)
        found = deque(takewhile(lambda at: at <= until, next_due(schedule, begin)), maxlen=most)
        if len(found) == most or begin == since:
            return list(found)
        reach *= 16


def shortest_period(schedule: Schedule, after: datetime) -> timedelta:
    """Return the shortest time between two of the next due times. Raises `ValueError` when there are none."""
    due = list(islice(next_due(schedule, after), _COMPARED))
    if not due:
        message = say("schedules.never_due_from_now", "is never due from now on")
        raise ValueError(message)
    return min((later - earlier for earlier, later in pairwise(due)), default=timedelta(days=3660))


def _candidates(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    if schedule.cron is not None:
        return _crons(Cron.parse(schedule.cron), schedule.zone, after)
    if schedule.rrule is not None:
        return _in_order(recurrences(schedule.rrule, schedule.zone, after))
    interval, anchor = timedelta(seconds=schedule.interval or 0), schedule.anchor or after
    if interval % _DAY:
        return _intervals(interval, anchor.astimezone(UTC), after)
    return _days(interval, anchor.astimezone(schedule.zone).replace(tzinfo=None), schedule.zone, after)


def _in_order(instants: Iterable[datetime]) -> Iterator[datetime]:
    """Yield instants in order, each once; a skipped time may have changed places with others."""
    waiting: set[datetime] = set()
    for at in instants:
        ripe = {one for one in waiting if one < at - _LARGEST_JUMP}
        yield from sorted(ripe)
        waiting = waiting - ripe | {at}
    yield from sorted(waiting)


def _crons(cron: Cron, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Yield the instants of an expression from about an instant on; a skipped time may change places with others."""
    day = cron.next_day(after.astimezone(zone).date() - timedelta(days=2))
    waiting: set[datetime] = set()
    while True:
        waiting.update(instant_of(local, zone) for local in cron.times(day))
        day = cron.next_day(day + timedelta(days=1))
        settled = instant_of(datetime.combine(day, datetime.min.time()), zone) - _LARGEST_JUMP
        ripe = {at for at in waiting if at < settled}
        yield from sorted(ripe)
        waiting -= ripe


def _intervals(interval: timedelta, anchor: datetime, after: datetime) -> Iterator[datetime]:
    """Yield the instants of an interval that is not whole days: elapsed time, whatever the local clock shows."""
    for number in count((after - anchor) // interval):
        yield anchor + interval * number


def _days(interval: timedelta, anchor: datetime, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Yield the instants of an interval of whole days: at the same local time of day."""
    local = after.astimezone(zone).replace(tzinfo=None)
    for number in count((local - anchor) // interval - 1):
        yield instant_of(anchor + interval * number, zone)
