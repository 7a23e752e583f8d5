"""The reason why a pending task waits: the first thing that stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonefleet.limits.deciding import History, Refused, decide
from phonefleet.waiting.facts import AccountFacts, Facts, PendingTask, PhoneFacts
from phonefleet.waiting.of_phones import Obstacle, at_the_phone, kept_by_prefect, moment

_SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task waits: a word that never changes, for programs, and a sentence for people.

    `lasting` is a sentence without what changes from moment to moment, such as the number of tasks that come before.
    """

    code: str
    sentence: str
    lasting: str = ""

    @property
    def record(self) -> str:
        """The sentence to write down where it is not rewritten all the time."""
        return self.lasting or self.sentence


def why_it_waits(task: PendingTask, facts: Facts) -> Reason:
    """Return why a pending task has not begun; "starting" where nothing stands in its way any more."""
    starting = Reason("starting", "nothing stands in its way: it starts within moments")
    return next(_reasons(task, facts), starting)


def _reasons(task: PendingTask, facts: Facts) -> Iterator[Reason]:
    if task.scheduled_for > facts.now + _SOON and not task.postponed:
        yield Reason("starts_later", f"it starts at {_at(task.scheduled_for, facts)}, as was asked for")
    if facts.disk_full is not None:
        yield Reason("disk_full", facts.disk_full)
    phone = facts.phones.get(task.serial)
    if phone is None:
        yield Reason("phone_unknown", f"no host has seen a phone {task.serial!r}: the task waits until one has")
    else:
        yield from _told(at_the_phone(phone, facts.prefect, facts.now), phone, facts)
    yield from _of_account(task, facts)
    if phone is not None:
        yield from _told(kept_by_prefect(phone, facts.prefect), phone, facts)
    if not task.submitted and task.remark:
        yield Reason("not_submitted", f"Prefect has not taken it yet ({task.remark}): it is sent again by itself")
    if phone is not None:
        yield from _of_turn(task, phone)
    if not task.submitted:
        yield Reason("not_submitted", "Prefect does not have it yet: it is sent within moments")


def _told(obstacles: Iterable[Obstacle], phone: PhoneFacts, facts: Facts) -> Iterator[Reason]:
    return (Reason(each.code, each.sentence(phone.name, facts.now, facts.zone)) for each in obstacles)


def _of_account(task: PendingTask, facts: Facts) -> Iterator[Reason]:
    account = None if task.username is None else facts.accounts.get((task.app, task.username.lower()))
    if account is not None and not account.enabled:
        yield Reason("account_disabled", f"@{account.username} is disabled: the task fails unless it is enabled before")
    elif account is not None and account.held_since is not None:
        since, why = _at(account.held_since, facts), account.hold_reason or "no reason is known"
        yield Reason(
            "account_held", f"@{account.username} is held since {since} ({why}): the task fails unless it is released"
        )
    if account is not None:
        yield from _of_limits(task, account, facts)
    if task.postponed:
        yield Reason("account_limit", task.remark or "its account has met a limit: the task waits for its end")


def _of_limits(task: PendingTask, account: AccountFacts, facts: Facts) -> Iterator[Reason]:
    """Yield why the account may not act now, as a run decides it before it touches the phone."""
    hours = account.policy.hours
    opening = facts.now if hours is None else hours.opening(facts.now, facts.limits_zone)
    if opening != facts.now:
        yield _limit("working_hours", f"@{account.username} works at other times ({hours})", opening, facts)
    if task.only_action is not None:
        history = account.histories.get(task.only_action, History())
        refused = decide(task.only_action, history, account.policy, facts.now, facts.limits_zone)
        if isinstance(refused, Refused):
            yield _limit("account_limit", f"@{account.username} {refused.why}", refused.until, facts)


def _limit(code: str, why: str, until: datetime | None, facts: Facts) -> Reason:
    end = "as long as the limits stay as they are" if until is None else f"until {_at(until, facts)}"
    return Reason(code, f"{why}: the task waits {end}")


def _of_turn(task: PendingTask, phone: PhoneFacts) -> Iterator[Reason]:
    before = phone.queue.get(task.id)
    if before is None and phone.queue_is_longer:
        yield _turn(phone, f"more than {len(phone.queue)} tasks come before it")
    others = [] if phone.running is None else [f"task {phone.running} runs"]
    others += [f"{before} task{'s' * (before != 1)} come{'s' * (before == 1)} before it"] if before else []
    if others:
        yield _turn(phone, " and ".join(others))


def _turn(phone: PhoneFacts, others: str) -> Reason:
    waits = f"it waits for its turn on {phone.name}"
    return Reason("turn", f"{waits}: {others}", f"{waits}: one run at a time works on a phone, and others come first")


def _at(instant: datetime, facts: Facts) -> str:
    return moment(instant, facts.now, facts.zone)
