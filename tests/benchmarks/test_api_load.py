"""The real API process with 100,000 tasks stored: fifty clients read at once, then read and create at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from phonefleet.ledger import Ledger
from tests.benchmarks.figures import report
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
