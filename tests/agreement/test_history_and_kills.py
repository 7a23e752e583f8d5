"""The API killed with -9 while it deletes ended tasks: what is left is whole, and the next start deletes the rest."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import TupleRow

from deployments.launcher.ports import claim
from phonefleet.ledger import Ledger
from tests.cli.running import run_here, without_settings
from tests.security.process import NOWHERE, PATIENCE, ApiProcess, start_api

OLD, YOUNG = 1500, 20
_FILL = f"""
INSERT INTO tasks (script_name, script_config, serial, source, status, state_type, state_name, state_at, created_at,
                   scheduled_for, end_time, flow_run_id)
SELECT 'comment', '{{}}', 'phone-' || n % 7, 'api', CASE WHEN n % 10 = 0 THEN 3 ELSE 2 END, 'COMPLETED', 'Completed',
       at, at, at, at, gen_random_uuid()
FROM (SELECT n, now() - CASE WHEN n <= {OLD} THEN interval '100 days' ELSE interval '10 days' END AS at
      FROM generate_series(1, {OLD + YOUNG}) AS n) AS made;
INSERT INTO tasks (script_name, script_config, serial, source, status, created_at, scheduled_for)
SELECT 'comment', '{{}}', 'phone-1', 'api', 0, now() - interval '200 days', now() + interval '1 day'
FROM generate_series(1, {YOUNG});
INSERT INTO actions (task_id, kind, app, account, target, state, intended_at, acting_at, ended_at, charged_at)
SELECT id, 'comment', 'sample', 'shop', 'reel', 'done', end_time, end_time, end_time, end_time FROM tasks
WHERE status >= 2;
INSERT INTO sightings (task_id, kind, target, content, seen_at)
SELECT task_id, kind, target, 'seen', intended_at FROM actions;
INSERT INTO texts (task_id, kind, target, content) SELECT task_id, kind, target, 'nice' FROM actions;
"""  # noqa: S608 - built from the constants above
_COUNTS = """
SELECT (SELECT count(*) FROM tasks WHERE created_at < now() - interval '90 days' AND status >= 2),
       (SELECT count(*) FROM tasks WHERE status < 2 OR end_time > now() - interval '90 days'),
       (SELECT count(*) FROM sightings), (SELECT count(*) FROM texts), (SELECT count(*) FROM actions),
       (SELECT sum(number) FROM task_counts), (SELECT count(*) FROM tasks)
"""


@pytest.mark.usefixtures("without_others")
def test_a_killed_deletion_leaves_whole_tasks_and_the_next_start_goes_on(
    postgres_url: str, prefect: str, tmp_path: Path
) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(_FILL.encode())
        left = OLD
        for _ in range(3):
            api = start(postgres_url, prefect, tmp_path)
            left = await_fewer(connection, left - 100)
            end(api)
            check(connection)
        api = start(postgres_url, prefect, tmp_path)
        await_fewer(connection, 0)
        end(api)
        check(connection)
    with Ledger(postgres_url, pool_size=1) as ledger:
        assert ledger.tasks.count().total == 2 * YOUNG


def check(connection: psycopg.Connection[TupleRow]) -> None:
    """See that whatever task is left has all that is its own, that actions stay, and that the counts are right."""
    old, others, sightings, texts, actions, counted, tasks = counts(connection)
    assert others == 2 * YOUNG
    assert sightings == texts == old + YOUNG
    assert actions == OLD + YOUNG
    assert counted == tasks == old + others


def counts(connection: psycopg.Connection[TupleRow]) -> TupleRow:
    row = connection.execute(_COUNTS).fetchone()
    assert row is not None
    return row


def await_fewer(connection: psycopg.Connection[TupleRow], most: int) -> int:
    """Return how many old tasks are left once there are so few."""
    deadline = time.monotonic() + PATIENCE
    while (left := counts(connection)[0]) > most:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return left


def start(database_url: str, prefect: str, folder: Path) -> ApiProcess:
    api = start_api(
        claim(0, ""), database_url, folder / "api.log", HOME=str(folder), PREFECT_API_URL=prefect, HISTORY_KEPT="90d"
    )
    api.await_ready()
    return api


def end(api: ApiProcess) -> None:
    api.process.kill()
    api.process.wait()


@pytest.mark.parametrize("wrong", ["1h", "banana", "-3d", "90 days ago"])
def test_a_time_that_cannot_be_meant_is_refused_at_the_start_in_one_sentence(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    without_settings(monkeypatch, tmp_path)
    settings = {"database_url": postgres_url, "prefect_api_url": NOWHERE, "history_kept": wrong}
    done = run_here(monkeypatch, capsys, ["api", "--api-port", str(claim(0, ""))], settings)
    assert done.returncode != 0
    assert "PHONEFLEET_HISTORY_KEPT" in done.stderr
    assert "forever" in done.stderr
    assert "Traceback" not in done.stderr
