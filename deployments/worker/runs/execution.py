"""Runs one flow run in a lane's thread and tells the ledger how it ended."""

from __future__ import annotations

import contextvars
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.states import Cancelled, Crashed, Scheduled
from prefect.utilities.engine import propose_state_sync

from deployments.worker.prefect.patient_client import Unheard
from deployments.worker.resources import Resources
from phonefleet.clock import StopSignal
from phonefleet.device.deadline import stoppable
from phonefleet.errors import Interrupted, PhonefleetError
from phonefleet.ledger.values import StateChange, Task
from phonefleet.patience import patient
from phonefleet.states import WAITING, Status
from tasks.context import RunContext, running
from tasks.lifecycle import Requeued

_log = logging.getLogger(__name__)


class Execution:
    """One run of one task in a lane; `stop` asks it to end, and `requeue` decides what a stop means."""

    def __init__(self, resources: Resources, flow_run: FlowRun, task: Task, flow: Flow[..., Any]) -> None:
        self.flow_run = flow_run
        self._resources = resources
        self._task = task
        self._flow = flow
        self._context = _context(resources, task)

    @property
    def error(self) -> PhonefleetError | None:
        """What made the run fail, once it has ended; None for a success, a stop or an error that is not ours."""
        return self._context.report.error

    def stop(self, reason: str, *, requeue: bool = False) -> None:
        """Ask the run to end at its next safe point."""
        self._context.requeue = requeue
        self._context.stop.set(reason)

    def run(self, client: SyncPrefectClient) -> None:
        """Run the flow to its end and project how it ended, waiting for Prefect and the ledger where they are away.

        A stop ends these waits too. What could not be told then is told by others: the recovery puts back what still
        claims to run, the API brings ends from Prefect into the ledger and stops to Prefect.
        """
        with patient(self._context.patience):
            try:
                self._run(client)
            except (Interrupted, Unheard) as stopped:
                _log.warning("flow run %s was left while a service was away: %s", self.flow_run.id, stopped)

    def _run(self, client: SyncPrefectClient) -> None:
        try:
            state = self._run_flow()
        except Requeued as requeued:
            self._give_back(client, requeued)
        except (Unheard, Interrupted) as stopped:
            self._end_unheard(client, str(stopped))
        except (Abort, Pause):
            self._project(client.read_flow_run(self.flow_run.id).state)
        except BaseException as error:  # noqa: BLE001 - the edge of a lane: the run must not stay Running
            _log.exception("flow run %s crashed", self.flow_run.id)
            if (reason := self._context.stop.reason) and not self._context.requeue:
                self._stopped(client, reason)
            else:
                self._crashed(client, error)
        else:
            self._project(state)

    def _run_flow(self) -> State[Any]:
        # The lane's own context holds nothing but its client: a copy of it hides the last run from the next.
        return contextvars.copy_context().run(self._engine)

    def _engine(self) -> State[Any]:
        with running(self._context), stoppable(self._context.stop):
            state: Any = run_flow(self._flow, flow_run=self.flow_run, return_type="state")
            return state

    def _end_unheard(self, client: SyncPrefectClient, reason: str) -> None:
        """Do what the stop meant that came while Prefect was away."""
        if self._context.requeue:
            self._give_back(client, Requeued(reason))
        else:
            self._stopped(client, reason)

    def _give_back(self, client: SyncPrefectClient, requeued: Requeued) -> None:
        """Put the run back into its queue; runs that wait for the same instant keep the order of their tasks."""
        if requeued.until is None:
            state = Scheduled(name="Scheduled", message=f"back in the queue: {requeued}")
        else:
            due = requeued.until.astimezone(UTC) + timedelta(microseconds=self._task.id % 1_000_000)
            state = Scheduled(name=WAITING, scheduled_time=due, message=str(requeued))
        try:
            client.set_flow_run_state(self.flow_run.id, state, force=True)
        except Unheard:
            _log.warning("flow run %s is put back into its queue when Prefect is back", self.flow_run.id)
        self._project(state, remark=state.message)

    def _stopped(self, client: SyncPrefectClient, reason: str) -> None:
        """End a run that was stopped while Prefect was away, or that is no longer there."""
        state = Cancelled(message=reason)
        self._project(state, remark=reason)
        try:
            client.set_flow_run_state(self.flow_run.id, state, force=True)
        except (Exception, Unheard) as error:  # noqa: BLE001 - the ledger knows, and the API tells Prefect
            _log.warning("Prefect does not know that flow run %s was stopped: %s", self.flow_run.id, error)

    def _crashed(self, client: SyncPrefectClient, error: BaseException) -> None:
        state = Crashed(message=f"the worker failed: {type(error).__name__}: {error}")
        self._context.report.remark = state.message
        self._project(propose_state_sync(client, state, flow_run_id=self.flow_run.id))

    def _project(self, state: State[Any] | None, remark: str | None = None) -> None:
        if state is not None:
            report = self._context.report
            change = change_of(state, self.flow_run.id, remark or report.remark, report.result())
            self._context.ledger.tasks.project(self._task.id, change)


def change_of(
    state: State[Any], flow_run_id: UUID, remark: str | None = None, result: dict[str, Any] | None = None
) -> StateChange:
    """Return how a Prefect state shows in the ledger; its own message is the remark where none is given."""
    return StateChange(
        state_type=state.type.value,
        state_name=state.name or state.type.value.title(),
        at=datetime.now(UTC),
        remark=remark or (None if state.is_completed() else state.message),
        result=result,
        flow_run_id=flow_run_id,
    )


def _context(resources: Resources, task: Task) -> RunContext:
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
    )
    context.ledger = resources.ledger.patient(context.patience)
    return context
