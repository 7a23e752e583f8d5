"""Schemathesis against the real API: every call of `/openapi.json`, alone and in sequence, with all its checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.registration import register
from phonefleet.ledger import Ledger
from tests.security.process import running_api

CONFIG = Path(__file__).with_name("schemathesis.toml")
EXAMPLES = os.environ.get("PHONEFLEET_FUZZ_EXAMPLES")
"""Made-up requests for each call; `just fuzz` asks for many, and other ones each time."""

EXTENT = ("--max-examples", EXAMPLES) if EXAMPLES else ("--max-examples", "2", "--generation-deterministic")


@pytest.mark.timeout(3600)
def test_schemathesis_finds_nothing(postgres_url: str, prefect_api_url: str, tmp_path: Path) -> None:
    register(prefect_api_url)
    with Ledger(postgres_url, pool_size=1) as ledger:
        for number in (1, 2):
            ledger.devices.seen(f"phone-{number}", "online", "host", model="Pixel")
            ledger.devices.set_alias(f"phone-{number}", f"device_serial_{number}")
            ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}"])
    with running_api(postgres_url, PREFECT_API_URL=prefect_api_url) as api:
        command = [
            Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIG, "run", f"{api.url}/openapi.json",
            "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", *EXTENT,  "--no-color",
            "--suppress-health-check", "all", "--request-timeout", "60", "--exclude-path-regex", "/events$",
        ]  # fmt: skip
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        report = "\n".join(line[:500] for line in found.stdout.splitlines())
        assert found.returncode == 0, report + found.stderr[-2_000:]
        assert " 500 " not in api.said()
        assert "Traceback" not in api.said(), api.said()[-5_000:]
