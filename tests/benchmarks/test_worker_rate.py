"""Trivial runs a minute: our worker beside Prefect's process worker, on the same server in the same run.

The process worker starts an interpreter a run, which compiles all of Prefect unless it finds bytecode of an earlier
one. So it is measured twice: without bytecode, as in containers that keep none, and with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1200)]

HERE = Path(__file__).parent
OURS, THEIRS = 200, 20


def test_our_worker_runs_at_least_fifteen_times_as_many_as_the_process_worker() -> None:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), 20, PHONEFLEET_SCRIPTS=str(HERE)) as stack:
            flow_id = stack.prefect("POST", "/flows/", {"name": "trivial"})["id"]
            ours = _rate(stack, _deployment(stack, flow_id, "phones"), OURS)
            stack.prefect("POST", "/work_pools/", {"name": "processes", "type": "process"})
            deployment = _deployment(stack, flow_id, "processes")
            with _process_worker(stack, PYTHONDONTWRITEBYTECODE="1"):
                theirs = _rate(stack, deployment, THEIRS)
            with _process_worker(stack, PYTHONDONTWRITEBYTECODE=""):
                compiled = _rate(stack, deployment, THEIRS)
    report("trivial runs a minute", ours=ours, process_worker=theirs, ratio=ours / theirs)
    report("where bytecode is kept", process_worker=compiled, ratio=ours / compiled)
    assert ours >= 300
    assert ours >= 15 * theirs


def _deployment(stack: Stack, flow_id: str, pool: str) -> str:
    body = {
        "name": pool,
        "flow_id": flow_id,
        "work_pool_name": pool,
        "path": str(HERE),
        "entrypoint": f"{HERE / 'trivial.py'}:trivial",
        "enforce_parameter_schema": False,
    }
    return stack.prefect("POST", "/deployments/", body)["id"]


def _rate(stack: Stack, deployment_id: str, runs: int) -> float:
    """Create runs that are due together, and return how many a minute end from then on."""
    due = datetime.now(UTC) + timedelta(seconds=10 + runs / 10)
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}}
    serials = islice(cycle(stack.serials), runs)
    ids = [_create(stack, deployment_id, serial, state) for serial in serials]
    assert datetime.now(UTC) < due, "the runs were not created in time"
    wanted: dict[str, Any] = {"flow_runs": {"id": {"any_": ids}, "state": {"type": {"any_": ["COMPLETED"]}}}}
    until(f"{runs} runs", lambda: stack.prefect("POST", "/flow_runs/count", wanted) == runs, patience=600)
    pages = [stack.prefect("POST", "/flow_runs/filter", wanted | {"limit": 200})]
    last = max(datetime.fromisoformat(run["end_time"]) for page in pages for run in page)
    return runs / (last - due).total_seconds() * 60


def _create(stack: Stack, deployment_id: str, serial: str, state: dict[str, Any]) -> str:
    body: dict[str, Any] = {"parameters": {"serial": serial}, "state": state}
    if stack.prefect("GET", f"/deployments/{deployment_id}")["work_pool_name"] == "phones":
        body["work_queue_name"] = serial
    return stack.prefect("POST", f"/deployments/{deployment_id}/create_flow_run", body)["id"]


@contextmanager
def _process_worker(stack: Stack, **more: str) -> Generator[None]:
    prefect = Path(sys.executable).with_name("prefect")
    url = stack.endpoints["prefect"].removesuffix("/api") + "/api"
    bytecode = str(stack.home / "bytecode")  # a folder of its own: nothing is in it at first
    auth = ":".join(stack.prefect_auth)
    environment = {
        **os.environ, "PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": auth, "PYTHONPYCACHEPREFIX": bytecode, **more,
    }  # fmt: skip
    command = [str(prefect), "worker", "start", "--pool", "processes", "--limit", "10"]
    with (stack.home / "process-worker.log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()
