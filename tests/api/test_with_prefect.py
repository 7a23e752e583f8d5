"""The submitter and the reconciler against a real Prefect server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.agreement.observer import Observer
from api.agreement.reconciler import Reconciler
from api.agreement.submitter import Submitter, flow_run_of
from api.prefect.client import NewRun, PrefectApi, PrefectUnreachable, Run
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, NewTask, Task
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.runs.keys import task_id_in
from phonefleet.runs.states import Status
from phonefleet.scripts.script import UnknownConfig
from tests.own_scripts import catalogue_of

Call = Callable[..., httpx.Response]


class World:
    """A ledger and a Prefect server, and the two loops between them."""

    def __init__(self, ledger: Ledger, client: httpx.AsyncClient) -> None:
        self.ledger = ledger
        self.client = client
        self.prefect = PrefectApi(client)
        self.submitter = Submitter(ledger, self.prefect, SystemClock())
        observer = Observer(ledger, self.prefect, SystemClock())
        self.reconciler = Reconciler(ledger, self.prefect, observer)

    async def submitted(self, **values: Any) -> Task:
        """Create a task and its flow run."""
        (task_id,) = self.ledger.tasks.create([new_task(**values)])
        assert await self.submitter.submit_some() == (1, 1)
        return self.task(task_id)

    async def enter(self, task: Task, state_type: str) -> None:
        """Let the task's flow run enter a state, as a person or a worker does."""
        body = {"state": {"type": state_type}, "force": True}
        (await self.client.post(f"/flow_runs/{task.flow_run_id}/set_state", json=body)).raise_for_status()

    async def runs_of(self, task_id: int) -> list[dict[str, Any]]:
        """Return all flow runs that Prefect has for a task."""
        wanted = {"flow_runs": {"tags": {"all_": [f"task:{task_id}"]}}}
        return (await self.client.post("/flow_runs/filter", json=wanted)).json()

    def task(self, task_id: int) -> Task:
        task = self.ledger.tasks.get(task_id)
        assert task is not None
        return task


def new_task(**values: Any) -> NewTask:
    now = datetime.now(UTC)
    defaults: dict[str, Any] = {
        "script_name": "follow",
        "script_config": {"target_users": ["anna"], "access_method": "direct"},
        "serial": f"phone-{uuid4().hex[:8]}",
        "app": "sample",
        "created_at": now,
        "scheduled_for": now,
    }
    given = defaults | values
    given["script_config"] = UnknownConfig.model_validate(given["script_config"])
    return NewTask(**given)


def converse(ledger: Ledger, url: str, conversation: Callable[[World], Awaitable[None]]) -> None:
    async def run() -> None:
        async with prefect_client(url) as client:
            await conversation(World(ledger, client))

    asyncio.run(run())


@asynccontextmanager
async def prefect_client(url: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        yield client


def test_a_task_becomes_a_flow_run_in_the_queue_of_its_phone(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        task = await world.submitted(username="shop", wait_seconds=2.5, serial="127.0.0.1:21001")
        run = (await world.client.get(f"/flow_runs/{task.flow_run_id}")).json()
        assert run["name"] == "follow @anna on 127.0.0.1:21001 as @shop"
        assert (run["work_pool_name"], run["work_queue_name"]) == ("phones", "127.0.0.1:21001")
        assert set(run["tags"]) == {f"task:{task.id}", "serial:127.0.0.1:21001", "account:shop", "source:api"}
        assert run["parameters"] == {
            "serial": "127.0.0.1:21001",
            "config": {"target_users": ["anna"], "access_method": "direct"},
            "username": "shop",
            "wait_seconds": 2.5,
            "app": "sample",
        }
        assert (task.status, task.state, world.ledger.outbox.pending_count()) == (0, "Scheduled", 0)

    converse(ledger, prefect, conversation)


def test_a_later_start_is_scheduled_in_prefect(ledger: Ledger, prefect: str) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=5)

    async def conversation(world: World) -> None:
        task = await world.submitted(scheduled_for=later)
        run = (await world.client.get(f"/flow_runs/{task.flow_run_id}")).json()
        assert datetime.fromisoformat(run["next_scheduled_start_time"]) == later
        assert run["state_type"] == "SCHEDULED"

    converse(ledger, prefect, conversation)


def test_a_crash_between_creating_and_marking_makes_no_second_run(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        (task_id,) = ledger.tasks.create([new_task()])
        lost = await world.prefect.create_run(flow_run_of(ledger.outbox.due(1)[0]))
        assert await world.submitter.submit_some() == (1, 1)
        assert world.task(task_id).flow_run_id == lost.id
        assert len(await world.runs_of(task_id)) == 1

    converse(ledger, prefect, conversation)


def test_news_end_a_long_round_so_that_other_phones_get_their_turn(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        ledger.tasks.create([new_task(serial="busy")])
        assert await world.submitter.submit_some() == (1, 1)  # Prefect has made the phone's queue
        ledger.tasks.create([new_task(serial="busy") for _ in range(40)])
        world.submitter.wake()
        tried, answered = await world.submitter.submit_some()
        assert tried == 40
        assert 16 <= answered < 24
        (task_id,) = ledger.tasks.create([new_task(serial="idle")])
        assert task_id in [row.task_id for row in ledger.outbox.due(2)]

    converse(ledger, prefect, conversation)


class Stopping(PrefectApi):
    """Prefect's API, with a person who stops the task in the very moment in which its run is made."""

    def __init__(self, client: httpx.AsyncClient, ledger: Ledger) -> None:
        super().__init__(client)
        self._ledger = ledger

    async def create_run(self, new: NewRun) -> Run:
        task_id = task_id_in(new.idempotency_key, self._ledger.id)
        assert task_id is not None
        assert self._ledger.outbox.withdraw(task_id, "stopped", datetime.now(UTC))
        return await super().create_run(new)


def test_a_task_stopped_while_its_run_is_made_does_not_run(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        (task_id,) = ledger.tasks.create([new_task()])
        assert await Submitter(ledger, Stopping(world.client, ledger), SystemClock()).submit_some() == (1, 1)
        assert [run["state_type"] for run in await world.runs_of(task_id)] == ["CANCELLED"]
        task = world.task(task_id)
        assert (task.status, task.remark) == (Status.FAILED, "stopped")

    converse(ledger, prefect, conversation)


class Hasty(Stopping):
    """As `Stopping`, but the person also has the task retried before its first run is there."""

    async def create_run(self, new: NewRun) -> Run:
        task_id = task_id_in(new.idempotency_key, self._ledger.id)
        assert task_id is not None
        run = await super().create_run(new)
        task = self._ledger.tasks.get(task_id)
        assert task is not None
        assert self._ledger.outbox.requeue(task, datetime.now(UTC))
        return run


def test_a_task_stopped_and_retried_while_its_run_is_made_runs_once(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        (task_id,) = ledger.tasks.create([new_task()])
        assert await Submitter(ledger, Hasty(world.client, ledger), SystemClock()).submit_some() == (1, 1)
        assert await world.submitter.submit_some() == (1, 1)
        states = {run["id"]: run["state_type"] for run in await world.runs_of(task_id)}
        assert sorted(states.values()) == ["CANCELLED", "SCHEDULED"]
        task = world.task(task_id)
        assert (task.status, task.retry_count, states[str(task.flow_run_id)]) == (Status.PENDING, 1, "SCHEDULED")

    converse(ledger, prefect, conversation)


class Losing(PrefectApi):
    """Prefect's API, with a connection that is lost when runs that are created together are there."""

    async def create_runs(self, news: Sequence[NewRun]) -> list[UUID]:
        await super().create_runs(news)
        raise PrefectUnreachable


class Together(Losing):
    """Prefect's API, with a person who stops the first of some tasks while their runs are created together."""

    def __init__(self, client: httpx.AsyncClient, ledger: Ledger) -> None:
        super().__init__(client)
        self._ledger = ledger
        self.together: list[int] = []

    async def create_runs(self, news: Sequence[NewRun]) -> list[UUID]:
        task_id = task_id_in(news[0].idempotency_key, self._ledger.id)
        assert task_id is not None
        assert self._ledger.outbox.withdraw(task_id, "stopped", datetime.now(UTC))
        self.together.append(len(news))
        return await PrefectApi.create_runs(self, news)


def test_new_tasks_of_a_script_get_their_runs_by_one_request(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        api = Together(world.client, ledger)
        submitter = Submitter(ledger, api, SystemClock())
        assert await submitter.submit_some() == (0, 0)
        stopped, *others = ledger.tasks.create([new_task() for _ in range(3)])
        assert await submitter.submit_some() == (3, 3)
        assert api.together == [3]
        for task_id in others:
            [run] = await world.runs_of(task_id)
            task = world.task(task_id)
            assert (str(task.flow_run_id), task.state_type, run["state_type"]) == (run["id"], "SCHEDULED", "SCHEDULED")
        assert [run["state_type"] for run in await world.runs_of(stopped)] == ["CANCELLED"]
        assert world.task(stopped).status is Status.FAILED
        assert ledger.outbox.pending_count() == 0

    converse(ledger, prefect, conversation)


def test_tasks_whose_runs_were_created_before_the_answer_was_lost_have_one_run_each(
    ledger: Ledger, prefect: str
) -> None:
    async def conversation(world: World) -> None:
        submitter = Submitter(ledger, Losing(world.client), SystemClock())
        assert await submitter.submit_some() == (0, 0)
        task_ids = ledger.tasks.create([new_task() for _ in range(3)])
        assert await submitter.submit_some() == (3, 3)
        for task_id in task_ids:
            [run] = await world.runs_of(task_id)
            assert str(world.task(task_id).flow_run_id) == run["id"]

    converse(ledger, prefect, conversation)


def test_a_script_that_prefect_does_not_know_yet_waits_with_a_remark(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        (task_id,) = ledger.tasks.create([new_task(script_name="of_tomorrow", script_config={})])
        assert await world.submitter.submit_some() == (1, 0)
        task = world.task(task_id)
        assert task.status is Status.PENDING
        assert "sent again by itself" in (task.remark or "")
        assert ledger.outbox.pending_count() == 1

    converse(ledger, prefect, conversation)


def test_a_script_whose_file_is_gone_by_then_has_failed(ledger: Ledger, prefect: str, tmp_path: Path) -> None:
    async def conversation(world: World) -> None:
        (task_id,) = ledger.tasks.create([new_task(script_name="of_yesterday", script_config={})])
        own = Scripts(catalogue_of(tmp_path / "scripts"))
        assert await Submitter(ledger, world.prefect, SystemClock(), own).submit_some() == (1, 1)
        task = world.task(task_id)
        assert task.status is Status.FAILED
        assert "there is no script of_yesterday any more" in (task.remark or "")

    converse(ledger, prefect, conversation)


def test_what_prefect_refuses_for_good_has_failed(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        too_large = {"target_users": ["x" * 100] * 6000, "access_method": "direct"}
        (task_id,) = ledger.tasks.create([new_task(script_config=too_large)])
        assert await world.submitter.submit_some() == (1, 1)
        assert world.task(task_id).status is Status.FAILED
        assert ledger.outbox.pending_count() == 0

    converse(ledger, prefect, conversation)


@pytest.mark.parametrize(
    ("state_type", "status", "remark"),
    [
        ("RUNNING", Status.RUNNING, None),
        ("COMPLETED", Status.COMPLETED, None),
        ("CANCELLED", Status.FAILED, "cancelled in Prefect"),
        ("CRASHED", Status.FAILED, "the worker crashed"),
    ],
)
def test_what_happens_in_prefect_alone_shows_in_the_task(
    ledger: Ledger, prefect: str, state_type: str, status: Status, remark: str | None
) -> None:
    async def conversation(world: World) -> None:
        task = await world.submitted()
        await world.enter(task, state_type)
        await world.reconciler.sweep()
        task = world.task(task.id)
        assert (task.status, task.remark) == (status, remark)
        assert (task.end_time is not None) == (status >= Status.COMPLETED)

    converse(ledger, prefect, conversation)


def test_a_deleted_flow_run_fails_its_task(ledger: Ledger, prefect: str) -> None:
    async def conversation(world: World) -> None:
        kept, lost = await world.submitted(), await world.submitted()
        (await world.client.delete(f"/flow_runs/{lost.flow_run_id}")).raise_for_status()
        await world.reconciler.sweep()
        assert world.task(kept.id).status is Status.PENDING
        assert world.task(lost.id).status is Status.FAILED
        assert world.task(lost.id).remark == "its flow run was deleted in Prefect"

    converse(ledger, prefect, conversation)


def test_a_post_reaches_prefect_by_itself(open_api: Callable[..., Call], ledger: Ledger, prefect: str) -> None:
    call = open_api(prefect_api_url=prefect)
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
    (task_id,) = call("POST", "/task", json=body).json()["data"]["task_ids"]
    until(lambda: ledger.outbox.pending_count() == 0 or call("GET", "/healthz").is_error)
    shown = call("GET", f"/task/{task_id}").json()["data"]
    assert shown["flow_run_url"] == f"http://prefect.example/runs/flow-run/{shown['flow_run_id']}"
    assert shown["state"] == "Scheduled"
    assert call("GET", "/readyz").json()["code"] == 0


def test_a_killed_api_loses_no_task_and_repeats_none(ledger: Ledger, database_url: str, prefect: str) -> None:
    ids = ledger.tasks.create([new_task(serial=f"phone-{number % 5}") for number in range(30)])
    with api_process(database_url, prefect) as api:
        until(lambda: ledger.outbox.pending_count() < 25)
        api.send_signal(signal.SIGKILL)
    with api_process(database_url, prefect):
        until(lambda: ledger.outbox.pending_count() == 0)

    async def conversation(world: World) -> None:
        assert [len(await world.runs_of(task_id)) for task_id in ids] == [1] * 30

    converse(ledger, prefect, conversation)


_PROGRAM = """
import uvicorn
from api.app import create_app
from phonefleet.settings import Settings
uvicorn.run(create_app(Settings()), port=0, log_level="warning")
"""


@contextmanager
def api_process(database_url: str, prefect_url: str) -> Generator[subprocess.Popen[bytes]]:
    places = {"PHONEFLEET_DATABASE_URL": database_url, "PHONEFLEET_PREFECT_API_URL": prefect_url}
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], env=os.environ | places) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
