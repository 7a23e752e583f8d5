"""Everything with Prefect's server open to the network: a password protects it, and nobody but its parts reads it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

PATIENCE = 200.0
"""Seconds after which the start counts as failed, or a task or an answer as never coming."""


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder that the database's user can enter."""
    made = Path(tempfile.mkdtemp(prefix="phonefleet-exposed-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def exposed(home: Path) -> Iterator[dict[str, Any]]:
    """What endpoints.json says of a running `phonefleet up --prefect-host 0.0.0.0` with one virtual phone."""
    ports = [f"--{name}-port=0" for name in ("api", "prefect", "adb", "world")]
    command = [sys.executable, "-m", "deployments.cli", "up", "--home", str(home), "--virtual", "1", *ports]
    with (home / "up.log").open("wb") as log:
        up = subprocess.Popen([*command, "--prefect-host", "0.0.0.0"], stdout=log, stderr=log, start_new_session=True)  # noqa: S104 - what is tested
    try:
        deadline = time.monotonic() + PATIENCE
        while not (home / "endpoints.json").exists():
            assert up.poll() is None, (home / "up.log").read_text()
            assert time.monotonic() < deadline, (home / "up.log").read_text()
            time.sleep(0.1)
        yield json.loads((home / "endpoints.json").read_text())
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(100)


@pytest.mark.timeout(400)
@pytest.mark.skipif(os.name == "nt", reason="files have no such modes on Windows")
def test_prefects_server_is_never_open_without_its_password(home: Path, exposed: dict[str, Any]) -> None:
    kept = home / "prefect-auth"
    auth = kept.read_text().strip()
    user, _, password = auth.partition(":")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(password) >= 32

    flows = f"{exposed['prefect']}/api/flows/filter"

    def answer(auth: tuple[str, str] | None, **headers: str) -> httpx.Response:
        return httpx.post(flows, json={}, auth=auth, headers=headers, timeout=PATIENCE, trust_env=False)

    assert answer(None).status_code == 401
    assert answer((user, "wrong")).status_code == 401
    assert answer((user, password)).status_code == 200
    foreign = answer((user, password), Origin="http://evil.example")
    assert "access-control-allow-origin" not in foreign.headers

    assert _completes(exposed)
    written = [
        path.read_text(errors="replace") for path in (*home.glob("logs/*"), home / "up.log", home / "endpoints.json")
    ]
    assert not [text for text in written if password in text]
    commands: list[list[str]] = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if any(password in part for part in command)]


def _completes(exposed: dict[str, Any]) -> bool:
    """Tell whether a task goes all the way: through the API, Prefect, the worker and back."""
    body = {
        "serials": ["device_serial_1"],
        "script_name": "follow",
        "script_config": {"target_users": ["example_user"]},
    }
    with httpx.Client(base_url=f"{exposed['api']}/api/v1", timeout=PATIENCE, trust_env=False) as client:
        task_id = client.post("/task", json=body).json()["data"]["task_ids"][0]
        deadline = time.monotonic() + PATIENCE
        while (task := client.get(f"/task/{task_id}").json()["data"])["status"] in {0, 1}:
            assert time.monotonic() < deadline, task
            time.sleep(0.2)
        return task["status"] == 2
