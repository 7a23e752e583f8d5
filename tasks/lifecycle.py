"""What every script's flow has in common: how it reports that it runs, and how it ends when it is stopped or fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import Abort
from prefect.states import Cancelled, Failed

from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.ledger.values import StateChange
from tasks.context import RunContext, current

P = ParamSpec("P")


class Requeued(Abort):
    """The run was interrupted by a shutdown and goes back to its queue: the engine leaves its state alone."""


def script(body: Callable[P, object]) -> Callable[P, State | None]:
    """Make a flow's body end well: a stop becomes Cancelled or goes back to the queue, an error its remark."""

    @wraps(body)
    def run(*args: P.args, **kwargs: P.kwargs) -> State | None:
        context = current()
        _report_running(context)
        try:
            body(*args, **kwargs)
        except Interrupted as stopped:
            return _stopped(context, stopped)
        except PhonefleetError as error:
            return _failed(context, error)
        return None

    return run


def _report_running(context: RunContext) -> None:
    context.ledger.tasks.project(
        context.task_id, StateChange(state_type="RUNNING", state_name="Running", at=context.clock.now())
    )


def _failed(context: RunContext, error: PhonefleetError) -> State:
    """Let Prefect show the same sentence as the task's remark; the traceback stands in the run's log."""
    context.report.remark = error.message
    context.report.error = error
    get_run_logger().error("%s: %s", type(error).__name__, error.message, exc_info=error)
    return Failed(message=error.message)


def _stopped(context: RunContext, stopped: Interrupted) -> State:
    if context.requeue:
        raise Requeued(stopped.message) from stopped
    context.report.remark = stopped.message
    return Cancelled(message=stopped.message)
