"""No account does more than it may: on none of ten thousand days, whatever it tries and whoever changes the limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from phonefleet.limits import Allowed, History, Hours, Kind, Policy, Refused, Span, day_of, decide
from phonefleet.limits.hours import WEEKDAYS
from tests.limits.showing import shown

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Beirut"]
NOON = datetime(2026, 11, 24, 12, tzinfo=BERLIN)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=BERLIN)
KINDS: tuple[Kind, ...] = ("follow", "like", "message")


def ask(policy: Policy, when: datetime = NOON, **history: Any) -> Refused | Allowed:
    return decide("follow", History(**history), policy, when.astimezone(UTC), BERLIN)


def budgets(**numbers: int) -> dict[Kind, int]:
    return {**Policy().budgets, **{kind: numbers[kind] for kind in KINDS if kind in numbers}}


def refused(decision: Refused | Allowed) -> Refused:
    assert isinstance(decision, Refused)
    return decision


def week(text: str) -> Hours:
    return Hours(dict.fromkeys(WEEKDAYS, (Span.parse(text),)))


# --- single decisions --------------------------------------------------------------------------------------


def test_what_is_within_all_limits_is_allowed() -> None:
    assert ask(Policy(), used=19) == Allowed()


def test_a_used_budget_lasts_until_the_next_day() -> None:
    found = refused(ask(Policy(), used=20))
    assert (found.until, found.why, found.limit) == (MIDNIGHT, "has used its 20 follows of today", "budget")


def test_a_budget_of_nothing_never_opens() -> None:
    found = refused(ask(Policy(budgets=budgets(follow=0))))
    assert (found.until, found.why) == (None, "has a budget of 0 follows a day")


def test_one_is_not_called_several() -> None:
    assert refused(ask(Policy(budgets=budgets(follow=1)), used=1)).why == "has used its 1 follow of today"


def test_a_used_budget_outside_of_working_hours_opens_with_the_hours_of_the_next_day() -> None:
    found = refused(ask(Policy(hours=week("09:00-18:00")), used=20))
    assert (found.until, found.limit) == (MIDNIGHT.replace(hour=9), "budget")


def test_outside_of_working_hours_it_waits_for_them() -> None:
    found = refused(ask(Policy(hours=week("14:00-18:00"))))
    assert (found.until, found.why, found.limit) == (
        NOON.replace(hour=14),
        "works at other times (14:00-18:00)",
        "hours",
    )


@pytest.mark.parametrize(
    ("last_of_kind", "last_of_others", "wait"),
    [(None, 5, 5), (5, None, 55), (59, 9, 1), (None, 10, 0), (60, None, 0), (30, 0, 30), (None, None, 0)],
)
def test_the_gap_of_a_kind_lies_between_two_of_it_and_the_general_one_between_others(
    last_of_kind: int | None, last_of_others: int | None, wait: int
) -> None:
    ago = [None if seconds is None else NOON - timedelta(seconds=seconds) for seconds in (last_of_kind, last_of_others)]
    policy = Policy(gap=timedelta(seconds=10), gaps={"follow": timedelta(seconds=60)})
    found = ask(policy, last_of_kind=ago[0], last_of_others=ago[1])
    until = found.until if isinstance(found, Refused) else NOON
    assert until == NOON + timedelta(seconds=wait)


@pytest.mark.parametrize(("ahead", "wait"), [(0, 60), (59, 119), (60, 120), (61, 0), (300, 0)])
def test_an_action_further_ahead_than_the_gap_was_stamped_by_a_clock_that_was_set_back(ahead: int, wait: int) -> None:
    found = ask(Policy(gap=timedelta(seconds=60)), last_of_others=NOON + timedelta(seconds=ahead))
    until = found.until if isinstance(found, Refused) else NOON
    assert until == NOON + timedelta(seconds=wait)


def test_without_a_gap_nobody_waits_for_a_clock_that_was_set_back() -> None:
    assert ask(Policy(), last_of_kind=NOON + timedelta(seconds=1)) == Allowed()


def test_a_gap_that_ends_after_work_waits_for_the_next_morning() -> None:
    evening = NOON.replace(hour=17, minute=59)
    policy = Policy(gap=timedelta(minutes=5), hours=week("09:00-18:00"))
    found = refused(ask(policy, evening, last_of_others=evening - timedelta(seconds=1)))
    assert (found.until, found.limit) == (MIDNIGHT.replace(hour=9), "gap")


# --- many days ---------------------------------------------------------------------------------------------


@dataclass
class Account:
    """An account that does all it is allowed to, and counts by the calendar what it did."""

    zone: ZoneInfo
    policy: Policy
    now: datetime
    deeds: list[tuple[datetime, Kind]] = field(default_factory=list[tuple[datetime, Kind]])
    counts: Counter[tuple[str, Kind]] = field(default_factory=Counter[tuple[str, Kind]])

    def decision(self, kind: Kind) -> Refused | Allowed:
        today = day_of(self.now, self.zone)
        recent = [(at, done) for at, done in self.deeds[-30:] if at > today.start - timedelta(days=2)]
        history = History(
            used=sum(at in today and done == kind for at, done in recent),
            last_of_kind=max((at for at, done in recent if done == kind), default=None),
            last_of_others=max((at for at, done in recent if done != kind), default=None),
        )
        return decide(kind, history, self.policy, self.now, self.zone)

    def attempt(self, kind: Kind) -> Refused | Allowed:
        found = self.decision(kind)
        if isinstance(found, Allowed):
            self.do(kind)
        return found

    def do(self, kind: Kind) -> None:
        day = (self.now.astimezone(self.zone).date().isoformat(), kind)
        self.counts[day] += 1
        assert self.counts[day] <= self.policy.budgets[kind], day
        assert self.policy.hours is None or shown(self.now, self.zone, self.policy.hours), self.now
        if self.deeds:
            last, other = self.deeds[-1]
            gap = self.policy.gaps.get(kind, self.policy.gap) if other == kind else self.policy.gap
            assert self.now - last >= gap
        self.deeds.append((self.now, kind))


def test_no_budget_is_exceeded_on_any_of_ten_thousand_days() -> None:
    done = days = 0
    for seed, zone in enumerate(map(ZoneInfo, (*ZONES, "Europe/Berlin", "Europe/Berlin", "UTC", "America/Havana"))):
        rng = Random(seed)
        account = Account(zone, policy_of(rng), datetime(2024, 1, 1, tzinfo=UTC))
        end = account.now + timedelta(days=1000)
        while account.now < end:
            found = account.attempt(rng.choice(KINDS))
            account.now += timedelta(seconds=rng.choice((1, 3600, 14_400, 28_800)))
            if isinstance(found, Refused) and found.until and rng.random() < 0.5:
                account.now = max(account.now, found.until - timedelta(microseconds=rng.choice((0, 1))))
        done, days = done + len(account.deeds), days + 1000
    assert days == 10_000
    assert done > days


def policy_of(rng: Random) -> Policy:
    return Policy(
        budgets=budgets(follow=rng.randint(1, 4), like=rng.randint(1, 8), message=rng.randint(0, 2)),
        gap=timedelta(seconds=rng.choice((0, 30))),
        gaps={"like": timedelta(seconds=rng.choice((0, 90)))},
        hours=rng.choice((None, week("09:00-18:00"), week("22:00-03:00"))),
    )


policies = st.builds(
    Policy,
    budgets=st.builds(budgets, follow=st.integers(0, 4), like=st.integers(0, 4), message=st.integers(0, 4)),
    gap=st.sampled_from([0, 1, 3600]).map(lambda seconds: timedelta(seconds=seconds)),
    gaps=st.dictionaries(st.sampled_from(KINDS), st.sampled_from([0, 60]).map(lambda s: timedelta(seconds=s))),
    hours=st.none() | st.sampled_from(["09:00-18:00", "22:00-06:00", "02:00-03:00", "00:00-24:00"]).map(week),
)


class Days(RuleBasedStateMachine):
    """An account that tries what Hypothesis thinks of, while people change its limits."""

    account: Account

    @initialize(
        zone=st.sampled_from(ZONES).map(ZoneInfo),
        policy=policies,
        start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    )
    def begin(self, zone: ZoneInfo, policy: Policy, start: datetime) -> None:
        self.account = Account(zone, policy, start)

    @rule(kind=st.sampled_from(KINDS), times=st.integers(1, 6))
    def try_again_and_again(self, kind: Kind, times: int) -> None:
        for _ in range(times):
            self.account.attempt(kind)

    @rule(kind=st.sampled_from(KINDS))
    def wait_until_told_and_do_it(self, kind: Kind) -> None:
        """What is refused until an instant is refused right before and allowed then, if nothing else happens."""
        found = self.account.decision(kind)
        if isinstance(found, Refused) and found.until is not None:
            assert found.until > self.account.now
            self.account.now = max(self.account.now, found.until - timedelta(microseconds=1))
            assert isinstance(self.account.decision(kind), Refused)
            self.account.now = found.until
            assert self.account.attempt(kind) == Allowed()

    @rule(wait=st.timedeltas(timedelta(0), timedelta(days=2)))
    def let_time_pass(self, wait: timedelta) -> None:
        self.account.now += wait

    @rule()
    def go_to_the_last_moment_of_the_day(self) -> None:
        self.account.now = day_of(self.account.now, self.account.zone).end - timedelta(microseconds=1)

    @precondition(lambda self: self.account.deeds)
    @rule(policy=policies)
    def change_the_limits(self, policy: Policy) -> None:
        self.account.policy = policy


def test_no_account_does_more_than_it_may_whatever_it_tries() -> None:
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - its settings are untyped
        Days, settings=settings(max_examples=60, stateful_step_count=40)
    )
