"""The API killed with -9 while it creates ten thousand tasks: all or nothing, and the key makes a repetition exact."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from deployments.launcher.ports import claim
from phonefleet.ledger import Ledger
from tests.security.process import PATIENCE, ApiProcess, start_api

TASKS = 10_000
REQUEST: dict[str, Any] = {
    "serials": [f"phone-{number}" for number in range(10)],
    "script_name": "follow",
    "script_config": {"target_users": [f"person_{number:04}" for number in range(1000)]},
}
_AT_WORK = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
)
LONGEST = 1.5
"""Seconds within which the killing falls; the request takes about as long."""


KILLINGS = 4


def test_killed_requests_leave_all_or_nothing_and_their_repetition_makes_them_exact(
    postgres_url: str, tmp_path: Path
) -> None:
    """Kill, start again, repeat; what has repeated one request is killed at the next: a start takes long."""
    port, draw = claim(0, ""), random.Random(1)
    with Ledger(postgres_url, pool_size=2) as ledger:
        for serial in REQUEST["serials"]:
            ledger.devices.seen(serial, "online", "host")
        api = start(port, postgres_url, tmp_path)
        try:
            for before in range(0, KILLINGS * TASKS, TASKS):
                key = uuid4().hex
                answered = _post_and_kill(api, key, draw.uniform(0, LONGEST))
                await_rest(postgres_url)
                left = ledger.tasks.count().total - before
                assert left in {0, TASKS}
                assert not answered or left == TASKS
                assert ledger.outbox.pending_count() == before + left
                api = start(port, postgres_url, tmp_path)
                repeated = _post(api, key)
                assert repeated == _post(api, key)
                assert len(set(repeated)) == TASKS
                assert ledger.tasks.count().total == ledger.outbox.pending_count() == before + TASKS
                assert answered in ([], repeated)
        finally:
            api.process.kill()
            api.process.wait()


def await_rest(database_url: str) -> None:
    """Return when the database has done what it was told before the killing: it commits for the dead, too."""
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        while connection.execute(_AT_WORK).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def start(port: int, database_url: str, folder: Path) -> ApiProcess:
    api = start_api(port, database_url, folder / "api.log", HOME=str(folder))
    api.await_ready()
    return api


def _post(api: ApiProcess, key: str) -> list[int]:
    answer = httpx.post(
        f"{api.url}/task", json=REQUEST, headers={"Idempotency-Key": key}, timeout=PATIENCE, trust_env=False
    ).json()
    assert answer["data"]["created_count"] == TASKS, answer
    return answer["data"]["task_ids"]


def _post_and_kill(api: ApiProcess, key: str, after: float) -> list[int]:
    """Send the request, kill the API so many seconds later, and return what it answered, if it did."""
    answered: list[int] = []

    def post() -> None:
        try:
            answered.extend(_post(api, key))
        except httpx.HTTPError:
            return

    client = threading.Thread(target=post)
    client.start()
    time.sleep(after)  # the moment of the killing is what the seed draws, not a wait for anything
    api.process.kill()
    api.process.wait()
    client.join()
    return answered
