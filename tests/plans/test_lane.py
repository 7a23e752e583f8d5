"""A phone in a plan: many equal tasks at once are as many single ones, and a lane goes on only as far as it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from phonefleet.limits import Rules, day_of
from phonefleet.limits.hours import Hours, Span
from phonefleet.limits.kinds import Cost
from phonefleet.limits.rules import Actor as Bearer
from phonefleet.plans import AccountFacts, Actor, Lane, Spread, Terms, Work

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 28, 20, tzinfo=UTC)
ANNA = Actor("sample", "anna")
COSTS: list[Cost] = [(), (("follow", 1),), (("like", 3),), (("like", 1), ("share", 2))]
RULES = st.fixed_dictionaries(
    {
        "budgets": st.fixed_dictionaries({kind: st.integers(0, 9) for kind in ("follow", "like", "share")}),
        "gap": st.sampled_from([0, 30, 400]),
        "gaps": st.sampled_from([{}, {"like": 200}]),
        "hours": st.sampled_from([None, ["09:00-12:00", "21:30-02:10"], {"monday": ["10:00-10:30"]}]),
        "when_met": st.sampled_from(["wait", "fail"]),
    }
)


def seconds(number: float) -> Spread:
    return Spread.exactly(timedelta(seconds=number))


def lane(rules: dict[str, Any] | None = None) -> Lane:
    policy = Rules.model_validate(rules or {}).policy_for(Bearer("anna", "sample"))
    facts = AccountFacts(policy, BERLIN, day_of(NOW, BERLIN).date)
    return Lane(NOW, Terms({ANNA: facts} if rules else {}, "expected", timedelta(seconds=60)))


def tasks(found: Lane) -> list[tuple[datetime, datetime]]:
    """Return when each span begins and ends, with neighbours as one."""
    joined: list[tuple[datetime, datetime]] = []
    for span in found.spans:
        if joined and joined[-1][1] == span.start:
            joined[-1] = (joined[-1][0], span.end)
        else:
            joined.append((span.start, span.end))
    return joined


@settings(max_examples=150)
@given(
    RULES,
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(1, 12), st.sampled_from([0, 40, 300]), st.sampled_from(COSTS)),
        max_size=5,
    ),
    st.lists(st.integers(0, 100_000), max_size=3),
)
def test_many_tasks_at_once_are_as_many_single_ones_wherever_the_lane_stops(
    rules: dict[str, Any], given_works: list[tuple[int, int, int, Cost]], stops: list[int]
) -> None:
    at_once, one_by_one = lane(rules), lane(rules)
    for late, number, wait, cost in given_works:
        due = NOW + timedelta(seconds=late)
        work = Work(due, seconds(wait), seconds(25), ANNA, cost, number=number)
        at_once.add(work)
        for _ in range(number):
            one_by_one.add(Work(due, seconds(wait), seconds(25), ANNA, cost))
    for stop in sorted(stops):
        at_once.run(NOW + timedelta(seconds=stop))
    at_once.run()
    one_by_one.run()
    assert tasks(at_once) == tasks(one_by_one)
    assert sum(span.tasks for span in at_once.spans) == sum(span.tasks for span in one_by_one.spans)
    assert [(met.limit, met.fails, met.tasks) for met in at_once.met] == [
        (met.limit, met.fails, met.tasks) for met in one_by_one.met
    ]


def test_a_lane_begins_nothing_at_or_after_the_instant_up_to_which_it_goes() -> None:
    found = lane()
    found.add(Work(NOW, seconds(0), seconds(60), number=5))
    found.run(NOW + timedelta(seconds=120))
    assert [(span.tasks, span.end) for span in found.spans] == [(2, NOW + timedelta(seconds=120))]
    assert found.waiting[None] == 3


def test_what_is_dropped_ends_at_once_and_begins_no_more() -> None:
    found = lane()
    found.add(Work(NOW, seconds(0), seconds(60), number=5, campaign=1), firing=7)
    found.add(Work(NOW, seconds(0), seconds(60), campaign=2))
    at = NOW + timedelta(seconds=90)
    found.run(at)
    assert (found.is_busy_with(1, at), found.is_busy_with(2, at)) == (True, True)
    assert found.drop(1, at) == 4
    assert (found.is_busy_with(1, at), found.is_busy_with(2, at)) == (False, True)
    found.run()
    assert (found.last[1], found.ends[7], found.first[2]) == (at, at, at)


def test_what_is_added_for_an_earlier_time_goes_first() -> None:
    found = lane()
    found.add(Work(NOW + timedelta(hours=2), seconds(0), seconds(60), campaign=1))
    found.add(Work(NOW + timedelta(hours=1), seconds(0), seconds(60), campaign=2))
    found.run()
    assert [span.campaign for span in found.spans] == [2, 1]


def test_who_waits_is_told_with_the_one_that_goes_directly_before() -> None:
    found = lane()
    for campaign in (1, 2, 3):
        found.add(Work(NOW, seconds(0), seconds(60), number=2, campaign=campaign))
    found.run()
    waits = [(wait.campaign, wait.other, wait.times, wait.longest.total_seconds()) for wait in found.waits]
    assert waits == [(2, 1, 1, 120), (3, 2, 1, 240)]


def test_tasks_that_come_while_their_limit_is_met_are_counted_with_it() -> None:
    found = lane({"budgets": {"follow": 1}})
    found.add(Work(NOW, seconds(0), seconds(60), ANNA, (("follow", 1),), number=2, campaign=1))
    found.run(NOW + timedelta(hours=1))
    found.add(Work(NOW + timedelta(minutes=59), seconds(0), seconds(60), ANNA, (("follow", 1),), campaign=1))
    found.run()
    [met] = found.met
    assert (met.tasks, met.campaign, met.limit) == (2, 1, "budget")
    assert met.at == (NOW + timedelta(seconds=60),)


@given(st.integers(-24 * 60, 72 * 60), st.sampled_from(["09:00-12:00", "22:00-03:00"]))
def test_working_time_closes_where_nothing_opens(minutes: int, span: str) -> None:
    hours = Hours({"saturday": (Span.parse(span),), "sunday": (Span.parse(span),)})
    instant = NOW + timedelta(minutes=minutes)
    closing = hours.closing(instant, BERLIN)
    assert (closing is not None) == (hours.opening(instant, BERLIN) == instant)
    if closing is not None:
        assert hours.opening(closing - timedelta(seconds=1), BERLIN) == closing - timedelta(seconds=1)
        assert hours.opening(closing, BERLIN) != closing
