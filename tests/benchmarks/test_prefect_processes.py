"""What several processes of Prefect's server are worth: runs a second of one process, and of two behind Redis."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deployments import prefect_server
from deployments.launcher.ports import claim
from deployments.postgres import EmbeddedPostgres
from tests.benchmarks.figures import report
from tests.prefect_servers import running_prefect

CALLERS = 16
RUNS = 400
STATES = ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED")


@contextmanager
def _redis(folder: Path) -> Generator[str]:
    """Run Debian's redis-server, which keeps nothing on disk."""
    port = claim(0, "")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}"
        server.terminate()


@pytest.mark.benchmark
@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here")
def test_two_processes_of_prefects_server_against_one(postgres_server: EmbeddedPostgres, tmp_path: Path) -> None:
    figures: dict[str, list[float]] = {"one": [], "one_behind_redis": [], "two_behind_redis": []}
    with _redis(tmp_path) as redis:
        for turn in range(int(os.environ.get("PHONEFLEET_BENCH_TURNS", "2"))):
            for name, processes in {"one": 0, "one_behind_redis": 1, "two_behind_redis": 2}.items():
                own = (
                    prefect_server.behind_redis(redis) | {prefect_server.PROCESSES: str(processes)} if processes else {}
                )
                database = f"prefect_{name}_{turn}"
                with running_prefect(postgres_server, tmp_path / database, database, own=own) as url:
                    figures[name].append(_runs_a_second(url))
    for name, found in figures.items():
        report(
            f"Prefect's server, {name.replace('_', ' ')}", runs_a_second=max(found), all=[round(x, 1) for x in found]
        )


def _runs_a_second(url: str) -> float:
    """Let many callers make runs and lead each to its end, as workers do."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        flow = http.post("/flows/", json={"name": "any"}).json()["id"]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(lambda _: _caller(url, flow, RUNS // CALLERS), range(CALLERS)))
    return RUNS / (time.perf_counter() - begun)


def _caller(url: str, flow: str, runs: int) -> None:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        for _ in range(runs):
            made = http.post("/flow_runs/", json={"flow_id": flow, "state": {"type": STATES[0]}})
            run = made.raise_for_status().json()["id"]
            for state in STATES[1:]:
                http.post(
                    f"/flow_runs/{run}/set_state", json={"state": {"type": state}, "force": True}
                ).raise_for_status()
