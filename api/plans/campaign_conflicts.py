"""Finds the conflicts of campaigns in a forecast of days, each as a sentence that continues the campaign's name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from math import ceil
from typing import NamedTuple

from api.fleet.device_schemas import PhoneName
from api.plans.days_forecast import DaysForecast, Draft
from api.plans.schemas import ConflictKind, ConflictOut
from phonefleet.limits import Kind
from phonefleet.limits.kinds import counted
from phonefleet.plans import Actor, Fired, Met, Recurring, Wait
from phonefleet.words import OR, joined, say, say_many

_MOST_SERIALS = 20
_AN_HOUR_OR_TWO = 120


class _Demand(NamedTuple):
    """The actions of one kind that campaigns demand of an account on one day."""

    actor: Actor
    kind: Kind
    day: date


_Excess = tuple[_Demand, Counter[int]]
"""A demand beyond the account's budget, and how many of its actions each campaign wants."""


class CampaignConflicts:
    """Finds the conflicts of each campaign in a forecast."""

    def __init__(self, found: DaysForecast) -> None:
        self._found = found
        self._demands = _demands(found)
        self._waits = _waits(found)
        self._hours = _hours(found)

    def of(self, draft: Draft) -> Iterator[ConflictOut]:
        """Yield the conflicts of a campaign: refusal, overlap, waits, budgets, working hours, work left over."""
        key = draft.campaign.id
        if draft.problem is not None:
            yield self._refused(draft)
        yield from self._overlaps(draft)
        yield from (self._wait(other, each) for other, each in self._waits.get(key, {}).items())
        yield from self._budget(key)
        if met := self._hours.get(key):
            yield self._out_of_hours(met)
        yield from self._left(key)

    def _refused(self, draft: Draft) -> ConflictOut:
        assert draft.problem is not None  # noqa: S101 - the caller has looked
        due = self._found.due.get(draft.campaign.id, [])
        reason = draft.problem.summary
        why = say("plans.makes_no_tasks", "makes no tasks: {reason}", reason=reason)
        return self._conflict("refused", why, times=len(due), first=due[0].due_at if due else None)

    def _overlaps(self, draft: Draft) -> Iterator[ConflictOut]:
        fired = self._found.fired.get(draft.campaign.id, [])
        if overlapping := [one for one in fired if one.overlaps]:
            why = say(
                "plans.overlaps", "is due while its own earlier tasks go on, {times}: {policy}",
                times=_times(len(overlapping)), policy=_policy(overlapping),
            )  # fmt: skip
            first = overlapping[0].beginning.begins_at
            yield self._conflict("overlap", why, times=len(overlapping), first=first)

    def _wait(self, other: int | None, waits: Sequence[tuple[str, Wait]]) -> ConflictOut:
        whom = say("plans.no_campaigns_tasks", "tasks that are no campaign's") if other is None else self._named(other)
        serials = [serial for serial, _ in waits]
        times = sum(wait.times for _, wait in waits)
        longest = max(wait.longest for _, wait in waits)
        why = say(
            "plans.waits_for", "waits for {whom} on {phones}, {times}, for {time} at the longest",
            whom=whom, phones=_phones(len(serials)), times=_times(times), time=_lasting(longest),
        )  # fmt: skip
        first = min(wait.first_at for _, wait in waits)
        return self._conflict("phone", why, times=times, first=first, other=other, serials=serials)

    def _named(self, campaign: int) -> str:
        name = self._found.names.get(campaign, say("plans.deleted_one", "a deleted one"))
        return say("plans.quoted", "“{name}”", name=name)

    def _budget(self, key: int) -> Iterator[ConflictOut]:
        for kind, demands in self._demands.get(key, {}).items():
            yield self._over_budget(key, kind, demands)

    def _over_budget(self, key: int, kind: Kind, demands: Sequence[_Excess]) -> ConflictOut:
        demand, wanted = max(demands, key=lambda each: each[1].total())
        accounts = {each.actor for each, _ in demands}
        others = [self._found.names[other] for other in wanted if other != key]
        budget = self._found.known.accounts[demand.actor].policy.budgets[kind]
        why = say(
            "plans.wants", "wants {actions} of @{account} on {day}{together}{more}; the budget is {budget} a day",
            actions=counted(wanted[key], kind), account=demand.actor.name, day=demand.day, budget=budget,
            together=_together(wanted.total(), others), more=_more(len(accounts) - 1),
        )  # fmt: skip
        days = {each.day for each, _ in demands}
        zone = self._found.known.accounts[demand.actor].zone
        first = datetime.combine(min(days), datetime.min.time(), zone)
        return self._conflict("budget", why, times=len(days), first=max(first, self._found.known.now))

    def _left(self, key: int) -> Iterator[ConflictOut]:
        left = self._found.days["expected"].left.get(key, 0)
        if left > self._found.recurring[key].tasks:
            why = say(
                "plans.too_much",
                "makes more work than there is time for: {left} of its tasks have not begun when the days are over",
                left=left,
            )
            yield self._conflict("unfinished", why, times=1, first=self._found.agenda.until)

    def _out_of_hours(self, met: Sequence[tuple[str, Met]]) -> ConflictOut:
        serials = list(dict.fromkeys(serial for serial, _ in met))
        tasks = sum(one.tasks for _, one in met)
        found = sorted({one.fails for _, one in met})
        become = joined(OR, (say("plans.fail", "fail") if fails else say("plans.wait", "wait") for fails in found))
        why = say_many(
            "plans.out_of_hours",
            "is due out of working hours: {count} task on {phones} would {become}",
            "is due out of working hours: {count} tasks on {phones} would {become}",
            count=tasks, phones=_phones(len(serials)), become=become,
        )  # fmt: skip
        times = max(len(one.at) for _, one in met)
        return self._conflict("hours", why, times=times, first=min(one.at[0] for _, one in met), serials=serials)

    def _conflict(  # noqa: PLR0913 - what there is to tell
        self,
        kind: ConflictKind,
        why: str,
        *,
        times: int,
        first: datetime | None,
        other: int | None = None,
        serials: Sequence[str] = (),
    ) -> ConflictOut:
        shown = list(serials[:_MOST_SERIALS])
        phones = [PhoneName(serial=serial, alias=self._found.known.phones[serial].device.alias) for serial in shown]
        return ConflictOut(kind=kind, why=why, other=other, times=times, first_at=first, serials=shown, phones=phones)


def _policy(overlapping: Sequence[Fired]) -> str:
    """Return what becomes of overlapping firings: they are skipped, cancel earlier tasks, or queue."""
    if any(one.skipped for one in overlapping):
        return say("plans.skipped", "these times are skipped")
    cancelled = sum(one.cancelled for one in overlapping)
    if cancelled:
        return say_many(
            "plans.cancelled",
            "{count} task of the earlier times are cancelled",
            "{count} tasks of the earlier times are cancelled",
            count=cancelled,
        )
    return say("plans.queue", "the new tasks queue behind them")


def _together(total: int, others: Sequence[str]) -> str:
    if not others:
        return ""
    names = ", ".join(f"“{name}”" for name in others)
    return say("plans.together", ", {total} together with {names}", total=total, names=names)


def _more(accounts: int) -> str:
    return say("plans.more", " (and too many of {number} more)", number=accounts) if accounts > 0 else ""


def _demands(found: DaysForecast) -> dict[int, dict[Kind, list[_Excess]]]:
    """Return the demands beyond a budget in which each campaign takes part, by campaign and kind."""
    wanted: defaultdict[_Demand, Counter[int]] = defaultdict(Counter)
    for key in found.fired:
        for (actor, kind), number in _each_time(found.recurring[key]).items():
            for day, times in _days(found, key, found.known.accounts[actor].zone).items():
                wanted[_Demand(actor, kind, day)][key] += number * times
    beyond: defaultdict[int, dict[Kind, list[_Excess]]] = defaultdict(dict)
    for demand, shares in wanted.items():
        if shares.total() > found.known.accounts[demand.actor].policy.budgets[demand.kind]:
            for key in shares:
                beyond[key].setdefault(demand.kind, []).append((demand, shares))
    return beyond


def _each_time(recurring: Recurring) -> Counter[tuple[Actor, Kind]]:
    """Return how many actions of each kind one firing demands of each account."""
    found: Counter[tuple[Actor, Kind]] = Counter()
    for work in (work for works in recurring.works.values() for work in works):
        if work.account is not None:
            found.update({(work.account, kind): number * work.number for kind, number in work.cost})
    return found


def _days(found: DaysForecast, key: int, zone: tzinfo) -> Counter[date]:
    """Return how many firings of a campaign make tasks on each calendar day of a time zone."""
    return Counter(one.beginning.begins_at.astimezone(zone).date() for one in found.fired[key] if not one.skipped)


def _waits(found: DaysForecast) -> dict[int, dict[int | None, list[tuple[str, Wait]]]]:
    """Return the waits of each campaign, by the other campaign that it waits for, each with the phone's serial."""
    waits: defaultdict[int, dict[int | None, list[tuple[str, Wait]]]] = defaultdict(dict)
    for serial, lane in found.expected.items():
        for wait in lane.waits:
            waits[wait.campaign].setdefault(wait.other, []).append((serial, wait))
    return waits


def _hours(found: DaysForecast) -> dict[int, list[tuple[str, Met]]]:
    """Return the working hours that each campaign meets, each with the phone's serial."""
    hours: defaultdict[int, list[tuple[str, Met]]] = defaultdict(list)
    for serial, lane in found.expected.items():
        for met in lane.met:
            if met.limit == "hours" and met.campaign is not None:
                hours[met.campaign].append((serial, met))
    return hours


def _times(number: int) -> str:
    return say_many("plans.times", "once", "{count} times", count=number)


def _phones(number: int) -> str:
    return say_many("plans.phones", "{count} phone", "{count} phones", count=number)


def _lasting(wait: timedelta) -> str:
    minutes = wait / timedelta(minutes=1)
    if minutes < 1:
        return say("plans.seconds", "{seconds} s", seconds=ceil(wait.total_seconds()))
    if minutes <= _AN_HOUR_OR_TWO:
        return say("plans.minutes", "{minutes} min", minutes=ceil(minutes))
    return say("plans.hours", "{hours} h", hours=f"{minutes / 60:.1f}")
