"""Recurrence rules whose next time would be looked for until the year 9999, or for ever, are refused at once."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest
from pydantic import ValidationError

from phonefleet.schedules import Schedule, next_due

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=MONTHLY;INTERVAL=0", "INTERVAL must be 1 to 366"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be 1 to 366"),
        ("FREQ=WEEKLY;INTERVAL=-1", "INTERVAL must be 1 to 366"),
        ("FREQ=DAILY;INTERVAL=100000000000", "INTERVAL must be 1 to 366"),
        ("FREQ=DAILY;COUNT=-1", "COUNT at least 1"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "is never due from now on"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "is never due from now on"),
        ("FREQ=DAILY;BYYEARDAY=100;BYMONTH=1", "is never due from now on"),
        ("FREQ=DAILY;BYWEEKNO=20;BYMONTH=1", "is never due from now on"),
        ("DTSTART:00010101T000000\nFREQ=MONTHLY", "DTSTART must lie in the years 1970 to 2099"),
        ("DTSTART:99991231T000000\nFREQ=DAILY", "DTSTART must lie in the years 1970 to 2099"),
        ("FREQ=DAILY;UNTIL=20310101T000000Z", "is written without Z"),
        ("FREQ=DAILY;BYDAY=XX", "'BYDAY' is wrong"),
    ],
)
def test_a_rule_that_can_never_be_due_is_refused_with_its_reason(rule: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Schedule(rrule=rule, timezone="Europe/Berlin")
    assert told in str(refused.value)


@pytest.mark.parametrize("rule", ["nope", "", "BYDAY=MO", "FREQ=DAILY;BYHOUR=25", "DTSTART:x\nFREQ=DAILY"])
def test_no_words_of_a_library_reach_whoever_wrote_a_wrong_rule(rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Schedule(rrule=rule, timezone="Europe/Berlin")
    [error] = refused.value.errors()
    assert error["msg"].endswith("BYSECOND=0")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=YEARLY;BYYEARDAY=-1",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO;INTERVAL=2",
        "DTSTART:20200229T090000\nFREQ=YEARLY",
    ],
)
def test_a_rule_that_is_due_seldom_is_taken(rule: str) -> None:
    schedule = Schedule(rrule=rule, timezone="Europe/Berlin")
    found = list(islice(next_due(schedule, NOW), 1))
    assert (
        found or "BYMONTHDAY=29" in rule
    )  # the next Monday on 29 February comes after the ten years that are looked at
