"""Executes one flow run in a lane's thread and writes its final state to the ledger."""

from __future__ import annotations

import contextvars
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Crashed, Scheduled
from prefect.utilities.engine import propose_state_sync

from deployments.worker.prefect.patient_client import StoppedDuringOutage
from deployments.worker.prefect.recovery import place_of
from deployments.worker.resources import Resources
from phonefleet.clock import StopSignal
from phonefleet.device.deadline import permitted, stoppable
from phonefleet.errors import Interrupted, Outage, PhonefleetError
from phonefleet.ledger.values import StateChange, Task
from phonefleet.patience import patient
from phonefleet.runs.hold import Hold
from phonefleet.runs.keys import retry_in
from phonefleet.runs.states import WAITING, Status
from phonefleet.words import say
from tasks.context import RunContext, running
from tasks.lifecycle import Requeued

_log = logging.getLogger(__name__)


class Execution:
    """One execution of one task in a lane. `run` is called in the lane's thread, `stop` from any other.

    For example:

        execution = Execution(resources, flow_run, task, flow)
        execution.run(client)
        if execution.error: ...
    """

    def __init__(
        self,
        resources: Resources,
        flow_run: FlowRun,
        task: Task,
        flow: Flow[..., Any],
        rested: timedelta = timedelta(0),
    ) -> None:
        self.flow_run = flow_run
        self._resources = resources
        self._task = task
        self._flow = flow
        self._context = _context(resources, task, flow_run)
        self._context.rested = rested
        self._suspended = False
        self._abandoned = False

    @property
    def error(self) -> PhonefleetError | None:
        """The error that made the run fail, once it has ended.

        None after a success, a stop, or an error that is no `PhonefleetError`.
        """
        return self._context.report.error

    @property
    def account(self) -> str | None:
        """The username of the account that has acted; None before it was read from the phone."""
        return self._context.account

    def stop(self, reason: str, *, requeue: bool = False) -> None:
        """Ask the run to end at its next safe point: back in its queue if `requeue`, otherwise as cancelled."""
        self._context.requeue = requeue
        self._context.stop.set(reason)

    def set_aside(self, reason: str) -> None:
        """Ask the run to go back to its queue at its next safe point, unless it was asked to stop already."""
        if self._context.stop.reason is None:
            self.stop(reason, requeue=True)

    def suspend(self) -> None:
        """Ask the run, which is Suspended in Prefect, to end at its next safe point and to stay so."""
        if self._context.stop.reason is None:
            self._suspended = True
            self.stop("suspended in Prefect", requeue=True)

    def abandon(self) -> None:
        """Ask the run to end at its next safe point; another host has it now, and tells what becomes of it."""
        self._abandoned = True
        self.stop("another host has the run", requeue=True)

    @property
    def hold(self) -> Hold:
        """Whether the run is still this host's."""
        return self._context.hold

    @property
    def serial(self) -> str:
        """The phone that it runs on."""
        return self._task.serial

    def run(self, client: SyncPrefectClient) -> None:
        """Run the flow to its end and write its final state to the ledger, waiting while Prefect or the ledger is away.

        A stop ends that waiting too. States that could not be written then are repaired by others: the recovery
        reschedules runs that are still marked as running, and the API copies final states from Prefect to the ledger
        and stops from the ledger to Prefect.
        """
        with patient(self._context.patience):
            try:
                self._run(client)
            except (Interrupted, StoppedDuringOutage) as stopped:
                _log.warning("flow run %s was left while a service was away: %s", self.flow_run.id, stopped)

    def _run(self, client: SyncPrefectClient) -> None:
        try:
            state = self._run_flow()
        except Requeued as requeued:
            self._requeue(client, requeued)
        except (StoppedDuringOutage, Interrupted) as stopped:
            self._end_after_outage(client, str(stopped))
        except (Abort, Pause):
            self._project(client.read_flow_run(self.flow_run.id).state)
        except BaseException as error:  # noqa: BLE001 - the edge of a lane: the run must not stay Running
            _log.exception("flow run %s crashed", self.flow_run.id)
            if (reason := self._context.stop.reason) and not self._context.requeue:
                self._record_stopped(client, reason)
            else:
                self._record_crashed(client, error)
        else:
            self._project(state)

    def _run_flow(self) -> State[Any]:
        if self._resources.reaching is not None:
            self._context.patience.outlast(self._resources.reaching.shared.refresh)
        # A copy of the lane's context, which holds only its client, so that nothing of one run is seen by the next.
        return contextvars.copy_context().run(self._call_engine)

    def _call_engine(self) -> State[Any]:
        # For a run of a deployment the engine starts a thread with a client and a websocket of its own, which hears
        # whether the run is suspended: a third of what a run costs. The worker hears it for all its runs (`suspend`).
        flow_run = self.flow_run.model_copy(update={"deployment_id": None})
        with running(self._context), stoppable(self._context.stop), permitted(self._context.hold.await_renewal):
            state: Any = run_flow(self._flow, flow_run=flow_run, return_type="state")
            return state

    def _end_after_outage(self, client: SyncPrefectClient, reason: str) -> None:
        """Requeue or cancel a run that was stopped while Prefect was away."""
        if self._context.requeue:
            self._requeue(client, Requeued(reason))
        else:
            self._record_stopped(client, reason)

    def _requeue(self, client: SyncPrefectClient, requeued: Requeued) -> None:
        """Put the run back into its queue, unless it was suspended: then Prefect does that once it is resumed.

        Runs that wait for the same instant are spread over a second by task id, so that they keep the tasks' order.
        """
        if self._abandoned or self._is_elsewhere():
            return
        if self._suspended:
            self._project(client.read_flow_run(self.flow_run.id).state)
            return
        if requeued.until is None:
            told = f"back in the queue: {requeued}"
            state = Scheduled(name="Scheduled", scheduled_time=place_of(self.flow_run), message=told)
        else:
            due = requeued.until.astimezone(UTC) + timedelta(microseconds=self._task.id % 1_000_000)
            state = Scheduled(name=WAITING, scheduled_time=due, message=str(requeued))
        try:
            client.set_flow_run_state(self.flow_run.id, state, force=True)
        except StoppedDuringOutage:
            _log.warning("flow run %s is put back into its queue when Prefect is back", self.flow_run.id)
        self._project(state, remark=state.message)

    def _is_elsewhere(self) -> bool:
        """Tell whether another host has the run by now, as far as that is known; then it tells what becomes of it."""
        if self.hold.is_sure:
            return False
        resources = self._resources
        try:
            theirs = resources.ledger.runs.held_elsewhere([self.flow_run.id], resources.host, resources.clock.now())
        except Outage:  # and then Prefect does not let this host decide about it either
            return False
        return bool(theirs)

    def _record_stopped(self, client: SyncPrefectClient, reason: str) -> None:
        """Record as cancelled a run that was stopped while Prefect was away, or that Prefect no longer has."""
        state = Cancelled(message=reason)
        self._project(state, remark=reason)
        try:
            client.set_flow_run_state(self.flow_run.id, state, force=True)
        except (Exception, StoppedDuringOutage) as error:  # noqa: BLE001 - the ledger knows, and the API tells Prefect
            _log.warning("Prefect does not know that flow run %s was stopped: %s", self.flow_run.id, error)

    def _record_crashed(self, client: SyncPrefectClient, error: BaseException) -> None:
        if self._abandoned:
            return
        state = Crashed(
            message=say(
                "worker.worker_failed", "the worker failed: {name__}: {error}", name__=type(error).__name__, error=error
            )
        )
        self._context.report.remark = state.message
        self._project(propose_state_sync(client, state, flow_run_id=self.flow_run.id))

    def _project(self, state: State[Any] | None, remark: str | None = None) -> None:
        if state is not None and not self._abandoned:
            report = self._context.report
            now = self._resources.clock.now()
            change = state_change(state, self.flow_run, now, remark or report.remark, report.result())
            self._context.ledger.tasks.project(self._task.id, replace(change, host=self._resources.host))


def state_change(
    state: State[Any],
    flow_run: FlowRun,
    at: datetime,
    remark: str | None = None,
    result: dict[str, Any] | None = None,
) -> StateChange:
    """Convert a Prefect state to the ledger's `StateChange`; without `remark`, the state's own message is used."""
    return StateChange(
        state_type=state.type.value,
        state_name=state.name or state.type.value.title(),
        at=at,
        remark=remark or (None if state.is_completed() else state.message),
        result=result,
        flow_run_id=flow_run.id,
        made_at_retry=retry_in(flow_run.idempotency_key),
    )


def _context(resources: Resources, task: Task, flow_run: FlowRun) -> RunContext:
    phone = resources.sessions.get(task.serial)
    context = RunContext(
        task_id=task.id,
        serial=task.serial,
        app=task.app or resources.settings.app,
        phone=phone,
        confirm=phone.confirm,
        ledger=resources.ledger,
        clock=resources.clock,
        stop=StopSignal(),
        rng=resources.randomness(task.id),
        settings=resources.settings,
        evidence_folder=resources.settings.evidence_folder,
        earlier_retries=task.retry_count + (task.status is Status.FAILED),  # the ledger counts it when it runs again
        ordinal=task.ordinal,
        request_id=task.request_id,
        alias=task.alias,
        flow_run_id=flow_run.id,
        made_at_retry=retry_in(flow_run.idempotency_key),
        host=resources.host,
    )
    context.report.shown.recorded = task.progress
    context.ledger = resources.ledger.patient(context.patience)
    if resources.reaching is not None:
        context.media_elsewhere = resources.reaching.supplies.media
        context.apks_elsewhere = resources.reaching.supplies.apks
    return context
