"""The real `phonefleet api` as a process of its own, for tests that attack it, load it or kill it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from deployments.launcher.ports import claim

NOWHERE = "http://127.0.0.1:1/api"
"""A Prefect server that is never there."""
PATIENCE = 120.0
"""Seconds after which a process counts as never coming up."""


@dataclass(frozen=True)
class ApiProcess:
    """A running API: where it answers, its process, and all that it has said."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """The base of all calls."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    def said(self) -> str:
        """Return all that the process has written."""
        return self.log.read_text(encoding="utf-8", errors="surrogateescape")

    def await_ready(self) -> None:
        """Return when it answers."""
        deadline = time.monotonic() + PATIENCE
        while not _answers(f"{self.url}/healthz"):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def resident_bytes(self) -> int:
        """Return the memory that the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def start_api(port: int, database_url: str, log: Path, **settings: str) -> ApiProcess:
    """Start the API without waiting for it."""
    given = {"DATABASE_URL": database_url, "PREFECT_API_URL": NOWHERE, "RATE_LIMIT": "0", **settings}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PHONEFLEET_")}
    environment |= {f"PHONEFLEET_{name}": value for name, value in given.items()}
    command = [sys.executable, "-m", "deployments.cli", "api", "--api-port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    return ApiProcess(port, process, log)


@contextmanager
def running_api(database_url: str, **settings: str) -> Generator[ApiProcess]:
    """Serve the API in a process of its own until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="phonefleet-api-") as folder:
        api = start_api(claim(0, ""), database_url, Path(folder) / "api.log", HOME=folder, **settings)
        try:
            api.await_ready()
            yield api
        finally:
            api.process.kill()
            api.process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False
