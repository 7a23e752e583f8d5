"""What the tasks of a request would do, if they were created now: gathered from the ledger, foreseen by pure rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from api.conflicts import conflicts_of
from api.envelope import FieldError
from api.facade import Facade
from api.forbidden import forbidden
from api.plan_schemas import EstimateOut, LimitMet, PhonePlan, PlanOut, SpanOut, Times
from api.planning import plan
from api.schemas import TaskRequest
from phonefleet.ledger import Account, Ledger, NewTask, Task
from phonefleet.ledger.device_list import ListedDevice
from phonefleet.ledger.forecasts import Durations
from phonefleet.limits.rules import LONGEST_GAP
from phonefleet.plans import AccountFacts, Course, Estimate, Spread, Work, deeds_of, estimate_of, foresee, merged
from phonefleet.plans.durations import BOUNDS, Bound
from phonefleet.scripts import FLOWS
from phonefleet.states import Status

_MOST_SPANS = 200
_MOST_REFUSALS = 100


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows that matters to a plan."""

    now: datetime
    app: str
    durations: Durations
    acting: Mapping[str, str]
    accounts: Mapping[str, AccountFacts]
    _estimates: dict[tuple[str, ...], Estimate] = field(default_factory=dict[tuple[str, ...], Estimate])

    def estimate(self, serial: str, script: str, config: Mapping[str, Any], app: str) -> Estimate:
        key = (serial, script, app, str(config.get("task_duration")))
        if key not in self._estimates:
            of_phone = self.durations.of_phone.get((serial, script, app), [])
            of_script = self.durations.of_script.get((script, app), [])
            self._estimates[key] = estimate_of(script, config, of_phone, of_script)
        return self._estimates[key]

    def actor(self, serial: str, script: str, username: str | None, app: str) -> str | None:
        """Return the folded name of who acts; None where nobody knows, or where the script only reads."""
        if app != self.app or script not in FLOWS or not FLOWS[script].irreversible:
            return None
        name = (username or self.acting.get(serial, "")).lower()
        return name if name in self.accounts else None


def forecast(facade: Facade, request: TaskRequest) -> PlanOut:
    """Return what a request would do. Raises `Problem` where it is wrong in itself."""
    refusals: list[tuple[str, str]] = []

    def forbid(ledger: Ledger, script: str, app: str, configs: Sequence[dict[str, Any]]) -> None:
        refusals.extend(forbidden(ledger, script, app, configs))

    undrawn = replace(facade, rng=Random(0))  # noqa: S311 - waits of a plan are not drawn; those of tasks stay as they are
    tasks = plan(undrawn, request, forbid)
    phones = _phones(facade, request, tasks)
    return PlanOut(
        accepted=not refusals,
        refusals=[FieldError(field=field, reason=reason) for field, reason in refusals[:_MOST_REFUSALS]],
        tasks=len(tasks),
        start=_overall([phone.start for phone in phones], first=True),
        end=_overall([phone.end for phone in phones], first=False),
        phones=phones,
    )


def _phones(facade: Facade, request: TaskRequest, tasks: Sequence[NewTask]) -> list[PhonePlan]:
    asked: defaultdict[str, list[NewTask]] = defaultdict(list)
    for task in tasks:
        asked[task.serial].append(task)
    now = facade.clock.now()
    queues = facade.ledger.forecasts.queues(list(asked))
    listed = facade.ledger.forecasts.phones(list(asked), now)
    known = _known(facade, now, tasks, queues)
    return [
        _phone(known, request, each, queues.get(serial, []), listed[serial], facade.settings.wait_in_place)
        for serial, each in asked.items()
    ]


def _known(facade: Facade, now: datetime, tasks: Sequence[NewTask], queues: Mapping[str, Sequence[Task]]) -> _Known:
    ledger, app = facade.ledger, tasks[0].app
    serials = list(dict.fromkeys(task.serial for task in tasks))
    waiting = [task for queue in queues.values() for task in queue]
    durations = ledger.forecasts.durations(serials, {task.script_name for task in (*tasks, *waiting)})
    bound = ledger.accounts.on_devices(serials, app)
    acting = {**_alone(bound), **ledger.forecasts.acting(serials, app)}
    return _Known(now, app, durations, acting, _facts(facade, bound, app, now))


def _alone(accounts: Iterable[Account]) -> dict[str, str]:
    """Return the account of each phone on which only one is signed in."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for account in accounts:
        if account.signed_in:
            found[account.serial].append(account.username)
    return {serial: names[0] for serial, names in found.items() if len(names) == 1}


def _facts(facade: Facade, accounts: Sequence[Account], app: str, now: datetime) -> dict[str, AccountFacts]:
    ledger = facade.ledger
    since = now - timedelta(seconds=LONGEST_GAP)
    last = ledger.forecasts.last_actions([account.username for account in accounts], app, since)
    zone = ledger.limits.current().zone(facade.zone)
    return {
        usage.account.username.lower(): AccountFacts(
            usage.policy, zone, usage.day.date, usage.used, last.get(usage.account.username.lower(), {})
        )
        for usage in ledger.limits.usage(accounts, now, facade.zone)
    }


def _phone(  # noqa: PLR0913, PLR0917 - what a phone's plan is made of
    known: _Known,
    request: TaskRequest,
    asked: Sequence[NewTask],
    queue: Sequence[Task],
    listed: ListedDevice,
    patience: timedelta,
) -> PhonePlan:
    works = [*_waiting(known, queue), *_asked(known, request, asked)]
    free_at = _free_at(listed, known.now)
    courses: dict[Bound, Course] = {bound: foresee(works, free_at, known.accounts, bound, patience) for bound in BOUNDS}
    estimate = known.estimate(listed.device.serial, asked[0].script_name, asked[0].script_config, known.app)
    expected = courses["expected"]
    nobody = FLOWS[asked[0].script_name].irreversible and any(work.asked and work.account is None for work in works)
    return PhonePlan(
        serial=listed.device.serial,
        alias=listed.device.alias,
        tasks=len(asked),
        before=len(queue),
        start=_times(courses, first=True),
        end=_times(courses, first=False),
        estimate=_shown(estimate),
        limits=[LimitMet.model_validate(met) for met in expected.met],
        conflicts=conflicts_of(listed, len(queue), request.script_name, known.now, nobody=nobody),
        spans=[SpanOut.model_validate(span) for span in merged(expected.spans, _MOST_SPANS)],
    )


def _free_at(listed: ListedDevice, now: datetime) -> datetime:
    until = listed.device.quarantined_until if listed.state == "quarantined" else None
    return max(now, until or now)


def _waiting(known: _Known, queue: Iterable[Task]) -> Iterator[Work]:
    for task in queue:
        app = task.app or known.app
        wait = Spread.exactly(timedelta(seconds=task.wait_seconds))
        takes = known.estimate(task.serial, task.script_name, task.script_config, app).spread
        actor = known.actor(task.serial, task.script_name, task.username, app)
        deeds = deeds_of(task.script_name, task.script_config)
        if task.status == Status.RUNNING:
            passed = known.now - (task.start_time or known.now)
            yield Work(
                task.start_time or known.now, wait.after(passed), takes.after(passed - wait.expected), asked=False
            )
        else:
            yield Work(task.scheduled_for, wait, takes, actor, deeds, asked=False)


def _asked(known: _Known, request: TaskRequest, tasks: Iterable[NewTask]) -> Iterator[Work]:
    unit = timedelta(**{request.interval_unit: 1})
    drawn = Spread.drawn(request.min_interval * unit, request.max_interval * unit)
    wait = Spread.exactly(timedelta(0))
    for task in tasks:
        takes = known.estimate(task.serial, task.script_name, task.script_config, known.app).spread
        actor = known.actor(task.serial, task.script_name, task.username, known.app)
        yield Work(task.scheduled_for, wait, takes, actor, deeds_of(task.script_name, task.script_config))
        wait = drawn


def _times(courses: Mapping[Bound, Course], *, first: bool) -> Times | None:
    found = {bound: course.start if first else course.end for bound, course in courses.items()}
    told = {bound: at for bound, at in found.items() if at is not None}
    return Times(**told) if len(told) == len(BOUNDS) else None


def _overall(phones: Sequence[Times | None], *, first: bool) -> Times | None:
    told = [times for times in phones if times is not None]
    choose = min if first else max
    return Times(**{bound: choose(getattr(times, bound) for times in told) for bound in BOUNDS}) if told else None


def _shown(estimate: Estimate) -> EstimateOut:
    seconds = {bound: estimate.spread.at(bound).total_seconds() for bound in BOUNDS}
    return EstimateOut(
        **seconds, median=estimate.median.total_seconds(), samples=estimate.samples, basis=estimate.basis
    )
