"""A request of a thousand tasks against the same flow runs made one by one through Prefect's API."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from deployments.registration import register
from phonefleet.ledger import Ledger
from tests.benchmarks.figures import report

SERIALS = [f"phone-{number}" for number in range(10)]
TARGETS = [f"person_{number:04}" for number in range(100)]
REQUESTS = 20
RUNS = 50
_PROGRAM = """
import sys, socket, uvicorn
from api.app import create_app
from phonefleet.settings import Settings
taken = socket.socket(fileno=int(sys.argv[1]))
server = uvicorn.Server(uvicorn.Config(create_app(Settings()), log_level="warning", access_log=False))
server.run(sockets=[taken])
"""


@contextmanager
def resources(database_url: str, prefect_url: str) -> Generator[httpx.Client]:
    """Serve the API in a process of its own, as the launcher does."""
    with socket_on_loopback() as (number, port):
        environment = os.environ | {
            "PHONEFLEET_DATABASE_URL": database_url,
            "PHONEFLEET_PREFECT_API_URL": prefect_url,
        }
        program = [sys.executable, "-c", _PROGRAM, str(number)]
        with (
            subprocess.Popen(program, env=environment, pass_fds=[number]) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60) as client,
        ):
            client.get("/healthz").raise_for_status()
            yield client
            process.kill()


@contextmanager
def socket_on_loopback() -> Generator[tuple[int, int]]:
    """Return the file number and the port of a listening socket: who connects early waits for the server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.fileno(), listening.getsockname()[1]


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_a_thousand_tasks_are_answered_fifty_times_faster_than_prefect_makes_their_runs(
    postgres_url: str, prefect_api_url: str
) -> None:
    register(prefect_api_url)
    with Ledger(postgres_url, pool_size=1) as ledger:
        for serial in SERIALS:
            ledger.devices.seen(serial, "online", "host")
    with resources(postgres_url, prefect_api_url) as client:
        requests = [create_through_the_api(client) for _ in range(REQUESTS)]
    with httpx.Client(base_url=prefect_api_url, timeout=60) as client:
        deployment_id = client.get("/deployments/name/follow/follow").json()["id"]
        runs = [create_in_prefect(client, deployment_id, name) for name in TARGETS[:RUNS]]
    p95 = statistics.quantiles(requests, n=20)[-1]
    one_by_one = statistics.mean(runs) * len(SERIALS) * len(TARGETS)
    ratio = one_by_one / statistics.mean(requests)
    report(
        "creating 1,000 tasks (10 phones, 100 targets)",
        mean_of_a_request_in_ms=statistics.mean(requests) * 1000,
        p95_of_a_request_in_ms=p95 * 1000,
        one_by_one_through_prefect_in_s=one_by_one,
        times_faster=ratio,
    )
    assert p95 < 0.5
    assert ratio >= 50


def create_through_the_api(client: httpx.Client) -> float:
    body = {"serials": SERIALS, "script_name": "follow", "script_config": {"target_users": TARGETS}}
    begun = time.perf_counter()
    answer = client.post("/task", json=body).json()
    taken = time.perf_counter() - begun
    assert answer["data"]["created_count"] == len(SERIALS) * len(TARGETS)
    return taken


def create_in_prefect(client: httpx.Client, deployment_id: str, target: str) -> float:
    body = {
        "name": f"follow @{target}",
        "work_queue_name": SERIALS[0],
        "parameters": {"serial": SERIALS[0], "config": {"target_users": [target]}},
        "tags": [f"serial:{SERIALS[0]}"],
        "idempotency_key": str(uuid4()),
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": datetime.now(UTC).isoformat()}},
    }
    begun = time.perf_counter()
    client.post(f"/deployments/{deployment_id}/create_flow_run", json=body).raise_for_status()
    return time.perf_counter() - begun
