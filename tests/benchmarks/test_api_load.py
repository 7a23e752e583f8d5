"""The real API process with 100,000 tasks stored: fifty clients read at once, then read and create at once.

Also side by side: the same lists while ended tasks are deleted and while nothing is, and pages of pending tasks beside
pages of ended ones.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from deployments.postgres import EmbeddedPostgres
from phonefleet.ledger import Ledger
from tests.benchmarks.figures import report
from tests.databases import Databases
from tests.prefect_servers import running_prefect
from tests.security.process import ApiProcess, running_api

STORED = 100_000
CLIENTS = 50
TURNS = 20
MIXED_TURNS = 21
"""Of clients that read and create in turn: odd, so that each begins with another request."""
LIMIT_IN_MS = 100
LARGEST_PROCESS = 300_000_000
PHONES = 100
_LOAD_CLIENT = Path(__file__).with_name("load_client.py")
_FILL = """
INSERT INTO tasks (script_name, script_config, serial, username, app, source, status, state_type, state_name, state_at,
                   created_at, scheduled_for, start_time, end_time, flow_run_id, remark, progress_done)
SELECT CASE WHEN n % 3 = 0 THEN 'unfollow' ELSE 'follow' END,
       jsonb_build_object('target_users', jsonb_build_array('person_' || n), 'access_method', 'direct'),
       'phone-' || n % 100, CASE WHEN n % 2 = 0 THEN 'shop_' || n % 100 END, 'sample',
       CASE WHEN n % 50 = 0 THEN 'ui' ELSE 'api' END, CASE WHEN n % 10 = 0 THEN 3 ELSE 2 END,
       'COMPLETED', 'Completed', now(), at, at, at, at, gen_random_uuid(),
       CASE WHEN n % 10 = 0 THEN 'the person was not found' END, 1
FROM (SELECT n, timestamptz '2026-01-01' + n * interval '25 seconds' AS at FROM generate_series(1, 100000) AS n) AS made
"""
MOMENTS = [f"2026-01-{day:02}T{hour:02}:30:00Z" for day in range(1, 29) for hour in range(24)]
LISTS = {
    "first page": ["?page=1"],
    "last page": [f"?page={STORED // 20}"],
    "middle page": [f"?page={STORED // 40}"],
    "pages anywhere": [f"?page={page}" for page in range(1, STORED // 20, 5)],
    "first page of 100": ["?page_size=100"],
    "last page of 100": [f"?page={STORED // 100}&page_size=100"],
    "completed anywhere": [f"?status=2&page={page}" for page in range(1, STORED // 23, 5)],
    "failed": ["?status=3", "?status=3&page=500"],
    "of a phone": [f"?serial=phone-{number}" for number in range(PHONES)],
    "of a script": ["?script_name=unfollow", "?script_name=unfollow&page=1500"],
    "of a source": ["?source=ui", "?source=ui&page=100"],
    "of a username": [f"?username=shop_{number}" for number in range(0, PHONES, 2)],
    "since": ["?created_after=2026-01-29T00:00:00Z", "?created_after=2026-01-15T00:00:00Z&page=7"],
    "since any moment": [f"?created_after={moment}" for moment in MOMENTS],
    "before": ["?created_before=2026-01-02T00:00:00Z"],
    "before any moment": [f"?created_before={moment}" for moment in MOMENTS],
    "failed follows": ["?status=3&script_name=follow&source=api"],
    "failed since any moment": [f"?status=3&created_after={moment}" for moment in MOMENTS],
    "completed before any moment": [f"?status=2&created_before={moment}" for moment in MOMENTS],
    "stats": ["/stats"],
    "stats by script": ["/stats?by=script"],
    "stats by device": ["/stats?by=device"],
}

OTHERS = {
    "phones": ["/devices"],
    "phones, 100 a page": ["/devices?page_size=100"],
    "accounts": ["/accounts"],
    "accounts, 100 a page": ["/accounts?page_size=100"],
    "audit": ["/audit"],
    "campaigns": ["/campaigns"],
    "do-not-contact": ["/do-not-contact"],
    "media": ["/media"],
}
"""Other lists, which all clients look at in the same way: those are answered together."""
ONE = {"one task": [f"/task/{task_id}" for task_id in range(1, STORED, 97)]}
"""What a client asks again and again until its task has ended."""


def start_clients(api: ApiProcess, requests: Sequence[tuple[str, str, Any]], clients: int, turns: int) -> Any:
    plan = {"port": api.port, "clients": clients, "turns": turns, "requests": requests}
    client = subprocess.Popen([sys.executable, _LOAD_CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert client.stdin is not None
    client.stdin.write(json.dumps(plan).encode())
    client.stdin.close()
    return client


def answers(client: Any) -> list[tuple[str, int, float, list[int] | None]]:
    with client.stdout:
        found = json.loads(client.stdout.read())
    assert client.wait() == 0
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """Return in milliseconds what this share of the times stays below."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def batched(task_ids: Sequence[int], size: int = 1000) -> list[Sequence[int]]:
    return [task_ids[begin : begin + size] for begin in range(0, len(task_ids), size)]


def fill(database_url: str) -> None:
    with Ledger(database_url, pool_size=1) as ledger:
        for number in range(PHONES):
            ledger.devices.seen(f"phone-{number}", "online", "host")
            ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}", f"studio_{number}"])
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(_FILL)
        connection.execute("VACUUM ANALYZE tasks")  # as PostgreSQL does by itself after a while


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_every_list_is_fast_for_fifty_clients_at_once(postgres_url: str) -> None:
    fill(postgres_url)
    slow: dict[str, float] = {}
    with running_api(postgres_url) as api:
        answers(start_clients(api, [("GET", "/api/v1/accounts", None)], 1, 1))  # the first one ever reads app profiles
        tasks = {f"tasks: {name}": [f"/task{query}" for query in queries] for name, queries in LISTS.items()}
        for name, paths in (tasks | ONE | OTHERS).items():
            requests = [("GET", f"/api/v1{path}", None) for path in paths]
            found = answers(start_clients(api, requests, CLIENTS, TURNS))
            assert {status for _, status, _, _ in found} == {200}
            times = [taken for _, _, taken, _ in found]
            p95 = percentile(times, 0.95)
            slow |= {name: p95} if p95 > LIMIT_IN_MS else {}
            p50, p99 = percentile(times, 0.5), percentile(times, 0.99)
            report(name, p50_in_ms=p50, p95_in_ms=p95, p99_in_ms=p99, requests=len(times))
        resident = api.resident_bytes()
    report("the API process", resident_in_mb=resident / 1e6)
    assert not slow
    assert resident < LARGEST_PROCESS


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_no_task_is_lost_or_doubled_under_load(postgres_url: str) -> None:
    fill(postgres_url)
    body = {
        "serials": [f"phone-{number}" for number in range(10)],
        "script_name": "follow",
        "script_config": {"target_users": ["anna", "ben"]},
    }
    requests: list[tuple[str, str, Any]] = []
    for queries in LISTS.values():
        requests += [("GET", f"/api/v1/task{queries[0]}", None), ("POST", "/api/v1/task", body)]
    with running_api(postgres_url) as api:
        found = answers(start_clients(api, requests, CLIENTS, MIXED_TURNS))
        resident = api.resident_bytes()
    assert {status for _, status, _, _ in found} == {200}
    told = [task_id for _, _, _, task_ids in found for task_id in task_ids or []]
    with Ledger(postgres_url, pool_size=1) as ledger:
        total, waiting = ledger.tasks.count().total, ledger.outbox.pending_count()
        kept = {task.id for part in batched(told) for task in ledger.tasks.some(part)}
    read = [taken for _, _, taken, task_ids in found if task_ids is None]
    report(
        f"{len(read)} lists among {len(found) - len(read)} requests of 20 tasks",
        created=len(told),
        list_p95_in_ms=percentile(read, 0.95),
        creation_p95_in_ms=percentile([taken for _, _, taken, task_ids in found if task_ids], 0.95),
        resident_in_mb=resident / 1e6,
    )
    assert len(told) == len(set(told)) == len(kept) == waiting == (len(found) - len(read)) * 20
    assert total == STORED + len(told)
    assert resident < LARGEST_PROCESS


# --- while ended tasks are deleted -----------------------------------------------------------------------------

ROUNDS = 3
"""How often each side is measured for a list, in turn; the median counts, because other processes disturb."""

MOST_WHILE_DELETING = 1.5
"""How many times as long half of the lists may take at most."""

OLD = 60_000
"""Ended tasks that are kept no longer, beside the 100,000."""

KEPT_SINCE = datetime(2025, 12, 31, tzinfo=UTC)
"""Before the first of the 100,000 and after the last of the old ones."""

_FILL_OLD = f"""
INSERT INTO tasks (script_name, script_config, serial, source, status, state_type, state_name, state_at, created_at,
                   scheduled_for, start_time, end_time, flow_run_id, progress_done)
SELECT 'follow', jsonb_build_object('target_users', jsonb_build_array('person_' || n)), 'phone-' || n % 100, 'api', 2,
       'COMPLETED', 'Completed', at, at, at, at, at, md5('run ' || n)::uuid, 1
FROM (SELECT n, timestamptz '2025-06-01' + n * interval '25 seconds' AS at FROM generate_series(1, {OLD}) AS n) AS made;
INSERT INTO actions (task_id, kind, app, account, target, state, intended_at, acting_at, ended_at, charged_at)
SELECT id, 'follow', 'sample', 'shop_1', 'person_' || id, 'done', end_time, end_time, end_time, end_time
FROM tasks WHERE end_time < '{KEPT_SINCE.isoformat()}';
INSERT INTO sightings (task_id, kind, target, content, seen_at)
SELECT task_id, kind, target, 'not followed', intended_at FROM actions;
"""  # noqa: S608 - built from the constants above
_FILL_PREFECT = """
INSERT INTO flow_run SELECT (jsonb_populate_record(made, jsonb_build_object(
    'id', md5('run ' || n)::uuid, 'idempotency_key', 'old ' || n, 'name', 'old ' || n, 'state_id', NULL,
    'created', at, 'updated', at, 'start_time', at, 'end_time', at, 'state_timestamp', at,
    'expected_start_time', at, 'next_scheduled_start_time', NULL
))).* FROM flow_run AS made, (SELECT n, timestamptz '2025-06-01' + n * interval '25 seconds' AS at
    FROM generate_series(1, %(old)s) AS n) AS old WHERE made.id = %(id)s;
"""
_FILL_LOGS = """
INSERT INTO log (id, created, updated, name, level, flow_run_id, message, timestamp)
SELECT gen_random_uuid(), now(), now(), 'prefect.flow_runs', 20, md5('run ' || n)::uuid, 'a line of the log', now()
FROM generate_series(1, %(old)s) AS n, generate_series(1, 3)
"""


@dataclass(frozen=True)
class Side:
    """An API process and the processes that work with it, stopped while the other side is measured."""

    api: ApiProcess
    others: Sequence[int] = ()

    def stop(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in (self.api.process.pid, *self.others):
            os.kill(pid, number)


@pytest.mark.benchmark
@pytest.mark.timeout(2400)
def test_lists_are_as_fast_while_ended_tasks_are_deleted(
    databases: Databases, postgres_server: EmbeddedPostgres, open_folder: Path
) -> None:
    folder = open_folder / "deleting"
    folder.mkdir()
    folder.chmod(0o755)
    kept = datetime.now(UTC) - KEPT_SINCE
    often = {"PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "5"}
    with ExitStack() as stack:
        urls = [stack.enter_context(databases.lend()) for _ in range(2)]
        for url in urls:
            fill(url)
            run_sql(url, _FILL_OLD, "VACUUM ANALYZE")
        prefect = stack.enter_context(running_prefect(postgres_server, folder, "prefect_deleting", often, kept=kept))
        fill_prefect(prefect, postgres_server.url("prefect_deleting"))
        server = [found.pid for found in psutil.process_iter(["cmdline"]) if _serves(found, prefect)]
        assert server
        seconds = f"{kept.total_seconds():.0f}"
        never = Side(stack.enter_context(running_api(urls[0], HISTORY_KEPT="forever")))
        deleting = Side(
            stack.enter_context(running_api(urls[1], HISTORY_KEPT=seconds, PREFECT_API_URL=prefect)), server
        )
        stack.callback(deleting.go_on)
        stack.callback(never.go_on)
        begun = old_tasks(urls[1])
        sides, runs = (never, deleting), postgres_server.url("prefect_deleting")
        backlog: list[float] = []
        while old_runs(runs):
            backlog.append(ratio_of("first page, while Prefect deletes 60,000 runs", LISTS["first page"], sides))
        ratios = [ratio_of(name, queries, sides) for name, queries in LISTS.items()]
        left = old_tasks(urls[1])
    assert backlog
    report(
        f"{begun - left} tasks were deleted meanwhile",
        median_ratio=statistics.median(ratios),
        worst_ratio=max(ratios),
        ratio_while_prefect_deletes_its_backlog=statistics.median(backlog),
    )
    assert 0 < left < begun == OLD
    assert statistics.median(ratios) < MOST_WHILE_DELETING


def ratio_of(name: str, queries: Sequence[str], sides: tuple[Side, Side]) -> float:
    """Return how many times as long a list takes on the second side, and report it; the sides are measured in turn."""
    requests = [("GET", f"/api/v1/task{query}", None) for query in queries]
    rounds = [
        {id(side): p95_beside(side, other, requests) for side, other in (sides, sides[::-1])[:: (-1) ** turn]}
        for turn in range(ROUNDS)
    ]
    off, on = (statistics.median(each[id(side)] for each in rounds) for side in sides)
    report(f"tasks: {name}", p95_in_ms=off, while_deleting_in_ms=on, ratio=on / off)
    return on / off


def p95_beside(side: Side, other: Side, requests: Sequence[tuple[str, str, Any]]) -> float:
    """Measure one side while the other stands still."""
    other.stop()
    found = answers(start_clients(side.api, requests, CLIENTS, TURNS))
    other.go_on()
    assert {status for _, status, _, _ in found} == {200}
    return percentile([taken for _, _, taken, _ in found], 0.95)


def run_sql(url: str, *statements: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run statements and return the rows of the last one."""
    rows: list[tuple[Any, ...]] = []
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            done = connection.execute(statement.encode(), values or None)
            rows = done.fetchall() if done.description else []
    return rows


def old_tasks(url: str) -> int:
    """Return how many tasks are left that are kept no longer."""
    [(number,)] = run_sql(url, "SELECT count(*) FROM tasks WHERE end_time < %(since)s", since=KEPT_SINCE)
    return int(number)


def old_runs(url: str) -> int:
    """Return how many runs Prefect's database still has of the old tasks."""
    [(number,)] = run_sql(url, "SELECT count(*) FROM flow_run WHERE end_time < %(since)s", since=KEPT_SINCE)
    return int(number)


def fill_prefect(api: str, database_url: str) -> None:
    """Give Prefect the runs of the old tasks, each with three lines of its log: copies of one that it has made."""
    with httpx.Client(base_url=api, timeout=60, trust_env=False) as client:
        flow = client.post("/flows/", json={"name": "follow"}).raise_for_status().json()["id"]
        body = {"flow_id": flow, "name": "made", "state": {"type": "COMPLETED"}}
        made = client.post("/flow_runs/", json=body).raise_for_status().json()["id"]
    run_sql(database_url, _FILL_PREFECT, id=made, old=OLD)
    run_sql(database_url, _FILL_LOGS, old=OLD)
    run_sql(database_url, "VACUUM ANALYZE")


def _serves(process: psutil.Process, api: str) -> bool:
    command: list[str] = process.info["cmdline"] or []
    return "deployments.prefect_serving" in command and api.split(":")[2].split("/", maxsplit=1)[0] in command


# --- pending tasks ---------------------------------------------------------------------------------------------

PENDING, PENDING_PHONES = 20_000, 200
_FILL_PENDING = f"""
INSERT INTO tasks (script_name, script_config, serial, username, app, source, status, state_type, state_name, state_at,
                   created_at, scheduled_for, flow_run_id)
SELECT 'follow', jsonb_build_object('target_users', jsonb_build_array('person_' || n), 'access_method', 'direct'),
       'phone-' || n % {PENDING_PHONES}, 'shop_' || n % {PENDING_PHONES}, 'sample', 'api', 0, 'SCHEDULED', 'Scheduled',
       at, at, at, gen_random_uuid()
FROM (SELECT n, now() - interval '1 day' + n * interval '1 second' AS at
      FROM generate_series(1, {PENDING}) AS n) AS made
"""  # noqa: S608 - built from the constants above
PENDING_LISTS = {
    "first page": ("?status=0", "?status=2"),
    "first page of 100": ("?status=0&page_size=100", "?status=2&page_size=100"),
    "pages anywhere": ("?status=0&page={}", "?status=2&page={}"),
    "of a phone": ("?status=0&serial=phone-{}", "?status=2&serial=phone-{}"),
}


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_a_page_of_pending_tasks_is_about_as_fast_as_one_of_ended_tasks(postgres_url: str) -> None:
    fill(postgres_url)
    with Ledger(postgres_url, pool_size=1) as ledger:
        for number in range(PENDING_PHONES):
            ledger.devices.seen(f"phone-{number}", "online", "host")
            ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}"])
    run_sql(postgres_url, _FILL_PENDING, "VACUUM ANALYZE")
    ratios: dict[str, float] = {}
    with running_api(postgres_url) as api:
        for name, addresses in PENDING_LISTS.items():
            both = [[("GET", f"/api/v1/task{one.format(n)}", None) for n in range(1, 100)] for one in addresses]
            times: list[list[float]] = [[], []]
            for _ in range(2):
                for found, requests in zip(times, both, strict=True):
                    answered = answers(start_clients(api, requests, CLIENTS, TURNS))
                    assert {status for _, status, _, _ in answered} == {200}
                    found += [taken for _, _, taken, _ in answered]
            pending, ended = (percentile(found, 0.95) for found in times)
            ratios[name] = pending / ended
            report(f"pending: {name}", p95_in_ms=pending, ended_p95_in_ms=ended, ratio=pending / ended)
    assert max(ratios.values()) < MOST_FOR_REASONS


MOST_FOR_REASONS = 3
"""How many times as long a page of pending tasks may take, of which each says what it waits for."""
