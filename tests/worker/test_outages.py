"""A run meets an outage of Prefect or of a database: it waits where it is, and goes on as if nothing had happened.

What the phone is to blame for is counted instead, and added to what a person has asked for.

Real parts: Prefect's engine and server, and the ledger; the way to them is cut while the run works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.events.clients import NullEventsClient
from prefect.events.worker import EventsWorker
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Pending, Scheduled
from prefect.utilities.engine import propose_state_sync

from deployments.postgres import EmbeddedPostgres
from deployments.worker.loading.flow_cache import FlowCache
from deployments.worker.phones.attention import Attention
from deployments.worker.phones.quarantine import Quarantine
from deployments.worker.prefect.engine_settings import engine_settings
from deployments.worker.prefect.patient_client import PatientClientContext
from deployments.worker.resources import Resources
from deployments.worker.runs.execution import Execution
from deployments.worker.runs.lane_runner import LaneRunner
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.sessions.registry import Sessions
from phonefleet.errors import DeviceFrozen, Evidence, LedgerUnreachable
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.values import NewTask, StateChange, Task
from phonefleet.runs.states import Status
from phonefleet.scripts.script import ScriptConfig, UnknownConfig
from phonefleet.settings import Settings
from tasks.lifecycle import errand
from tasks.progress import report_progress
from tasks.retries import device_task
from tests.outages import Gate, InWaits, Relay, prefects_database

NOW = datetime.now(UTC)

Turn = Callable[[], None]
_turns: list[Turn] = []
"""What happens to the run of a test while it works."""


@device_task(run_name="work")
def work() -> None:
    _turns.pop()()
    report_progress(1, 2)


@flow(name="working", persist_result=False)
@errand
def working(config: ScriptConfig) -> None:  # noqa: ARG001 - every flow takes one
    """Let something happen, and tell the ledger and Prefect how far it is."""
    work()


@dataclass
class Scene:
    """One run that is about to begin, and what it works with."""

    relay: Relay
    gate: Gate
    resources: Resources
    ledger: Ledger
    client: SyncPrefectClient
    clock: InWaits
    flow_run: FlowRun
    task_id: int
    execution: Execution

    def run(
        self, while_it_works: Callable[[], None] = lambda: None, while_it_waits: Callable[[], None] | None = None
    ) -> None:
        _turns[:] = [while_it_works]
        self.clock.happens = while_it_waits or self.clock.happens
        self.execution.run(self.client)

    @property
    def task(self) -> Task:
        task = self.ledger.tasks.get(self.task_id)
        assert task is not None
        return task

    def in_prefect(self) -> list[str]:
        """Return the types of the states that the run has had in Prefect."""
        return [state.type.value for state in self.client.read_flow_run_states(self.flow_run.id)]


@pytest.fixture
def relay(prefect_api_url: str) -> Iterator[Relay]:
    made = Relay(int(prefect_api_url.rpartition(":")[2].partition("/")[0]))
    yield made
    made.cut()


@pytest.fixture
def prefects(postgres_server: EmbeddedPostgres, prefect_api_url: str) -> Iterator[Gate]:
    """The database of Prefect's server."""
    with prefects_database(postgres_server, prefect_api_url) as gate:
        yield gate


@pytest.fixture
def client(relay: Relay) -> Iterator[SyncPrefectClient]:
    EventsWorker.set_client_override(NullEventsClient)  # what a test cuts, nobody waits for after it
    url = f"http://127.0.0.1:{relay.port}/api"
    with (
        temporary_settings(updates={PREFECT_API_URL: url, PREFECT_LOGGING_TO_API_ENABLED: False}),
        engine_settings(),
        PatientClientContext() as context,
    ):
        yield context.client
    EventsWorker.set_client_override(None)


@pytest.fixture
def scene(relay: Relay, client: SyncPrefectClient, breakable_postgres_url: str, tmp_path: Path) -> Iterator[Scene]:
    clock = InWaits()
    with Ledger(breakable_postgres_url, clock, pool_size=2) as ledger:
        flow_run = client.create_flow_run(working, parameters={"serial": "serial", "config": {}}, state=Pending())
        new = NewTask(
            "follow",
            UnknownConfig.model_validate({"target_users": ["anna"]}),
            "serial",
            "sample",
            created_at=NOW,
            scheduled_for=NOW,
        )
        [task_id] = ledger.tasks.create([new])
        ledger.outbox.submitted(task_id, flow_run.id, "SCHEDULED", "Scheduled", NOW)
        settings = Settings(home=tmp_path, timezone="UTC")
        adb = FastAdbClient(1, "127.0.0.2", timeout=timedelta(seconds=1), clock=clock)  # where nobody starts one
        resources = Resources(settings, ledger, adb, Sessions(adb, clock), clock, "here")
        task = ledger.tasks.get(task_id)
        assert task is not None
        execution = Execution(resources, flow_run, task, working)
        gate = Gate(breakable_postgres_url)
        yield Scene(relay, gate, resources, ledger, client, clock, flow_run, task_id, execution)


def completed(scene: Scene, *before: str) -> None:
    """See that the run has gone through its states once, and that nothing shows in its task."""
    assert scene.in_prefect() == ["PENDING", *before, "RUNNING", "COMPLETED"]
    task = scene.task
    assert (task.status, task.retry_count, task.remark) == (Status.COMPLETED, 0, None)
    assert (task.progress.done, task.progress.total) == (1, 2)


def test_a_run_during_which_prefect_goes_away_completes_when_it_is_back(scene: Scene) -> None:
    scene.run(scene.relay.cut, scene.relay.mend)
    assert scene.clock.waits >= 3
    completed(scene)


def test_a_run_that_begins_while_prefect_is_away_begins_when_it_is_back(scene: Scene) -> None:
    scene.relay.cut()
    scene.run(while_it_waits=scene.relay.mend)
    completed(scene)


def test_a_run_during_which_the_ledger_goes_away_completes_when_it_is_back(scene: Scene) -> None:
    scene.run(scene.gate.shut, scene.gate.open)
    assert scene.clock.waits >= 3
    completed(scene)


def test_a_run_that_begins_while_prefect_lacks_its_database_begins_when_it_has_it_back(
    scene: Scene, prefects: Gate
) -> None:
    prefects.shut()
    scene.run(while_it_waits=prefects.open)
    assert scene.clock.waits >= 3
    completed(scene)


def test_a_run_that_ends_while_prefect_lacks_its_database_completes_when_it_has_it_back(
    scene: Scene, prefects: Gate
) -> None:
    scene.run(prefects.shut, prefects.open)
    assert scene.clock.waits >= 3
    completed(scene)


def test_states_whose_replies_are_lost_are_entered_once(scene: Scene) -> None:
    scene.relay.loses_replies = True
    scene.run()
    scene.relay.loses_replies = False
    assert scene.clock.waits
    completed(scene)


def test_a_claim_whose_reply_is_lost_is_a_claim(scene: Scene) -> None:
    scene.client.set_flow_run_state(scene.flow_run.id, Scheduled(), force=True)
    scene.relay.loses_replies = True
    assert propose_state_sync(scene.client, Pending(), flow_run_id=scene.flow_run.id).is_pending()


def test_a_stop_ends_a_run_that_waits_for_prefect(scene: Scene) -> None:
    scene.run(scene.relay.cut, lambda: scene.execution.stop("stopped"))
    task = scene.task
    assert (task.status, task.state, task.remark) == (Status.FAILED, "Cancelled", "stopped")
    scene.relay.mend()
    assert scene.in_prefect()[-1] == "RUNNING", "the recall of the ledger ends it, when Prefect is back"


def test_a_shutdown_gives_a_run_back_that_waits_for_prefect(scene: Scene) -> None:
    scene.run(scene.relay.cut, lambda: scene.execution.stop("the worker shuts down", requeue=True))
    task = scene.task
    assert (task.status, task.state_type, task.retry_count) == (Status.PENDING, "SCHEDULED", 0)
    scene.relay.mend()


def test_a_stop_ends_a_run_that_waits_for_the_ledger(scene: Scene) -> None:
    scene.run(scene.gate.shut, lambda: scene.execution.stop("stopped"))
    assert scene.in_prefect() == ["PENDING", "RUNNING", "CANCELLED"]
    scene.gate.open()
    assert scene.task.status is Status.RUNNING, "the API brings the end from Prefect"


def test_a_shutdown_gives_a_run_back_that_waits_for_the_ledger(scene: Scene) -> None:
    scene.run(scene.gate.shut, lambda: scene.execution.stop("the worker shuts down", requeue=True))
    assert scene.in_prefect() == ["PENDING", "RUNNING", "SCHEDULED"]
    scene.gate.open()


def test_an_outage_that_a_script_meets_by_itself_sends_its_run_back_and_fails_nothing(scene: Scene) -> None:
    def meet() -> None:
        raise LedgerUnreachable

    scene.run(meet)
    assert scene.in_prefect() == ["PENDING", "RUNNING", "SCHEDULED"]
    assert (scene.task.status, scene.task.retry_count) == (Status.PENDING, 0)
    assert scene.execution.error is None


# --- retries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", ["FAILED", "SCHEDULED"])
def test_a_retried_run_whose_phone_then_has_retries_keeps_both_counts(scene: Scene, seen: str) -> None:
    """The lane may take a run that is retried before anybody has seen it wait."""

    def freeze() -> None:
        frozen = DeviceFrozen()
        frozen.evidence = Evidence(None, None)
        raise frozen

    scene.ledger.tasks.project(scene.task_id, StateChange("FAILED", "Failed", datetime.now(UTC)))
    if seen == "SCHEDULED":
        waiting = StateChange("SCHEDULED", "AwaitingRetry", datetime.now(UTC), retry_count=1)
        scene.ledger.tasks.project(scene.task_id, waiting)
    _turns[:] = [lambda: None, freeze, freeze]
    Execution(scene.resources, scene.flow_run, scene.task, working).run(scene.client)
    assert not _turns
    assert (scene.task.status, scene.task.retry_count) == (Status.COMPLETED, 1 + 2)


# --- before a run begins ------------------------------------------------------------------------------------


@pytest.fixture
def runner(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> LaneRunner:
    """What gives runs to lanes; the run of the scene waits in its queue."""

    def flow_of(*_: object) -> object:
        return working

    monkeypatch.setattr(FlowCache, "flow_of", flow_of)  # it has no deployment
    scene.client.set_flow_run_state(scene.flow_run.id, Scheduled(), force=True)
    return LaneRunner(scene.resources, Quarantine(scene.resources), Attention(scene.resources))


def take(scene: Scene, runner: LaneRunner) -> None:
    _turns[:] = [lambda: None]
    runner.job(scene.flow_run, "serial")(scene.client)
    assert not runner.in_hand


def test_a_run_that_is_taken_while_the_ledger_is_away_runs_when_it_is_back(scene: Scene, runner: LaneRunner) -> None:
    scene.gate.shut()
    scene.clock.happens = scene.gate.open
    take(scene, runner)
    completed(scene, "SCHEDULED", "PENDING")


def test_a_run_that_is_taken_while_each_other_reply_is_lost_runs_once(scene: Scene, runner: LaneRunner) -> None:
    scene.relay.loses_replies = True
    take(scene, runner)
    scene.relay.loses_replies = False
    completed(scene, "SCHEDULED", "PENDING")


def test_a_shutdown_leaves_a_run_in_its_queue_that_waits_to_be_taken(scene: Scene, runner: LaneRunner) -> None:
    scene.relay.cut()
    scene.clock.happens = lambda: runner.stop_all("the worker shuts down")
    take(scene, runner)
    scene.relay.mend()
    assert scene.in_prefect() == ["PENDING", "SCHEDULED"]
