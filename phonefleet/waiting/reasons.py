"""The reason why a pending task waits: the first thing that stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonefleet.limits.deciding import History, Refused, decide
from phonefleet.waiting.facts import AccountFacts, Facts, PendingTask, PhoneFacts
from phonefleet.waiting.of_phones import Obstacle, at_the_phone, kept_by_prefect, moment
from phonefleet.words import AND, joined, say, say_many

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
    starting = Reason("starting", say("waiting.starting", "nothing stands in its way: it starts within moments"))
    return next(_reasons(task, facts), starting)


def _reasons(task: PendingTask, facts: Facts) -> Iterator[Reason]:
    if task.suspended:
        yield Reason(
            "suspended",
            say("waiting.suspended", "it was suspended in Prefect: the task waits until it is resumed there"),
        )
    if task.scheduled_for > facts.now + _SOON and not task.postponed:
        at = _at(task.scheduled_for, facts)
        yield Reason("starts_later", say("waiting.starts_later", "it starts at {at}, as was asked for", at=at))
    if facts.disk_full is not None:
        yield Reason("disk_full", facts.disk_full)
    phone = facts.phones.get(task.serial)
    if phone is None:
        yield Reason(
            "phone_unknown",
            say(
                "waiting.phone_unknown",
                "no host has seen a phone {phone!r}: the task waits until one has",
                phone=task.serial,
            ),
        )
    else:
        yield from _told(at_the_phone(phone, facts.prefect, facts.now), phone, facts)
    yield from _of_account(task, facts)
    if phone is not None:
        yield from _told(kept_by_prefect(phone, facts.prefect), phone, facts)
    if not task.submitted and task.remark:
        yield Reason(
            "not_submitted",
            say(
                "waiting.not_taken", "Prefect has not taken it yet ({why}): it is sent again by itself", why=task.remark
            ),
        )
    if phone is not None:
        yield from _of_turn(task, phone)
    if not task.submitted:
        sentence = say("waiting.not_submitted", "Prefect does not have it yet: it is sent within moments")
        yield Reason("not_submitted", sentence)


def _told(obstacles: Iterable[Obstacle], phone: PhoneFacts, facts: Facts) -> Iterator[Reason]:
    return (Reason(each.code, each.sentence(phone.name, facts.now, facts.zone)) for each in obstacles)


def _of_account(task: PendingTask, facts: Facts) -> Iterator[Reason]:
    account = None if task.username is None else facts.accounts.get((task.app, task.username.lower()))
    if account is not None and not account.enabled:
        yield Reason(
            "account_disabled",
            say(
                "waiting.account_disabled",
                "@{account} is disabled: the task fails unless it is enabled before",
                account=account.username,
            ),
        )
    elif account is not None and account.held_since is not None:
        why = account.hold_reason or say("waiting.no_reason", "no reason is known")
        told = say(
            "waiting.account_held", "@{account} is held since {since} ({why}): the task fails unless it is released",
            account=account.username, since=_at(account.held_since, facts), why=why,
        )  # fmt: skip
        yield Reason("account_held", told)
    if account is not None:
        yield from _of_limits(task, account, facts)
    if task.postponed:
        usual = say("waiting.limit_met", "its account has met a limit: the task waits for its end")
        yield Reason("account_limit", task.remark or usual)


def _of_limits(task: PendingTask, account: AccountFacts, facts: Facts) -> Iterator[Reason]:
    """Yield why the account may not act now, as a run decides it before it touches the phone."""
    hours = account.policy.hours
    opening = facts.now if hours is None else hours.opening(facts.now, facts.limits_zone)
    if opening != facts.now:
        yield _limit(
            "working_hours",
            _who(account, say("limits.other_hours", "works at other times ({hours})", hours=hours)),
            opening,
            facts,
        )
    if task.only_action is not None:
        history = account.histories.get(task.only_action, History())
        refused = decide(task.only_action, history, account.policy, facts.now, facts.limits_zone)
        if isinstance(refused, Refused):
            yield _limit("account_limit", _who(account, refused.why), refused.until, facts)


def _limit(code: str, why: str, until: datetime | None, facts: Facts) -> Reason:
    if until is None:
        return Reason(
            code, say("waiting.limit_stays", "{why}: the task waits as long as the limits stay as they are", why=why)
        )
    return Reason(code, say("waiting.limit_ends", "{why}: the task waits until {at}", why=why, at=_at(until, facts)))


def _who(account: AccountFacts, why: str) -> str:
    return say("waiting.account", "@{account} {why}", account=account.username, why=why)


def _of_turn(task: PendingTask, phone: PhoneFacts) -> Iterator[Reason]:
    before = phone.queue.get(task.id)
    if before is None and phone.queue_is_longer:
        number = len(phone.queue)
        yield _turn(phone, say("waiting.many_before", "more than {number} tasks come before it", number=number))
    others: list[str] = []
    if phone.running is not None:
        others.append(say("waiting.runs", "task {task} runs", task=phone.running))
    if before:
        others.append(
            say_many("waiting.before", "{count} task comes before it", "{count} tasks come before it", count=before)
        )
    if others:
        yield _turn(phone, joined(AND, others))


def _turn(phone: PhoneFacts, others: str) -> Reason:
    return Reason(
        "turn",
        say("waiting.turn", "it waits for its turn on {phone}: {others}", phone=phone.name, others=others),
        say(
            "waiting.turn_lasting",
            "it waits for its turn on {phone}: one run at a time works on a phone, and others come first",
            phone=phone.name,
        ),
    )


def _at(instant: datetime, facts: Facts) -> str:
    return moment(instant, facts.now, facts.zone)
