"""The decorators `script` and `errand`, which every flow has in common: parameters, account, end by stop or failure.

They turn a function that takes only its configuration into a Prefect flow's function:

    @flow(name="follow", persist_result=False)
    @script
    def follow(config: FollowConfig) -> None:
        for target in each(config.target_users):
            follow_user(target, config.access_method)

The resulting function has the parameters of `FlowFunction`. Their descriptions appear in Prefect's forms.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import Abort
from prefect.states import Cancelled, Completed, Failed

from phonefleet.errors import Interrupted, Outage, PhonefleetError, Postponed
from phonefleet.runs.failure_kinds import kind_of
from phonefleet.scripts.script import ScriptConfig
from phonefleet.text import by_alias
from phonefleet.words import say
from tasks.accounts import act_as, switch_account
from tasks.context import RunContext, current
from tasks.idle import why_nothing_was_done
from tasks.limits import await_turn
from tasks.pauses import pause_before
from tasks.progress import complete_progress
from tasks.showing import show_failure, show_outcomes

C = TypeVar("C", bound=ScriptConfig)
C_contra = TypeVar("C_contra", bound=ScriptConfig, contravariant=True)

_ACTS = "acts_as_account"
_PARAMETERS = """

Args:
    serial: The phone, by its serial, its alias, or an address that it has or had.
    config: What to do: the script's configuration.
    username: The account to act as; none keeps the active one.
    wait_seconds: A wait before the work starts, in seconds.
    app: The app profile to drive; none takes the configured one.

"""


class Requeued(Abort):
    """Raised to put the run back into its queue, to start again at once or at `until`.

    An `Abort`, because Prefect's engine passes that on without changing the run's state.
    """

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class FlowFunction(Protocol[C_contra]):
    """The function that Prefect calls.

    `serial` and `app` are there for Prefect's forms only: the lane has already opened the phone and chosen the app.
    """

    def __call__(
        self,
        serial: str,
        config: C_contra,
        username: str | None = None,
        wait_seconds: float = 0,
        app: str | None = None,
    ) -> State | None:
        """Run the script; return None for success, otherwise the final state (Failed or Cancelled)."""
        ...


def script(body: Callable[[C], object]) -> FlowFunction[C]:
    """Decorate a script that acts as an account: the given one, or else the app's active one.

    Before the body runs, the account's limits are waited for and the app is switched to it.
    """
    return _flow_function(body, _begin)


def acts_as_account(function: Callable[..., object]) -> bool:
    """Tell whether a flow's function was decorated with `script`, and not with `errand`."""
    return getattr(function, _ACTS, False)


def errand(body: Callable[[C], object]) -> FlowFunction[C]:
    """Decorate a script that only reads and needs no account; it switches the account only if one is given."""
    return _flow_function(body, _switch)


def _switch(_: ScriptConfig, username: str | None) -> None:
    """Make an account the active one, if one is given."""
    if username is not None:
        switch_account(username)


def _begin(config: ScriptConfig, username: str | None) -> None:
    """Wait until the account's limits allow it, and make it the active one.

    Without a username the active account has to be read from the app before its limits can be checked.
    """
    context = current()
    if username is not None:
        context.account = username
        await_turn(config.only_action)
    act_as(username)
    if username is None:
        await_turn(config.only_action)


def _flow_function(body: Callable[[C], object], prepare: Callable[[C, str | None], None]) -> FlowFunction[C]:
    def run(
        serial: str,  # noqa: ARG001 - names the phone in Prefect's forms; the lane has opened it
        config: C,
        username: str | None = None,
        wait_seconds: float = 0,
        app: str | None = None,  # noqa: ARG001 - as above: the lane has chosen it
    ) -> State | None:
        def work() -> None:
            pause_before(wait_seconds)
            prepare(config, username)
            body(config)

        return _ended(work, config.all_targets)

    if inspect.iscoroutinefunction(body):
        message = say(
            "runs.made_async_def_write_def",
            "{name__} is made with `async def`: write `def`, each phone has a thread of its own",
            name__=body.__name__,
        )
        raise TypeError(message)
    setattr(run, _ACTS, prepare is _begin)
    run.__name__, run.__qualname__, run.__module__ = body.__name__, body.__qualname__, body.__module__
    run.__doc__ = (inspect.getdoc(body) or body.__name__) + _PARAMETERS
    run.__annotations__ = run.__annotations__ | {"config": inspect.get_annotations(body, eval_str=True)["config"]}
    return run


def _ended(work: Callable[[], None], targets: Sequence[str]) -> State | None:
    """Do the work and convert how it ended: a stop to Cancelled or `Requeued`, an error to Failed.

    An outage raises `Requeued`; the lane waits for the service before it starts the run again.
    """
    context = current()
    try:
        _work(context, work)
    except Interrupted as stopped:
        return _stopped(context, stopped)
    except Outage as away:
        raise Requeued(away.message) from away
    except PhonefleetError as error:
        return _failed(context, error, targets)
    return _succeeded(context)


def _succeeded(context: RunContext) -> State | None:
    """Return None, or Completed with a message where nothing was done, which also becomes the task's remark."""
    complete_progress(context)
    idle = why_nothing_was_done(context.report.outcomes)
    context.report.remark = context.report.remark or idle
    return Completed(message=idle) if idle else None


def _work(context: RunContext, work: Callable[[], None]) -> None:
    context.report_running()
    try:
        work()
    finally:
        show_outcomes(context)


def _failed(context: RunContext, error: PhonefleetError, targets: Sequence[str]) -> State:
    """Return Failed with the error's message, which also becomes the task's remark and a line of the run's log."""
    context.report.remark = told = by_alias(error.message, context.serial, context.alias)
    context.report.error = error
    context.report.failure = _failure(context, error, targets)
    get_run_logger().error("%s: %s", type(error).__name__, told)
    show_failure(context, error)
    return Failed(message=told)


def _failure(context: RunContext, error: PhonefleetError, targets: Sequence[str]) -> dict[str, str]:
    """Return what kind of failure it is, so that failures of many tasks can be told together."""
    names = [*targets, context.account or "", context.serial, context.alias or ""]
    version = {"app_version": context.driver.profile.version} if context.driver else {}
    return {"error": type(error).__name__, "kind": kind_of(error.message, names), "app": context.app, **version}


def _stopped(context: RunContext, stopped: Interrupted) -> State:
    is_to_end = context.stop.reason is not None and not context.requeue
    if isinstance(stopped, Postponed) and not is_to_end:
        raise Requeued(stopped.message, stopped.until) from stopped
    if context.requeue:
        raise Requeued(stopped.message) from stopped
    context.report.remark = told = by_alias(stopped.message, context.serial, context.alias)
    return Cancelled(message=told)
