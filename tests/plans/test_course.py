"""The course of a phone: what comes after what, and what limits put off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.limits import Rules
from phonefleet.limits.kinds import Cost
from phonefleet.limits.rules import Actor as Bearer
from phonefleet.plans import AccountFacts, Actor, Course, Span, Spread, Terms, Work, foresee, merged
from phonefleet.plans.durations import Bound

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
ANNA, BEN = Actor("sample", "anna"), Actor("sample", "ben")
FOLLOW: Cost = (("follow", 1),)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def works(number: int, due: datetime = NOW, wait: Spread | None = None, **values: Any) -> list[Work]:
    """Return tasks that take two to four minutes, three on average."""
    takes = Spread(minutes(2), minutes(3), minutes(4))
    values = {"account": ANNA, "cost": FOLLOW} | values
    return [Work(due, wait or Spread.exactly(minutes(0)), takes, **values) for _ in range(number)]


def facts(used: Mapping[Any, int] | None = None, last: Mapping[Any, datetime] | None = None, **rules: Any) -> Any:
    policy = Rules.model_validate(rules).policy_for(Bearer("anna", "sample"))
    return {ANNA: AccountFacts(policy, UTC, NOW.date(), used or {}, last or {})}


def course(tasks: list[Work], accounts: Any = None, bound: Bound = "expected", free_at: datetime = NOW) -> Course:
    return foresee(tasks, free_at, Terms(accounts or {}, bound, patience=minutes(1)))


@pytest.mark.parametrize(
    ("bound", "end"), [("earliest", 2 + 3 + 2 + 2), ("expected", 3 + 7 + 3 + 3), ("latest", 4 + 11 + 4 + 4)]
)
def test_tasks_follow_one_another_with_their_waits(bound: Bound, end: float) -> None:
    wait = Spread.drawn(minutes(3), minutes(11))
    found = course([*works(1), *works(1, wait=wait), *works(1)], bound=bound)
    assert (found.start, found.end, found.met) == (NOW, NOW + minutes(end), [])


def test_what_waits_already_comes_first() -> None:
    found = course([*works(2), *works(4, due=NOW - minutes(1), asked=False)])
    assert (found.start, found.end) == (NOW + minutes(12), NOW + minutes(18))
    assert [(span.asked, span.tasks) for span in merged(found.spans, 100)] == [(False, 4), (True, 2)]


def test_what_is_due_later_waits_for_its_time() -> None:
    found = course([*works(1, due=NOW + minutes(60)), *works(1, asked=False)])
    assert (found.start, found.end) == (NOW + minutes(60), NOW + minutes(63))


def test_a_spent_budget_puts_off_to_the_next_day() -> None:
    found = course(works(5), facts(used={"follow": 18}))
    assert found.end == MIDNIGHT + minutes(9)
    [met] = found.met
    assert (met.account, met.kind, met.limit, met.until, met.tasks) == ("anna", "follow", "budget", MIDNIGHT, 3)
    assert met.why == "has used its 20 follows of today"


def test_a_budget_lasts_day_after_day() -> None:
    found = course(works(45), facts())
    assert found.end == MIDNIGHT + timedelta(days=1) + minutes(15)
    assert [met.tasks for met in found.met] == [25]


def test_what_waits_already_spends_the_budget_too() -> None:
    found = course([*works(20, asked=False), *works(1)], facts())
    assert found.start == MIDNIGHT


def test_accounts_do_not_wait_for_one_another() -> None:
    found = course([*works(21), *works(1, account=BEN)], facts())
    assert sum(span.tasks for span in found.spans if span.end < MIDNIGHT) == 21


def test_tasks_that_are_to_fail_at_a_limit_fail() -> None:
    found = course(works(23), facts(when_met="fail"))
    assert [(met.fails, met.tasks) for met in found.met] == [(True, 3)]
    assert found.end == NOW + minutes(60)


def test_a_budget_of_nothing_lets_everything_fail() -> None:
    found = course(works(2), facts(budgets={"follow": 0}))
    assert [(met.fails, met.until, met.tasks) for met in found.met] == [(True, None, 2)]
    assert (found.start, found.end) == (None, None)


def test_a_short_gap_is_waited_for_on_the_phone() -> None:
    found = course(works(3), facts(gap=200))
    assert found.end == NOW + timedelta(seconds=2 * 200 + 180)
    assert found.met == []


def test_a_long_gap_puts_off() -> None:
    found = course(works(2), facts(gap=3600))
    assert found.end == NOW + minutes(63)
    assert [met.limit for met in found.met] == ["gap"]


def test_what_an_account_did_last_counts() -> None:
    assert course(works(1), facts(gap=3600, last={"like": NOW - minutes(30)})).start == NOW + minutes(30)


@pytest.mark.parametrize("cost", [FOLLOW, ()])
def test_out_of_hours_waits_for_the_opening(cost: Cost) -> None:
    found = course(works(1, cost=cost), facts(hours=["14:00-18:00"]))
    assert found.start == NOW + minutes(120)
    assert [met.limit for met in found.met] == ["hours"]


def test_a_phone_that_rests_starts_when_it_is_back() -> None:
    assert course(works(1), free_at=NOW + minutes(5)).start == NOW + minutes(5)


def test_ten_thousand_tasks_of_a_small_budget_take_years_and_are_foreseen_quickly() -> None:
    found = course(works(10_000), facts())
    assert found.end == MIDNIGHT + timedelta(days=498) + minutes(60)
    assert len(merged(found.spans, 200)) <= 200


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans(), st.sampled_from([ANNA, BEN, None])), max_size=40))
def test_a_phone_does_one_thing_at_a_time_and_everything_once(
    given_works: list[tuple[int, bool, Actor | None]],
) -> None:
    tasks = [
        work
        for late, asked, account in given_works
        for work in works(1, due=NOW + minutes(late), asked=asked, account=account)
    ]
    found = course(tasks, facts(budgets={"follow": 7}))
    assert len(found.spans) == len(tasks)
    assert all(first.end <= then.start for first, then in zip(found.spans, found.spans[1:], strict=False))
    assert sum(span.tasks for span in merged(found.spans, 10)) == len(tasks)


def test_neighbouring_spans_are_one_and_distant_ones_are_not() -> None:
    spans = [Span(NOW, NOW + minutes(1), asked=True), Span(NOW + minutes(1), NOW + minutes(2), asked=True)]
    far = Span(MIDNIGHT, MIDNIGHT + minutes(1), asked=True)
    assert merged([*spans, far], 100) == [Span(NOW, NOW + minutes(2), asked=True, tasks=2), far]
