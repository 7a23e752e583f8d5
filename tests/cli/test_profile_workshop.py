"""`phonefleet profile rules` and `profile compare`: the workshop without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Run
from tests.workshop.recorded import recording


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for version in ("1.4.2", "2.0.1"):
        recording(tmp_path / "recordings" / version.replace(".", "-"), version)
    return tmp_path


def test_rules_for_a_place_of_a_saved_screen_are_tried_on_the_recordings_of_the_home(run: Run, home: Path) -> None:
    file = str(home / "recordings" / "2-0-1" / "profile.xml")
    place = ("--at", "300,1006", "--app-version", "2.0.1")
    done = run("profile", "rules", "--app", "sample", "--home", str(home), "--hierarchy", file, *place, "--json")
    assert done.returncode == 0, done
    best = json.loads(done.stdout)[0]
    assert (best["rule"], best["unique"], best["anchored"]) == ("{id: cta_primary}", True, True)
    assert len(best["same_page"]) == 3
    told = run("profile", "rules", "--app", "sample", "--home", str(home), "--hierarchy", file, *place)
    assert "tried on 4 recorded screens" in told.stdout


def test_a_place_without_anything_is_refused(run: Run, home: Path) -> None:
    file = str(home / "recordings" / "2-0-1" / "profile.xml")
    for at in ("9999,9999", "somewhere"):
        done = run("profile", "rules", "--app", "sample", "--hierarchy", file, "--at", at)
        assert done.returncode == 1
        assert at in done.stderr


def test_two_recordings_are_compared_and_what_was_lost_ends_with_1(run: Run, home: Path) -> None:
    folders = [str(home / "recordings" / name) for name in ("1-4-2", "2-0-1")]
    same = run("profile", "compare", "--app", "sample", folders[1], folders[1])
    assert (same.returncode, "lost" in same.stdout) == (0, False)
    done = run("profile", "compare", "--app", "sample", *folders, "--json")
    assert done.returncode == 1
    assert "follow_button" in {each["selector"] for each in json.loads(done.stdout) if each["outcome"] == "kept"}
    assert run("profile", "compare", "--app", "tiktok", *folders).returncode == 1
