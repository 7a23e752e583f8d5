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
import pytest

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


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_request_leaves_all_or_nothing_and_its_repetition_makes_it_exact(
    postgres_url: str, tmp_path: Path, seed: int
) -> None:
    key, port = uuid4().hex, claim(0, "")
    with Ledger(postgres_url, pool_size=2) as ledger:
        for serial in REQUEST["serials"]:
            ledger.devices.seen(serial, "online", "host")
        answered = _post_and_kill(start(port, postgres_url, tmp_path), key, random.Random(seed).uniform(0, LONGEST))
        await_rest(postgres_url)
        left = ledger.tasks.count().total
        assert left in {0, TASKS}
        assert not answered or left == TASKS
        assert ledger.outbox.pending_count() == left
        again = start(port, postgres_url, tmp_path)
        try:
            repeated = _post(again, key)
            assert repeated == _post(again, key)
        finally:
            again.process.kill()
            again.process.wait()
        assert len(set(repeated)) == ledger.tasks.count().total == ledger.outbox.pending_count() == TASKS
        assert answered in ([], repeated)


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
