"""Judges a run: compares what was asked for with what the ledger says and what stands in the world. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from deployments.chaos.timeline import LAG, Course, can_meet
from deployments.chaos.work import FIELDS, LISTS, Ask, Deed, Event, happened
from phonefleet.words import tr

ProblemKind = Literal[
    "unfinished", "lost", "doubled", "stranger", "over_budget", "failed", "stuck", "called", "created", "not_recovered"
]
State = Literal["intended", "acting", "done", "already", "unknown", "failed"]
COMPLETED, FAILED = 2, 3

_TO_PEOPLE: Final = ("follows", "unfollows", "messages", "profile_cards")
_TO_POSTS: Final = ("likes", "favorites", "reposts", "shares", "comments")


@dataclass(frozen=True, slots=True)
class Action:
    """What the ledger says of one action."""

    kind: str
    account: str
    target: str
    state: State

    @property
    def list_name(self) -> str:
        """In which list of the world it shows."""
        return "profile_cards" if self.target.endswith(" (profile card)") else LISTS[self.kind]


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger says of a task at the end; `began` and `ended` are when that was seen, in seconds."""

    id: int
    ask: Ask
    status: int
    remark: str | None = None
    retries: int = 0
    actions: tuple[Action, ...] = ()
    began: float = 0.0
    ended: float | None = None
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must not be: what kind, in a sentence, and of which task and phone."""

    kind: ProblemKind
    told: str
    task: int | None = None
    phone: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a verdict is made of.

    `accounts` are those that act, by the number of their phone; `world` is the world's state at the end, `before` at
    the beginning. `stuck` are phones whose lanes did not do a last task, `called` phones that called a person, each
    with the reason; `created` is how many tasks the ledger has besides those that were asked for. `hosts` are the
    hosts of the phones, by number; all are at the main one if it is empty.
    """

    told: Sequence[Told]
    accounts: Mapping[int, str]
    world: Mapping[str, Sequence[Event]]
    courses: Sequence[Course]
    end: float
    before: Mapping[str, Sequence[Event]] = field(default_factory=dict[str, Sequence[Event]])
    budgets: Mapping[str, int] = field(default_factory=dict[str, int])
    stuck: Mapping[int, str] = field(default_factory=dict[int, str])
    called: Sequence[tuple[int, float, str]] = ()
    created: int = 0
    hosts: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class Losses:
    """How many tasks failed, how many deeds are lost and how many were done twice."""

    failed: int = 0
    lost: int = 0
    doubled: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """All problems of a run; the losses of each task; and how many actions nobody can tell about."""

    problems: tuple[Problem, ...]
    losses: Mapping[int, Losses]
    unknown: int

    @property
    def ok(self) -> bool:
        """Whether nothing was found that must not be."""
        return not self.problems

    @property
    def kinds(self) -> frozenset[ProblemKind]:
        """The kinds of problems."""
        return frozenset(problem.kind for problem in self.problems)


def judge(found: Found) -> Verdict:
    """Return the verdict of a run."""
    stands = happened(found.world)
    losses = {told.id: _losses(told, found, stands) for told in found.told}
    problems = (
        *_unfinished(found),
        *_failures(found, stands),
        *_of_deeds(found, losses),
        *_more_than_done(found, stands),
        *_strangers(found),
        *_over_budget(found),
        *_calls(found),
        *_stuck(found),
        *_created(found),
        *_not_recovered(found),
    )  # fmt: skip
    unknown = sum(action.state == "unknown" for told in found.told for action in told.actions)
    return Verdict(problems, losses, unknown)


def losses_of(course: Course, found: Found, verdict: Verdict) -> Losses:
    """Add up the losses of all tasks that a fault can have met: those of its phone, or of all, while it mattered."""
    met = [verdict.losses[told.id] for told in found.told if meets(course, told, found)]
    return Losses(*(sum(getattr(one, name) for one in met) for name in ("failed", "lost", "doubled")))


def meets(course: Course, told: Told, found: Found) -> bool:
    """Tell whether a task was at work while a fault mattered, on a phone that could meet it."""
    first, last = course.window(found.end)
    at_work = told.began <= last and (told.ended is None or told.ended >= first)
    return at_work and can_meet(course.strike.fault, told.ask.phone, found.hosts)


def _losses(told: Told, found: Found, stands: Counter[Deed]) -> Losses:
    account = found.accounts[told.ask.phone]
    expected = told.ask.expected(account)
    doubled = sum(stands[deed] > times for deed, times in expected.items())
    failed = int(told.status == FAILED)
    if told.status != COMPLETED:
        return Losses(failed, 0, doubled)
    missing = sum(stands[deed] < times for deed, times in expected.items())
    unsure = sum(action.state in {"unknown", "already"} for action in told.actions)
    return Losses(failed, max(0, missing - unsure), doubled)


def _unfinished(found: Found) -> Iterator[Problem]:
    for told in found.told:
        if told.status not in {COMPLETED, FAILED}:
            why = tr("task {task} ({script}) has not ended", task=told.id, script=told.ask.script)
            yield _of(told, "unfinished", f"{why}: {told.waits_for}" if told.waits_for else why)


def _failures(found: Found, stands: Counter[Deed]) -> Iterator[Problem]:
    """Name the failures that nothing in the plan accounts for: a fault that calls a person, or a budget."""
    done = _by_account(stands)
    for told in found.told:
        if told.status == FAILED and not _accounted_for(told, found, done):
            remark = told.remark or tr("without a remark")
            why = tr("task {task} ({script}) failed: {remark}", task=told.id, script=told.ask.script, remark=remark)
            yield _of(told, "failed", why)


def _accounted_for(told: Told, found: Found, done: Counter[tuple[str, str]]) -> bool:
    if any(course.strike.fault.of.calls_person and meets(course, told, found) for course in found.courses):
        return True
    account = found.accounts[told.ask.phone]
    lists = {deed[0] for deed in told.ask.deeds}
    return any(LISTS[kind] in lists and done[LISTS[kind], account] >= most for kind, most in found.budgets.items())


def _of_deeds(found: Found, losses: Mapping[int, Losses]) -> Iterator[Problem]:
    for told in found.told:
        one, script = losses[told.id], told.ask.script
        if one.lost:
            why = tr(
                "task {task} ({script}) completed, but {lost} of its deeds are not there",
                task=told.id, script=script, lost=one.lost,
            )  # fmt: skip
            yield _of(told, "lost", why)
        if one.doubled:
            why = tr(
                "task {task} ({script}) did {doubled} deeds more than once",
                task=told.id, script=script, doubled=one.doubled,
            )  # fmt: skip
            yield _of(told, "doubled", why)


def _more_than_done(found: Found, stands: Counter[Deed]) -> Iterator[Problem]:
    """Compare, by list and account, what the ledger calls done with what stands in the world."""
    there = _by_account(stands)
    done, unsure = _in_state(found.told, {"done"}), _in_state(found.told, {"unknown", "acting", "intended"})
    phones = {account: phone for phone, account in found.accounts.items()}
    for key in sorted({*done, *(key for key in there if key[1] in phones)}):
        name, account = key
        if done[key] <= there[key] <= done[key] + unsure[key]:
            continue
        why = tr(
            "{there} {name} of @{account} are there, the ledger says {done}, {unsure} unknown",
            there=there[key], name=name, account=account, done=done[key], unsure=unsure[key],
        )  # fmt: skip
        yield Problem("lost" if there[key] < done[key] else "doubled", why, None, phones.get(account))


def _in_state(told: Iterable[Told], states: set[str]) -> Counter[tuple[str, str]]:
    return Counter(
        (action.list_name, action.account) for one in told for action in one.actions if action.state in states
    )


def _by_account(stands: Counter[Deed]) -> Counter[tuple[str, str]]:
    by_account = Counter[tuple[str, str]]()
    for (name, who, *_), times in stands.items():
        by_account[name, who] += times
    return by_account


def _strangers(found: Found) -> Iterator[Problem]:
    """Name what was done to people or posts that nobody has asked for."""
    meant = {
        deed[:3] for told in found.told for deed in told.ask.expected(found.accounts[told.ask.phone])
    }  # fmt: skip
    chosen = {
        (name, action.account, action.target.rpartition("/")[2])
        for told in found.told if told.ask.chooses for action in told.actions for name in _TO_POSTS
    }  # fmt: skip
    phones = {account: phone for phone, account in found.accounts.items()}
    for name in (*_TO_PEOPLE, *_TO_POSTS):
        for event in found.world.get(name, ()):
            who, whom = (str(event[each]) for each in FIELDS[name][:2])
            if (name, who, whom) not in meant | chosen:
                yield Problem("stranger", _to_stranger(who, name, whom), None, phones.get(who))


def _to_stranger(who: str, name: str, whom: str) -> str:
    return tr("@{who} has done {name} to {whom}, whom nobody named", who=who, name=name, whom=whom)


def _over_budget(found: Found) -> Iterator[Problem]:
    """Count what each account has done on each day of UTC, in which the fleet's days are."""
    for kind, most in found.budgets.items():
        name = LISTS[kind]
        counted = Counter((str(event[FIELDS[name][0]]), str(event["at"])[:10]) for event in found.world.get(name, ()))
        for (account, day), times in counted.items():
            if times > most:
                why = tr(
                    "@{account} has done {times} {name} on {day}, and {most} are its budget",
                    account=account, times=times, name=name, day=day, most=most,
                )  # fmt: skip
                yield Problem("over_budget", why)


def _calls(found: Found) -> Iterator[Problem]:
    """Name the calls for a person that no fault of the phone accounts for."""
    for phone, at, why in found.called:
        faults = [course for course in found.courses if course.strike.fault.phone == phone]
        if not any(course.strike.fault.of.calls_person and _is_recent(course, at, found.end) for course in faults):
            called = tr("phone {phone} called a person: {why}", phone=phone, why=why)
            yield Problem("called", called, None, phone)


def _is_recent(course: Course, at: float, end: float) -> bool:
    first, last = course.window(end)
    return first <= at <= last + LAG


def _stuck(found: Found) -> Iterator[Problem]:
    for phone, why in found.stuck.items():
        told = tr("phone {phone} did no task at the end: {why}", phone=phone, why=why)
        yield Problem("stuck", told, None, phone)


def _created(found: Found) -> Iterator[Problem]:
    if found.created:
        why = tr("the ledger has {number} tasks more than were asked for", number=found.created)
        yield Problem("created", why)


def _not_recovered(found: Found) -> Iterator[Problem]:
    for course in found.courses:
        if course.recovered is None:
            phone = course.strike.fault.phone
            why = tr("nothing recovered from: {fault}", fault=course.strike.fault.told)
            yield Problem("not_recovered", why, None, phone)


def _of(told: Told, kind: ProblemKind, sentence: str) -> Problem:
    return Problem(kind, sentence, told.id, told.ask.phone)
