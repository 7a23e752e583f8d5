"""What several processes of Prefect's server are worth: runs a second and CPU time a run, one against two."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import psutil
import pytest

from deployments import prefect_server
from deployments.launcher.ports import claim
from deployments.postgres import EmbeddedPostgres
from tests.benchmarks.figures import report
from tests.prefect_servers import running_prefect

CALLERS = 16
RUNS = 400
STATES = ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED")
SERVERS = {"one": 0, "one_behind_redis": 1, "two_behind_redis": 2}


@dataclass(frozen=True)
class Figures:
    """Of one turn: CPU times in seconds a run; `busiest` is the share of Prefect's that its busiest process had."""

    runs_a_second: float
    cpu_of_prefect: float
    cpu_of_redis: float
    busiest: float


@contextmanager
def _redis(folder: Path) -> Generator[tuple[str, psutil.Process]]:
    """Run Debian's redis-server, which keeps nothing on disk."""
    port = claim(0, "")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}", psutil.Process(server.pid)
        server.terminate()


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here")
def test_two_processes_of_prefects_server_against_one(postgres_server: EmbeddedPostgres, tmp_path: Path) -> None:
    found: dict[str, list[Figures]] = {name: [] for name in SERVERS}
    with _redis(tmp_path) as (redis, process):
        for turn in range(int(os.environ.get("PHONEFLEET_BENCH_TURNS", "2"))):
            for name, processes in SERVERS.items():
                shared = prefect_server.behind_redis(redis) | {prefect_server.PROCESSES: str(processes)}
                database = f"prefect_{name}_{turn}"
                own = shared if processes else {}
                with running_prefect(postgres_server, tmp_path / database, database, own=own) as url:
                    found[name].append(_figures(url, process))
    for name, turns in found.items():
        figures = {each: median(getattr(one, each) for one in turns) for each in Figures.__dataclass_fields__}
        report(f"Prefect's server, {name.replace('_', ' ')}", **figures)


def _figures(url: str, redis: psutil.Process) -> Figures:
    """Let many callers make runs and lead each to its end, as workers do."""
    port = str(httpx.URL(url).port)
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        flow = http.post("/flows/", json={"name": "any"}).json()["id"]
    servers = [each for each in psutil.process_iter(["cmdline"]) if _serves(each.info["cmdline"] or [], port)]
    begun, before, redis_before = time.perf_counter(), [_cpu(each) for each in servers], _cpu(redis)
    with ThreadPoolExecutor(CALLERS) as pool:
        for caller in [pool.submit(_caller, url, flow, RUNS // CALLERS) for _ in range(CALLERS)]:
            caller.result()
    seconds = time.perf_counter() - begun
    used = [_cpu(each) - was for each, was in zip(servers, before, strict=True)]
    return Figures(RUNS / seconds, sum(used) / RUNS, (_cpu(redis) - redis_before) / RUNS, max(used) / sum(used))


def _serves(command: list[str], port: str) -> bool:
    return "deployments.prefect_serving" in command and port in command


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _caller(url: str, flow: str, runs: int) -> None:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        for _ in range(runs):
            made = http.post("/flow_runs/", json={"flow_id": flow, "state": {"type": STATES[0]}})
            run = made.raise_for_status().json()["id"]
            for state in STATES[1:]:
                http.post(
                    f"/flow_runs/{run}/set_state", json={"state": {"type": state}, "force": True}
                ).raise_for_status()
