"""`prefect deploy --all` deploys the ten scripts, and each of its entrypoints loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint

from deployments.registration import register
from phonefleet.scripts import SCRIPTS

ROOT = Path(__file__).parents[2]
DECLARED: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def test_the_ten_scripts_are_declared() -> None:
    assert [one["entrypoint"] for one in DECLARED] == [f"{one.flow_module}:{one.name}" for one in SCRIPTS.values()]
    assert [one["name"] for one in DECLARED] == list(SCRIPTS)
    assert {one["work_pool"]["name"] for one in DECLARED} == {"phones"}


@pytest.mark.parametrize("entrypoint", [one["entrypoint"] for one in DECLARED])
def test_each_entrypoint_loads(entrypoint: str) -> None:
    assert load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False).name == entrypoint.partition(":")[2]


@pytest.mark.timeout(280)
def test_prefect_deploys_them_all(prefect_api_url: str, tmp_path: Path) -> None:
    register(prefect_api_url)
    environment = {**os.environ, "PREFECT_API_URL": prefect_api_url, "PREFECT_HOME": str(tmp_path), "CI": "1"}
    done = subprocess.run(
        [Path(sys.executable).with_name("prefect"), "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ours = {"deployments": {"name": {"any_": list(SCRIPTS)}}}  # all others, of campaigns, may be more than a page
    deployments = httpx.post(f"{prefect_api_url}/deployments/filter", json=ours, timeout=60, trust_env=False).json()
    entrypoints = {one["entrypoint"] for one in deployments}
    assert entrypoints >= {one["entrypoint"] for one in DECLARED}
    register(prefect_api_url)
