"""What the API and the worker say while they run, in a process of its own, because logging belongs to a process."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import logging
from deployments.worker import main
from deployments.cli.shared.options import log_to_stderr
log_to_stderr("info", ["s3cret"])
for name in ("prefect.client", "uvicorn.error", "deployments.worker"):
    logging.getLogger(name).warning("%s holds s3cret", name)
logging.getLogger("deployments.worker").info("details of ours")
logging.getLogger("httpx").info("details of others")
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


@pytest.mark.parametrize("name", ["prefect.client", "uvicorn.error", "deployments.worker"])
def test_every_line_is_said_once_and_hides_secrets(said: list[str], name: str) -> None:
    assert [line.split(" WARNING ")[1] for line in said if f" {name}: " in line and "WARNING" in line] == [
        f"{name}: {name} holds **********"
    ]
    assert "s3cret" not in "".join(said)


def test_details_are_told_by_our_own_modules_alone(said: list[str]) -> None:
    assert "details of ours" in said[-1]
    assert not [line for line in said if "details of others" in line]
