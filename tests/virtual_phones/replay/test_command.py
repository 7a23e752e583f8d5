"""`phonefleet virtual --screens`: what it prints, and what it says of mistakes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.replaying import hierarchy, save, view

COMMAND = (sys.executable, "-m", "deployments.cli", "virtual", "--base-port", "0")


def test_it_serves_a_phone_for_each_folder_and_lists_touches_where_it_says(folder: Path, tmp_path: Path) -> None:
    other = save(tmp_path / "other", {"only": hierarchy(view("[0,0][1080,2400]"))})
    command = [*COMMAND, "--screens", str(folder), "--screens", str(other)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first, second, world = (process.stdout.readline().split() for _ in range(3))
        with httpx.Client(trust_env=False, timeout=60) as client:
            screens = [phone["screen"] for phone in client.get(world[1].replace("/world", "/phones")).json()]
            touches = [client.get(address).json() for address in (f"{world[1]}/touches", world[1][:-6] + "/touches")]
        process.terminate()

    assert (first[:2], second[:2], world[0]) == (["adb", "connect"], ["adb", "connect"], "world")
    assert (screens, touches) == (["feed", "only"], [[], []])


def test_it_tells_a_mistake_with_its_line_and_starts_nothing(folder: Path) -> None:
    manifest = folder / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("start: feed", "start: home"))

    done = subprocess.run(
        [*COMMAND, "--screens", str(folder)], capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "manifest.yaml:6: start: there is no screen 'home'" in " ".join(done.stderr.split())
