"""Ended tasks that are kept no longer go from Prefect first, then from the ledger, through outages and crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.loops.ended_tasks import EndedTasks, Forgotten
from api.prefect.client import PrefectApi, PrefectUnreachable
from deployments.postgres import EmbeddedPostgres
from deployments.registration import register
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, Task
from phonefleet.runs.states import Status
from tests.agreement.sides import NOWHERE, Converse, Sides
from tests.prefect_servers import running_prefect

KEPT, LONGER = timedelta(days=30), timedelta(days=90)
"""How long tasks are kept here, and how long the Prefect server of the tests keeps runs."""


class Later(SystemClock):
    """A clock that is so far ahead that all tasks of a test ended long ago."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=1000)


async def at_once(_: timedelta) -> None:
    """Rest for no time."""


Rest = Callable[[timedelta], Awaitable[None]]


def forgetting(sides: Sides, folder: Path, rest: Rest = at_once, prefect: PrefectApi | None = None) -> EndedTasks:
    return EndedTasks(sides.ledger, prefect or sides.prefect, Later(), folder, rest)


async def ended(sides: Sides, state: str = "COMPLETED") -> Task:
    """Create a task whose run has ended, and has left a line in its log and an artifact."""
    task = await sides.submitted()
    await leave_something(sides, task)
    await sides.enter(task, state)
    async with asyncio.timeout(60):
        while sides.task(task.id).status not in {Status.COMPLETED, Status.FAILED}:
            await sides.observer.record_runs(await sides.prefect.runs([run_of(task)]))
    return sides.task(task.id)


async def leave_something(sides: Sides, task: Task) -> None:
    run = str(task.flow_run_id)
    now = SystemClock().now().isoformat()
    line = {"name": "run", "level": 20, "message": "touched", "timestamp": now, "flow_run_id": run}
    (await sides.client.post("/logs/", json=[line])).raise_for_status()
    artifact = {"key": f"picture-{task.id}", "type": "markdown", "data": "a picture", "flow_run_id": run}
    (await sides.client.post("/artifacts/", json=artifact)).raise_for_status()


async def left_in_prefect(client: httpx.AsyncClient, task: Task) -> dict[str, int]:
    """Count what Prefect still has of a task."""
    run = {"any_": [str(task.flow_run_id)]}
    wanted = {
        "flow_runs": {"flow_runs": {"id": run}},
        "logs": {"logs": {"flow_run_id": run}},
        "artifacts": {"artifacts": {"flow_run_id": run}},
    }
    return {kind: len((await client.post(f"/{kind}/filter", json=body)).json()) for kind, body in wanted.items()}


def files_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def gone_from_prefect(client: httpx.AsyncClient, task: Task) -> None:
    """Wait until Prefect has nothing of a task any more: it deletes logs in the background."""
    async with asyncio.timeout(120):
        while await left_in_prefect(client, task) != NOTHING:  # noqa: ASYNC110 - Prefect tells of no deletion
            await asyncio.sleep(0.05)


def run_of(task: Task) -> Any:
    assert task.flow_run_id is not None
    return task.flow_run_id


NOTHING = {"flow_runs": 0, "logs": 0, "artifacts": 0}
ALL = {"flow_runs": 1, "logs": 1, "artifacts": 1}


def test_an_ended_task_goes_with_its_run_logs_artifacts_and_evidence(converse: Converse, tmp_path: Path) -> None:
    async def conversation(sides: Sides) -> None:
        task, going_on = await ended(sides), await sides.submitted()
        for name in (f"task-{task.id}-1.png", f"task-{task.id}0-1.png", "notes.txt"):
            (tmp_path / name).write_bytes(b"seen")
        assert await left_in_prefect(sides.client, task) == ALL
        assert await forgetting(sides, tmp_path).forget(KEPT) == Forgotten(tasks=1, files=1)
        assert sides.ledger.tasks.get(task.id) is None
        assert sides.task(going_on.id).status == Status.PENDING
        assert files_in(tmp_path) == {f"task-{task.id}0-1.png", "notes.txt"}
        await gone_from_prefect(sides.client, task)
        assert (await sides.client.get(f"/flow_runs/{going_on.flow_run_id}")).is_success

    converse(conversation)


def test_a_task_waits_while_prefect_is_to_delete_its_run_itself(converse: Converse, tmp_path: Path) -> None:
    async def conversation(sides: Sides) -> None:
        task = await ended(sides)
        kept = timedelta(days=1000, hours=-1)  # the run ended an hour before the limit: it is not overdue there
        waiting = forgetting(sides, tmp_path)
        assert await sides.prefect.keeps_ended_runs() == LONGER
        assert await waiting.forget(kept) == Forgotten(waiting=1)
        assert sides.task(task.id).status == Status.COMPLETED
        await sides.prefect.delete_run(run_of(task))
        assert await waiting.forget(kept) == Forgotten(tasks=1)

    converse(conversation)


def test_a_run_that_goes_on_in_prefect_keeps_its_task(converse: Converse, tmp_path: Path) -> None:
    async def conversation(sides: Sides) -> None:
        task = await ended(sides, "FAILED")
        await sides.enter(task, "SCHEDULED")  # a person retries it there at this moment
        assert await forgetting(sides, tmp_path).forget(KEPT) == Forgotten(waiting=1)
        assert (await left_in_prefect(sides.client, task))["flow_runs"] == 1
        assert sides.ledger.tasks.get(task.id) is not None

    converse(conversation)


def test_nothing_goes_while_prefect_is_away_and_all_of_it_once_it_is_back(converse: Converse, tmp_path: Path) -> None:
    async def conversation(sides: Sides) -> None:
        task = await ended(sides)
        async with httpx.AsyncClient(base_url=NOWHERE) as nobody:
            with pytest.raises(PrefectUnreachable):
                await forgetting(sides, tmp_path, prefect=PrefectApi(nobody)).forget(KEPT)
        assert sides.ledger.tasks.get(task.id) is not None
        assert await forgetting(sides, tmp_path).forget(KEPT) == Forgotten(tasks=1)

    converse(conversation)


def test_what_dies_between_prefect_and_the_ledger_is_made_up_for(converse: Converse, tmp_path: Path) -> None:
    async def conversation(sides: Sides) -> None:
        task = await ended(sides)
        await sides.prefect.delete_ended_runs([run_of(task)])  # and there the process is killed
        assert sides.task(task.id).status == Status.COMPLETED
        assert await forgetting(sides, tmp_path).forget(KEPT) == Forgotten(tasks=1)

    converse(conversation)


def test_tasks_go_in_batches_with_a_rest_after_each_that_is_longer_than_the_work(
    converse: Converse, tmp_path: Path, postgres_url: str
) -> None:
    async def conversation(sides: Sides) -> None:
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
            connection.execute(OLD_TASKS, (120,))
        rests: list[timedelta] = []
        told: list[int] = []

        async def rest(duration: timedelta) -> None:
            rests.append(duration)

        assert await forgetting(sides, tmp_path, rest).forget(KEPT, told.append) == Forgotten(tasks=120)
        assert told == [50, 50, 20]
        assert min(rests) >= timedelta(milliseconds=50)

    converse(conversation)


OLD_TASKS = """
INSERT INTO tasks (script_name, script_config, serial, source, status, created_at, scheduled_for, end_time)
SELECT 'follow', '{}', 'phone-1', 'api', 2, now(), now(), now() FROM generate_series(1, %s)
"""


@pytest.mark.usefixtures("without_others")
def test_the_api_tells_how_long_tasks_are_kept_and_what_it_has_deleted(converse: Converse, postgres_url: str) -> None:
    async def conversation(sides: Sides) -> None:
        task = await ended(sides)
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
            connection.execute(
                "UPDATE tasks SET created_at = created_at - interval '9 days', end_time = end_time - interval '9 days'"
            )
        await sides.prefect.delete_run(run_of(task))
        async with sides.api(history_kept=timedelta(days=8)) as api:
            async with asyncio.timeout(60):
                while (told := (await api.get("/readyz")).json()["data"]["history"])["cleaned_at"] is None:
                    await api.get("/task")
            assert (told["kept"], told["deleted"], told["waiting"], told["remark"]) == ("8d", 1, 0, None)
            assert (await api.get(f"/task/{task.id}")).status_code == 404
            assert (await api.get("/task")).json()["data"]["total"] == 0
        async with sides.api(history_kept=None) as api:
            assert (await api.get("/readyz")).json()["data"]["history"]["kept"] == "forever"

    converse(conversation)


def test_prefect_as_we_start_it_deletes_old_runs_with_logs_and_artifacts_by_itself(
    postgres_url: str, postgres_server: EmbeddedPostgres, open_folder: Path
) -> None:
    often = {"PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "1"}
    folder = open_folder / "vacuum"
    folder.mkdir()
    folder.chmod(0o755)

    async def conversation(sides: Sides, prefect_database: str) -> None:
        old, young, going_on = await ended(sides), await ended(sides, "FAILED"), await sides.submitted()
        with psycopg.connect(prefect_database) as connection:
            connection.execute(
                "UPDATE flow_run SET end_time = now() - interval '31 days' WHERE id = ANY(%s)",
                ([run_of(old), run_of(going_on)],),
            )
        assert await sides.prefect.keeps_ended_runs() == KEPT
        await gone_from_prefect(sides.client, old)
        assert await left_in_prefect(sides.client, young) == ALL
        assert (await left_in_prefect(sides.client, going_on))["flow_runs"] == 1

    async def talk(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            with Ledger(postgres_url, pool_size=5) as ledger:
                database = postgres_server.url("prefect_vacuum").replace("+psycopg", "")
                await conversation(Sides(ledger, url, postgres_url, client), database)

    with running_prefect(postgres_server, folder, "prefect_vacuum", often, kept=KEPT) as url:
        register(url)
        asyncio.run(talk(url))
