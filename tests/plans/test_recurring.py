"""Campaigns over some days, on phones that they share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from phonefleet.plans import Beginning, Days, Lane, Overlap, Recurring, Spread, Terms, Work, fire_all

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=10)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def work(takes: float, campaign: int = 1, number: int = 1) -> Work:
    nothing = Spread.exactly(timedelta(0))
    return Work(NOW, nothing, Spread.exactly(minutes(takes)), number=number, campaign=campaign)


def lanes(*serials: str) -> dict[str, Lane]:
    return {serial: Lane(NOW, Terms({}, "expected", minutes(1))) for serial in serials}


def hourly(campaign: int = 1, times: int = 4) -> list[Beginning]:
    due = [NOW + timedelta(hours=number) for number in range(times)]
    return [Beginning(campaign, at, at, number) for number, at in enumerate(due)]


def days(phones: dict[str, Lane], campaign: Recurring, times: int = 4) -> Days:
    return fire_all(phones, {campaign.id: campaign}, hourly(campaign.id, times), UNTIL)


def spans(lane: Lane) -> Sequence[tuple[float, float]]:
    return [((span.start - NOW) / minutes(1), (span.end - NOW) / minutes(1)) for span in lane.spans]


@pytest.mark.parametrize(
    ("overlap", "skipped", "cancelled", "expected"),
    [
        ("queue", [False] * 4, 0, [(0, 90), (90, 180), (180, 270), (270, 360)]),
        ("skip", [False, True, False, True], 0, [(0, 90), (120, 210)]),
        ("cancel", [False] * 4, 3, [(0, 60), (60, 120), (120, 180), (180, 270)]),
    ],
)
def test_what_overlaps_the_firing_before_is_done_as_the_policy_says(
    overlap: Overlap, skipped: list[bool], cancelled: int, expected: list[tuple[float, float]]
) -> None:
    phones = lanes("a")
    found = days(phones, Recurring(1, overlap, {"a": [work(90)]}))
    assert [one.skipped for one in found.fired] == skipped
    assert sum(one.cancelled for one in found.fired) == cancelled
    assert spans(phones["a"]) == expected


def test_one_phone_that_is_late_keeps_the_others_from_the_next_firing() -> None:
    phones = lanes("a", "b")
    found = days(phones, Recurring(1, "skip", {"a": [work(90)], "b": [work(1)]}))
    assert [one.skipped for one in found.fired] == [False, True, False, True]
    assert spans(phones["b"]) == [(0, 1), (120, 121)]


def test_a_phone_that_is_no_longer_asked_still_counts_while_it_goes_on() -> None:
    phones = lanes("a", "b")
    phones["b"].add(work(90))
    found = days(phones, Recurring(1, "skip", {"a": [work(1)], "b": []}))
    assert [(one.overlaps, one.skipped) for one in found.fired] == [(True, True)] * 2 + [(False, False)] * 2


def test_an_end_at_the_instant_of_the_next_firing_does_not_overlap() -> None:
    found = days(lanes("a"), Recurring(1, "skip", {"a": [work(60)]}))
    assert not any(one.overlaps for one in found.fired)


def test_what_is_left_when_the_days_are_over_is_counted_and_then_done() -> None:
    phones = lanes("a")
    found = days(phones, Recurring(1, "queue", {"a": [work(60, number=20)]}), times=2)
    assert found.left == {1: 30}
    assert phones["a"].last[1] == NOW + timedelta(hours=40)


def test_a_campaign_costs_a_step_for_each_phone_and_one_if_it_does_nothing() -> None:
    assert Recurring(1, "queue", {"a": [work(1), work(2)], "b": [work(1)]}).steps == 3
    assert (Recurring(1, "queue", {}).steps, Recurring(1, "queue", {"a": []}).tasks) == (1, 0)
