"""Plans a request: forecasts what its tasks would do if they were created now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from api.answers.envelope import FieldError
from api.plans.known import Known, known_about
from api.plans.phone_conflicts import conflicts_of
from api.plans.schemas import LimitMet, PhonePlan, PlanOut, SpanOut
from api.plans.times import overall, shown_estimate, times_of
from api.resources import Resources
from api.tasks.fan_out import fan_out, parse, phones_of, problems
from api.tasks.schemas import TaskRequest
from phonefleet.ledger import NewTask
from phonefleet.plans import Course, Work, foresee, merged
from phonefleet.plans.durations import BOUNDS, Bound

_MOST_SPANS = 200
_MOST_REFUSALS = 100


def forecast(resources: Resources, request: TaskRequest) -> PlanOut:
    """Return what a request would do. Raises `Problem` where it is wrong in itself."""
    parsed = parse(resources, request)
    refusals = problems(resources, parsed)
    rng = Random(0)  # noqa: S311 - a plan shows no drawn waits, and draws none of those that tasks will get
    tasks = fan_out(parsed, phones_of(resources, parsed), rng)
    known = known_about(resources, resources.clock.now(), tasks)
    asked: defaultdict[str, list[NewTask]] = defaultdict(list)
    for task in tasks:
        asked[task.serial].append(task)
    works = {serial: list(known.asked(parsed.intervals, each)) for serial, each in asked.items()}
    courses = {serial: _courses(known, serial, each) for serial, each in works.items()}
    phones = [_phone(known, each, works[serial], courses[serial]) for serial, each in asked.items()]
    return PlanOut(
        accepted=not refusals,
        refusals=[FieldError(field=field, reason=reason) for field, reason in refusals[:_MOST_REFUSALS]],
        tasks=len(tasks),
        start=overall([phone.start for phone in phones], first=True),
        end=overall([phone.end for phone in phones], first=False),
        phones=phones,
    )


def _courses(known: Known, serial: str, works: Sequence[Work]) -> dict[Bound, Course]:
    every = [*known.waiting(serial), *works]
    return {bound: foresee(every, known.free_at(serial), known.terms(bound)) for bound in BOUNDS}


def _phone(known: Known, tasks: Sequence[NewTask], works: Sequence[Work], courses: Mapping[Bound, Course]) -> PhonePlan:
    serial, script = tasks[0].serial, tasks[0].script_name
    expected, listed, before = courses["expected"], known.phones[serial], len(known.queues.get(serial, []))
    nobody = known.scripts.acts(script) and any(work.account is None for work in works)
    estimate = known.estimate(serial, script, tasks[0].script_config, tasks[0].app)
    return PhonePlan(
        serial=serial,
        alias=listed.device.alias,
        tasks=len(tasks),
        before=before,
        start=times_of({bound: course.start for bound, course in courses.items()}),
        end=times_of({bound: course.end for bound, course in courses.items()}),
        estimate=shown_estimate(estimate),
        limits=[LimitMet.model_validate(met) for met in expected.met],
        conflicts=conflicts_of(listed, before, [script], known, nobody=nobody),
        spans=[SpanOut.model_validate(span) for span in merged(expected.spans, _MOST_SPANS)],
    )
