"""`phonefleet profile check` against a phone of `phonefleet virtual`, both as a user starts them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import adbutils
import pytest

from deployments.launcher.ports import claim
from phonefleet.device import adb_server
from tests.integration.stack import until

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def adb_port() -> Iterator[str]:
    """An adb server that looks for no phones by itself."""
    port = claim(0, "")
    environment = {**os.environ, **adb_server.ENVIRONMENT_WITHOUT_USB}
    command = adb_server.command(port)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
        until("the adb server", lambda: adb_server.answers("127.0.0.1", port))
        yield str(port)
        server.terminate()


@pytest.fixture(scope="module")
def serial(adb_port: str) -> Iterator[str]:
    """A virtual phone that the adb server is connected to."""
    command = [sys.executable, "-m", "deployments.cli", "virtual", "--count", "1", "--base-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            phone = process.stdout.readline().split()[-1]
            subprocess.run([adbutils.adb_path(), "-P", adb_port, "connect", phone], check=True, capture_output=True)
            yield phone
        finally:
            process.terminate()


def _missing(table: str) -> list[str]:
    return [line.split()[0] for line in table.splitlines() if line.rstrip().endswith(" missing")]


def test_every_selector_that_a_walk_meets_is_found_on_a_virtual_phone(
    run_apart: Run, serial: str, adb_port: str
) -> None:
    done = run_apart(
        "profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--username", "person_0001"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert _missing(done.stdout) == []
    assert [line for line in done.stdout.splitlines() if "follow_button" in line and "found" in line]


def test_a_selector_that_finds_nothing_is_told_and_fails_the_check(
    run_apart: Run, serial: str, adb_port: str, tmp_path: Path
) -> None:
    profiles = tmp_path / "home" / "profiles"
    profiles.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "phonefleet" / "apps" / "profiles" / "sample.yaml"
    changed = re.sub(r"edit_button: .*", "edit_button: [{id: renamed_since}]", shipped.read_text(encoding="utf-8"))
    (profiles / "sample.yaml").write_text(changed, encoding="utf-8")
    done = run_apart(
        "profile", "check", "-d", serial, "--app", "sample", "--adb-port", adb_port, "--username", "person_0001"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert _missing(done.stdout) == ["edit_button"]


@pytest.mark.parametrize(
    ("options", "advice"),
    [(("--app", "nothing"), "nothing"), (("-d", "127.0.0.1:1", "--app", "sample"), "127.0.0.1:1")],
)
def test_what_keeps_a_check_from_starting_is_one_sentence(
    run_apart: Run, serial: str, adb_port: str, options: tuple[str, ...], advice: str
) -> None:
    done = run_apart("profile", "check", "-d", serial, "--adb-port", adb_port, *options)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert advice in done.stderr
