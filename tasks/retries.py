"""The decorator `device_task`: a Prefect task that is retried after transient errors, at once and then after a wait.

    @device_task(run_name="open @{username}")
    def open_profile(username: str) -> None:
        ProfilePage(driver()).open_direct(username)

Every task begins by looking at the screen, so that repeating it is always safe; `tasks.once` makes sure that
irreversible actions are done only once.
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
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.evidence import keep_evidence

P = ParamSpec("P")
R = TypeVar("R")

MOST_RETRIES = 10
"""The highest number of retries that the settings allow; the number in use is `settings.retries`."""

_AT_ONCE = 4
"""How often a task is repeated at once after transient errors, before that counts as one failed try."""

_BREATH = (timedelta(milliseconds=200), timedelta(seconds=1))
_MOST_OFFLINE = 2
"""How often a task is repeated at once after the phone was offline, for which the device layer has already waited."""

_remaining: ContextVar[int] = ContextVar("phonefleet-tries-at-once", default=0)


def device_task(*, run_name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function that works on the run's phone a Prefect task with retries.

    `run_name` is its name in the Prefect UI, a template with the function's parameters: "follow @{target}".
    """

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
    """Tell whether the failure is transient and retries are left; Prefect's `retry_condition_fn`."""
    return isinstance(state.data, Transient) and run.run_count <= current().settings.retries


def is_last_try() -> bool:
    """Tell whether the running task will not be repeated after a failure, neither at once nor later."""
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
            if context.stop.reason is None:  # after a stop nobody waits for a picture of a phone that may be frozen
                keep_evidence(context, error)
            raise

    return attempt


def _at_once(context: RunContext, verb: Callable[[], R]) -> R:
    """Call the function, and repeat it up to `_AT_ONCE` times after transient errors, with short random pauses."""
    offline = 0
    for remaining in reversed(range(1, _AT_ONCE + 1)):
        token = _remaining.set(remaining)
        try:
            return verb()
        except Transient as error:
            offline += isinstance(error, DeviceOffline)
            if isinstance(error, DeviceFrozen) or offline > _MOST_OFFLINE:
                raise
            _note(say("runs.beginning_anew_after_s", "beginning anew after: %s"), error.message)
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
