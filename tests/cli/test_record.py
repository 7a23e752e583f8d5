"""`phonefleet record` of a phone of `phonefleet virtual` that somebody uses, and a replay of what was recorded."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbutils
import httpx
import pytest
import yaml
from PIL import Image

from deployments.launcher.ports import claim
from phonefleet.device.adb import server as adb_server
from tests.cli.running import Done
from tests.integration.stack import until
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions
from virtual_phones.replay.manifest import load
from virtual_phones.sample import PACKAGE

Run = Callable[..., Done]
RECORD = [sys.executable, "-m", "deployments.cli", "record"]


@pytest.fixture(scope="module")
def adb_port() -> Iterator[str]:
    """An adb server that looks for no phones by itself."""
    port = claim(0, "")
    environment = {**os.environ, **adb_server.ENVIRONMENT_WITHOUT_USB}
    quiet = subprocess.DEVNULL
    command = adb_server.command(port)
    with subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet) as server:
        until("the adb server", lambda: adb_server.is_listening("127.0.0.1", port))
        yield str(port)
        server.terminate()


@dataclass(frozen=True)
class Held:
    """A virtual phone in somebody's hand, and the adb server that it is connected to."""

    fleet: BackgroundFleet
    serial: str
    adb_port: str

    def hand(self, order: Mapping[str, object]) -> None:
        """Do one thing, over HTTP."""
        httpx.post(f"{self.fleet.world_url}/phones/{self.serial}/hand", json=order, trust_env=False).raise_for_status()

    def tap(self, *ids: str) -> None:
        """Touch the first view that has one of these ids."""
        phone = self.fleet.phone(self.serial)
        nodes = self.fleet.call(lambda: [node for window in phone.scene().windows for node in window.root.walk()])
        at = next(node for node in nodes if node.resource_id.rpartition("/")[2] in ids).bounds.center
        self.hand({"tap": [at.x, at.y]})

    def start(self, package: str = PACKAGE) -> None:
        """Open an app from the launcher."""
        phone = self.fleet.phone(self.serial)
        self.fleet.call(lambda: phone.start_app(package))


@pytest.fixture
def held(adb_port: str) -> Iterator[Held]:
    options = FleetOptions(count=1, base_port=0, seed=5, plain=True, app_versions=("1.4.2",))
    with BackgroundFleet(options) as fleet:
        serial = fleet.serials[0]
        subprocess.run([adbutils.adb_path(), "-P", adb_port, "connect", serial], check=True, capture_output=True)
        yield Held(fleet, serial, adb_port)
        subprocess.run([adbutils.adb_path(), "-P", adb_port, "disconnect", serial], check=True, capture_output=True)


class Recorder:
    """A process that records; what it says is read line by line."""

    def __init__(self, held: Held, out: Path, *options: str) -> None:
        command = [*RECORD, "-d", held.serial, "--out", str(out), "--app", "sample", "--adb-port", held.adb_port]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )

    def end(self) -> None:
        """See that nothing of it is left, however the test went."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def heard(self, pattern: str) -> str:
        """Return the next line on standard error that fits."""
        assert self.process.stderr is not None
        return next(line for line in self.process.stderr if re.search(pattern, line))

    def interrupted(self) -> str:
        """End it by Ctrl-C, and return what it wrote on standard output."""
        self.process.send_signal(signal.SIGINT)
        said, complaints = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, complaints
        return said


Begin = Callable[..., Recorder]


@pytest.fixture
def begin(held: Held) -> Iterator[Begin]:
    """Begins to record the phone into a folder."""
    begun: list[Recorder] = []

    def begin(out: Path, *options: str) -> Recorder:
        begun.append(Recorder(held, out, *options))
        return begun[-1]

    yield begin
    for recorder in begun:
        recorder.end()


def manifest(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))


def test_what_a_person_does_is_recorded_until_ctrl_c_and_can_be_replayed(
    held: Held, begin: Begin, tmp_path: Path
) -> None:
    out = tmp_path / "screens"
    recorder = begin(out, "--json")
    recorder.heard("Recording")
    held.start()
    recorder.heard("1  new screen")
    held.tap("profile_tab")
    recorder.heard("2  new screen, after: tap profile_tab")
    held.tap("search_tab")
    recorder.heard("3  new screen, after: tap search_tab")
    said = json.loads(recorder.interrupted())

    assert (said["screens"], said["pictures"], said["masked"]) == (3, 3, True)
    found = manifest(out)
    assert found["app"] == {"package": PACKAGE, "version": "1.4.2", "activity": ".FeedActivity"}
    assert (found["language"], found["start"]) == ("en-US", "feed")
    assert list(found["screens"]) == ["feed", "own-profile", "search"]
    assert found["steps"][0] == {"on": "feed", "tap": {"id": f"{PACKAGE}:id/profile_tab"}, "goto": "own-profile"}
    assert len(load(out).screens) == 3
    assert b"shop_001" not in b"".join(file.read_bytes() for file in out.iterdir())


def test_a_recording_ends_by_itself_when_nothing_is_touched(held: Held, begin: Begin, tmp_path: Path) -> None:
    held.start()
    recorder = begin(tmp_path / "screens", "--until-idle", "2s", "--keep-names")
    said, complaints = recorder.process.communicate(timeout=60)
    assert recorder.process.returncode == 0, complaints
    assert "1 screens, 1 with a picture, 0 steps" in said
    assert "Nothing was masked" in said
    with Image.open(tmp_path / "screens" / "feed.png") as picture:
        assert picture.size == (1080, 2400)


def test_the_walk_of_a_check_is_recorded_with_its_links_and_texts(run: Run, held: Held, tmp_path: Path) -> None:
    out = tmp_path / "walk"
    walk = ("-d", held.serial, "--out", str(out), "--app", "sample", "--walk", "--username", "person_0001")
    done = run("record", *walk, "--adb-port", held.adb_port)
    assert done.returncode == 0, done.stderr
    kinds = {kind for step in manifest(out)["steps"] for kind in step} - {"on", "goto"}
    assert kinds >= {"tap", "text", "link", "key"}
    assert b"person_0001" not in b"".join(file.read_bytes() for file in out.iterdir())
    assert len(load(out).screens) >= 9


def test_an_app_without_a_profile_is_recorded_by_its_package(run: Run, held: Held, tmp_path: Path) -> None:
    held.start()
    out = tmp_path / "screens"
    options = ("-d", held.serial, "--out", str(out), "--package", PACKAGE, "--until-idle", "2s")
    done = run("record", *options, "--adb-port", held.adb_port)
    assert done.returncode == 0, done.stderr
    found = manifest(out)
    assert (list(found["screens"]), found["app"]["version"]) == (["screen-1"], "1.4.2")


def test_a_version_that_the_profile_does_not_cover_is_recorded_without_it(run: Run, held: Held, tmp_path: Path) -> None:
    profiles = tmp_path / "home" / "profiles"
    profiles.mkdir(parents=True)
    rules = f"name: old\npackage: {PACKAGE}\nverified: never\nlinks: {{}}\nversions: [{{range: '<1'}}]\n"
    (profiles / "old.yaml").write_text(rules, encoding="utf-8")
    held.start()
    out = tmp_path / "screens"
    given = ("-d", held.serial, "--out", str(out), "--app", "old", "--until-idle", "2s", "--adb-port", held.adb_port)
    done = run("record", *given)
    assert done.returncode == 0, done.stderr
    assert "Recording without the profile" in done.stderr
    assert manifest(out)["app"]["version"] == "1.4.2"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("-d", "127.0.0.1:1", "--app", "sample"), r"127\.0\.0\.1:1"),
        (("--app", "nothing"), "there is no app profile 'nothing'"),
        (("--package", "org.example.missing"), "org.example.missing is not installed"),
        (("--app", "sample", "--package", "org.example.other"), "--app or --package, not both"),
        (("--app", "sample", "--walk", "--for", "5m"), "--walk ends by itself"),
        (("--app", "sample", "--for", "soon"), "'soon' is no duration"),
        (("--app", "sample", "--until-idle", "2s"), "nothing was recorded"),
    ],
)
def test_what_keeps_a_recording_from_being_made_is_said(
    run: Run, held: Held, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    device = () if "-d" in options else ("-d", held.serial)
    done = run("record", *device, "--out", str(tmp_path / "out"), "--adb-port", held.adb_port, *options)
    assert done.returncode
    assert re.search(complaint, " ".join(done.stderr.split())), done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_as_it_is(run: Run, held: Held, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = run("record", "-d", held.serial, "--out", str(tmp_path), "--app", "sample", "--adb-port", held.adb_port)
    assert done.returncode == 1
    assert f"{tmp_path} is not an empty folder" in done.stderr
