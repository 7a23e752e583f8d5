"""Retries by error class: what is transient is tried again at once, then after a random wait that a stop can end.

Every verb begins by looking at the screen, so that beginning anew is always safe; what must not happen twice is seen to
by `tasks.once`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext

from phonefleet.errors import DeviceFrozen, DeviceOffline, PhonefleetError, Transient
from tasks.context import RunContext, current
from tasks.evidence import keep_evidence

P = ParamSpec("P")
R = TypeVar("R")

MOST_RETRIES = 10
"""The highest number of retries that the settings allow; each run's own number is in its settings."""

_AT_ONCE = 4
"""How often a verb that was disturbed begins anew before its failure counts."""

_BREATH = (timedelta(milliseconds=200), timedelta(seconds=1))
_MOST_OFFLINE = 2
"""The device layer has waited for a phone that is offline: more often than this, only a longer wait helps."""

_remaining: ContextVar[int] = ContextVar("phonefleet-tries-at-once", default=0)


def device_task(*, run_name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a verb of one phone a Prefect task, named in the UI by `run_name`, a template of its parameters."""

    def decorate(verb: Callable[P, R]) -> Task[P, R]:
        return task(
            name=verb.__name__,
            task_run_name=run_name,
            retries=MOST_RETRIES,
            retry_delay_seconds=0,  # Prefect's own wait cannot be interrupted: ours comes first in each try
            retry_condition_fn=worth_retrying,
            persist_result=False,
            cache_policy=NO_CACHE,
        )(_tried(verb))

    return decorate


def worth_retrying(_task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Tell whether this failure is transient and tries are left."""
    return isinstance(state.data, Transient) and run.run_count <= current().settings.retries


def is_last_try() -> bool:
    """Tell whether the task that is running will not be tried again, neither at once nor later."""
    return _remaining.get() == 0 and _tries() > current().settings.retries


def random_wait(shortest: timedelta, longest: timedelta, rng: random.Random) -> timedelta:
    """Draw a wait uniformly from [shortest, longest]."""
    return timedelta(seconds=rng.uniform(shortest.total_seconds(), longest.total_seconds()))


def _tries() -> int:
    run = TaskRunContext.get()
    return run.task_run.run_count if run else 1


def _tried(verb: Callable[P, R]) -> Callable[P, R]:
    @wraps(verb)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        context = current()
        if _tries() > 1:
            _wait_before_retry(context)
        try:
            return _at_once(context, lambda: verb(*args, **kwargs))
        except PhonefleetError as error:
            if context.stop.reason is None:  # else the phone may be frozen, and nobody waits for its picture
                keep_evidence(context, error)
            raise

    return attempt


def _at_once(context: RunContext, verb: Callable[[], R]) -> R:
    """Do it, and begin anew when something came in between that passes by itself."""
    offline = 0
    for remaining in reversed(range(1, _AT_ONCE + 1)):
        token = _remaining.set(remaining)
        try:
            return verb()
        except Transient as error:
            offline += isinstance(error, DeviceOffline)
            if isinstance(error, DeviceFrozen) or offline > _MOST_OFFLINE:
                raise
            _note("beginning anew after: %s", error.message)
        finally:
            _remaining.reset(token)
        context.clock.sleep(random_wait(*_BREATH, context.rng), context.stop)
    return verb()


def _note(text: str, *values: object) -> None:
    """Write to the run's log, which people read in the Prefect UI."""
    if TaskRunContext.get():
        get_run_logger().info(text, *values)


def _wait_before_retry(context: RunContext) -> None:
    context.report.retries += 1
    context.ledger.tasks.set_retries(context.task_id, context.earlier_retries + context.report.retries)
    context.clock.sleep(random_wait(*context.settings.retry_wait, context.rng), context.stop)
