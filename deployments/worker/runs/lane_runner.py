"""The job that a lane does for a flow run: claim it, find its task, execute it. Also the registry of runs in hand."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, ObjectNotFound
from prefect.states import Cancelled, Failed, Pending, Scheduled
from prefect.utilities.engine import propose_state_sync

from deployments.worker.loading.flow_cache import FlowCache
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.lane import Job
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.lane_client import LaneClient
from deployments.worker.prefect.patient_client import StoppedDuringOutage
from deployments.worker.resources import Resources
from deployments.worker.runs.adoption import find_or_adopt_task
from deployments.worker.runs.execution import Execution, state_change
from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, Permanent, Transient
from phonefleet.ledger.values import Task
from phonefleet.patience import Patience, patient
from phonefleet.runs.hold import Hold
from phonefleet.runs.keys import task_id_in
from phonefleet.words import say

_log = logging.getLogger(__name__)

_RETRY_AFTER = timedelta(seconds=10)


class LaneRunner:
    """Makes the jobs for lanes and knows every run in hand. Thread-safe, because each run belongs to one lane.

    For example:

        done = lane.submit(runner.job(flow_run, lane.serial))
        runner.stop({flow_run.id: "cancelled in Prefect"})
    """

    def __init__(self, resources: Resources, quarantine: Quarantine, attention: Attention) -> None:
        self._resources = resources
        self._quarantine = quarantine
        self._attention = attention
        self._in_hand: dict[UUID, Execution | None] = {}
        self._ended_at: dict[str, float] = {}  # by serial, on the monotonic clock
        self._flows = FlowCache(
            resources.settings.script_folders,
            resources.own_scripts,
            joined=None if resources.standing is None else resources.host,
        )
        self._stopping = StopSignal()
        self._patience = Patience(resources.clock, self._stopping)
        self._ledger = resources.ledger.patient(self._patience)

    @property
    def in_hand(self) -> Collection[UUID]:
        """The ids of the runs that were given to lanes and have not ended there."""
        return list(self._in_hand)

    def job(self, flow_run: FlowRun, serial: str) -> Job:
        """Return the job that runs this flow run in the lane of a phone; the run counts as in hand from now on."""
        self._in_hand[flow_run.id] = None
        return lambda client: self._run_job(client, flow_run, serial)

    def stop(self, reasons: Mapping[UUID, str]) -> None:
        """Ask runs to end as cancelled at their next safe points; `reasons` by the run's id."""
        for flow_run_id, reason in reasons.items():
            if execution := self._in_hand.get(flow_run_id):
                execution.stop(reason)

    def suspend(self, flow_run_ids: Collection[UUID]) -> None:
        """Ask runs that a person has suspended in Prefect to end at their next safe points, and leave them so there."""
        for flow_run_id in flow_run_ids:
            if execution := self._in_hand.get(flow_run_id):
                execution.suspend()

    def set_aside(self, reasons: Mapping[str, str]) -> None:
        """Ask the runs on these phones to go back to their queues at their next safe points; `reasons` by serial."""
        for execution in list(self._in_hand.values()):
            if execution and execution.serial in reasons:
                execution.set_aside(reasons[execution.serial])

    @property
    def holds(self) -> Mapping[UUID, Hold]:
        """The holds of the runs in hand that the ledger has given, by run."""
        begun = {run_id: execution.hold for run_id, execution in list(self._in_hand.items()) if execution is not None}
        return {run_id: hold for run_id, hold in begun.items() if hold.has_begun}

    def abandon(self, flow_run_ids: Collection[UUID]) -> None:
        """Ask runs that have gone to another host meanwhile to end, without a word to anybody."""
        for flow_run_id in flow_run_ids:
            if execution := self._in_hand.get(flow_run_id):
                _log.warning("flow run %s is another host's by now: it ends here", flow_run_id)
                execution.abandon()

    def stop_all(self, reason: str) -> None:
        """Ask every run, also those about to start, to go back to its queue at its next safe point."""
        self._stopping.set(reason)
        for execution in list(self._in_hand.values()):
            if execution:
                execution.stop(reason, requeue=True)

    def project_state(self, flow_run: FlowRun, state: State) -> None:
        """Write the state of a run that no lane executes to the ledger: rescheduled, or cancelled before it started."""
        task_id = task_id_in(flow_run.idempotency_key, self._ledger.id)
        if task_id is None:
            adopted = self._ledger.tasks.by_flow_run(flow_run.id)
            task_id = adopted.id if adopted else None
        if task_id is not None:
            change = state_change(state, flow_run, self._resources.clock.now())
            self._ledger.tasks.project(task_id, replace(change, host=self._resources.host))

    def _run_job(self, client: SyncPrefectClient, flow_run: FlowRun, serial: str) -> None:
        """Do the whole job, waiting while Prefect or the ledger is away.

        Only a shutdown ends that waiting; the run is then left to the recovery of the next worker.
        """
        try:
            with patient(self._patience):
                self._claim_and_run(client, flow_run, serial)
        except (Interrupted, StoppedDuringOutage) as stopped:
            _log.warning("flow run %s was left while a service was away: %s", flow_run.id, stopped)
        finally:
            del self._in_hand[flow_run.id]

    def _claim_and_run(self, client: SyncPrefectClient, flow_run: FlowRun, serial: str) -> None:
        try:
            if self._may_start(serial) and _claim(client, flow_run):
                self._run(client, flow_run, serial)
        except Permanent as error:
            _log.error("flow run %s cannot start: %s", flow_run.id, error.message)
            self.project_state(flow_run, _fail(client, flow_run, error))
        except (Interrupted, StoppedDuringOutage):
            raise
        except BaseException:  # noqa: BLE001 - the edge of a lane: the phone's other runs must go on
            _log.exception("flow run %s could not be started, it goes again", flow_run.id)
            _reschedule(client, flow_run, self._resources.clock.now())

    def _may_start(self, serial: str) -> bool:
        """Tell whether a run may start now; one that may not stays in its queue, because nobody has claimed it."""
        return self._stopping.reason is None and serial not in self._attention.taken

    def _run(self, client: SyncPrefectClient, flow_run: FlowRun, serial: str) -> None:
        flow = self._flows.flow_of(flow_run, client)
        task = find_or_adopt_task(flow_run, flow, self._ledger, client)
        if reason := self._why_cancelled(flow_run, task):
            state = Cancelled(message=reason)
            client.set_flow_run_state(flow_run.id, state, force=True)
            self.project_state(flow_run, state)
        if reason or task is None:
            return
        if task.serial != serial:
            message = say(
                "worker.task_now_not_phone_run",
                "task {task} is for {task2} by now, not for the phone of this run",
                task=task.id,
                task2=task.alias or task.serial,
            )
            raise Transient(message)
        flow_run = _as_adopted(flow_run, task, flow)
        execution = Execution(self._resources, flow_run, task, flow, self._rested(serial))
        self._in_hand[flow_run.id] = execution
        if isinstance(client, LaneClient):
            client.begin(flow_run)
        if (reason := self._stopping.reason) is not None:
            execution.stop(reason, requeue=True)
        execution.run(client)
        self._ended_at[serial] = self._resources.clock.monotonic()
        self._patience.outlast(lambda: self._quarantine.record_outcome(task, execution.error, execution.account))

    def _rested(self, serial: str) -> timedelta:
        """Return how long ago the phone's last run ended; nothing where this worker has run none there."""
        now = self._resources.clock.monotonic()
        return timedelta(seconds=now - self._ended_at.get(serial, now))

    def _why_cancelled(self, flow_run: FlowRun, task: Task | None) -> str | None:
        """Return why a claimed run is to be cancelled instead of executed; None when it may start."""
        if task is None:
            return say("worker.task_deleted", "its task was deleted")
        if task.flow_run_id not in {None, flow_run.id}:
            return say(
                "worker.task_another_flow_run",
                "task {task} has another flow run, {flow_run_id}",
                task=task.id,
                flow_run_id=task.flow_run_id,
            )
        return self._ledger.recalls.remark(flow_run.id, flow_run.idempotency_key)


def _as_adopted(flow_run: FlowRun, task: Task, flow: Flow[..., Any]) -> FlowRun:
    """Return a run with the phone and account of its task: a person may have named them in other ways."""
    told = {"serial": task.serial, "username": task.username}
    seat = {name: value for name, value in told.items() if name in flow.parameters.properties}
    return flow_run.model_copy(update={"parameters": {**flow_run.parameters, **seat}})


def _claim(client: SyncPrefectClient, flow_run: FlowRun) -> bool:
    """Claim the run by proposing Pending; False when it was cancelled, claimed elsewhere or deleted meanwhile."""
    try:
        return propose_state_sync(client, Pending(), flow_run_id=flow_run.id).is_pending()
    except (Abort, ObjectNotFound):
        return False


def _fail(client: SyncPrefectClient, flow_run: FlowRun, error: Permanent) -> State:
    failed = Failed(message=error.message)
    client.set_flow_run_state(flow_run.id, failed, force=True)
    return failed


def _reschedule(client: SyncPrefectClient, flow_run: FlowRun, now: datetime) -> None:
    try:
        again = Scheduled(
            scheduled_time=now + _RETRY_AFTER,
            message=say("worker.could_not_started", "could not be started"),
        )
        client.set_flow_run_state(flow_run.id, again, force=True)
    except Exception:  # noqa: BLE001 - then the recovery reschedules it when the server answers again
        _log.exception("flow run %s could not be put off", flow_run.id)
