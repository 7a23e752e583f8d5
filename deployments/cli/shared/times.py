"""The one time zone of all that commands print and read: PHONEFLEET_TIMEZONE, or else this machine's."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo
from functools import cache

from phonefleet.errors import Permanent
from phonefleet.words import tr


class LocalTime(str):
    """A time as tables show it, in the zone that the table's heading names."""

    __slots__ = ()


def zone() -> tzinfo:
    """Return the zone. Raises `Permanent` when PHONEFLEET_TIMEZONE names none."""
    return _zone(os.environ.get("PHONEFLEET_TIMEZONE") or None)


def zone_name() -> str:
    """Return what the zone is called: "Europe/Berlin"."""
    return str(zone())


def local_instant(text: str) -> datetime:
    """Return an ISO 8601 instant in the zone, which it is in anyway if it has no offset."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(zone()) if instant.tzinfo else instant.replace(tzinfo=zone())


def when(instant: str | None) -> LocalTime | None:
    """Return an instant of the API (ISO 8601) as people read it: "2026-03-01 08:00:00"."""
    return None if instant is None else LocalTime(f"{local_instant(instant):%Y-%m-%d %H:%M:%S}")


def minute(instant: str | None) -> LocalTime | None:
    """Return an instant of the API to the minute: "2026-03-01 08:00"."""
    return None if instant is None else LocalTime(f"{local_instant(instant):%Y-%m-%d %H:%M}")


def weekday(at: datetime) -> str:
    """Return the short name of the day of the week."""
    names = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
    return names[at.weekday()]


def day(at: datetime) -> str:
    """Return day and month as people read them: "02 Mar"."""
    names = (
        tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun"),
        tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec"),
    )  # fmt: skip
    return f"{at:%d} {names[at.month - 1]}"


@cache
def _zone(name: str | None) -> tzinfo:
    from phonefleet.pacing import zone_named  # noqa: PLC0415 - heavy

    try:
        return zone_named(name)
    except ValueError as error:
        message = tr("PHONEFLEET_TIMEZONE: {error}", error=error)
        raise Permanent(message) from error
