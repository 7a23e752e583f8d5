"""Everything works for a phone of another host: real processes of both, over the API of the main one alone."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from adbutils import adb_path
from PIL import Image

from phonefleet.device.adb import server as adb_server
from tests.device.conftest import running_adb_server
from tests.integration.stack import Stack, running_stack, until
from tests.integration.taking import await_held, enter, take
from tests.media_files import picture
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

HOST = "berlin"
PROGRAM = str(Path(sys.executable).with_name("phonefleet"))


@dataclass
class Joined:
    """A main host with one phone, and a host that has joined it with another phone."""

    main: Stack
    fleet: BackgroundFleet
    home: Path
    adb_port: int
    token: str
    process: subprocess.Popen[bytes] = field(init=False)

    def join(self) -> None:
        """Start the worker of the joined host, and wait until its phone can work."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
        environment |= {"PHONEFLEET_HOST_TOKEN": self.token, "PHONEFLEET_RETRY_WAIT": '["PT0.05S", "PT0.2S"]'}
        command = [PROGRAM, "join", self.main.endpoints["api"], "--home", str(self.home)]
        with (self.home.parent / "join.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--adb-port", str(self.adb_port)],
                env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        until("the phone of the joined host", self._phone_is_online, 180)

    def _phone_is_online(self) -> bool:
        assert self.process.poll() is None, self.said()
        return any(phone["host"] == HOST and phone["state"] == "online" for phone in self.phones())

    def end(self, number: int = signal.SIGTERM) -> None:
        """End the worker of the joined host."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(120)

    def said(self) -> str:
        """Return what the worker has said."""
        return (self.home.parent / "join.log").read_text(errors="replace")[-5000:]

    def phones(self) -> list[dict[str, Any]]:
        return self.main.call("GET", "/devices")["devices"]

    @property
    def phone(self) -> str:
        """The phone of the joined host."""
        return next(phone["serial"] for phone in self.phones() if phone["host"] == HOST)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.main.endpoints['api']}/api/v1{path}", timeout=60)

    def cli(self, *words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, for the main host's data folder or another one."""
        command = [PROGRAM, *words, "--home", str(home or self.main.home)]
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)

    def world(self) -> dict[str, list[dict[str, Any]]]:
        return httpx.get(f"{self.fleet.world_url}/world", timeout=60).json()


@contextmanager
def no_usb() -> Generator[None]:
    """Keep adb servers off USB; they inherit this."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in adb_server.ENVIRONMENT_WITHOUT_USB.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joined]:
    home = tmp_path_factory.mktemp("joined") / "home"
    with (
        no_usb(),
        running_adb_server() as adb_port,
        BackgroundFleet(FleetOptions(count=1, base_port=0, seed=77)) as fleet,
        running_stack("phonefleet-reach-", 1) as main,
    ):
        subprocess.run([adb_path(), "-P", str(adb_port), "connect", fleet.serials[0]], check=True, capture_output=True)
        token = main.call("POST", "/hosts", {"name": HOST})["token"]
        joined = Joined(main, fleet, home, adb_port, token)
        joined.join()
        try:
            yield joined
        finally:
            joined.end()


def test_its_screen_and_hierarchy_are_shown(both: Joined) -> None:
    answer = both.get(f"/devices/{both.phone}/screenshot")
    assert answer.status_code == 200, answer.text
    with Image.open(BytesIO(answer.content)) as image:
        phone = both.fleet.phone(both.fleet.serials[0])
        assert image.size == (phone.width, phone.height)
    assert "<hierarchy" in both.get(f"/devices/{both.phone}/hierarchy").text


def test_its_live_picture_stands_beside_those_of_the_main_hosts_phones(both: Joined) -> None:
    serials = [phone["serial"] for phone in both.phones()]

    def shown() -> bool:
        body = {"phones": [{"serial": serial} for serial in serials], "wait": 1}
        return all(each["jpeg"] for each in both.main.call("POST", "/screens", body)["screens"])

    until("both pictures", shown)


def test_a_person_takes_it_over_and_touches_it(both: Joined) -> None:
    lease = take(both.main, both.phone)
    await_held(both.main, both.phone)
    assert enter(both.main, both.phone, lease, key="home")["inputs"] == 1
    assert enter(both.main, both.phone, lease, tap={"x": 0.5, "y": 0.5})["inputs"] == 2
    both.main.call("DELETE", f"/devices/{both.phone}/takeover?lease={lease}")


def test_what_it_showed_when_a_task_failed_is_shown_by_the_main_host(both: Joined) -> None:
    [task] = both.main.finished(both.main.post("follow", ["nobody_at_all"], [both.phone]))
    assert {artifact["kind"] for artifact in task["artifacts"]} == {"screenshot", "hierarchy"}
    for artifact in task["artifacts"]:
        path = f"/task/{task['id']}/artifacts/{artifact['path']}"
        content = until("the evidence", lambda path=path: found.content if (found := both.get(path)).is_success else None)
        assert content.startswith((b"\x89PNG", b"<?xml", b"<hierarchy"))
    until("an empty outbox", lambda: not list((both.home / "evidence").glob("task-*")))


def test_a_post_takes_its_picture_from_the_main_hosts_library(both: Joined) -> None:
    content = picture(colour="#4455aa")
    url = f"{both.main.endpoints['api']}/api/v1/media"
    httpx.post(url, params={"name": "bread.jpg", "tag": "far"}, content=content, timeout=60).raise_for_status()
    config = {"content_type": 1, "materials_tags": "far", "captions": "From far away", "placement": "reel"}
    [task] = both.main.finished(
        both.main.call("POST", "/task", {"serials": [both.phone], "script_name": "post", "script_config": config})[
            "task_ids"
        ]
    )
    assert task["status"] == 2, task["remark"]
    [post] = [post for post in both.world()["posts"] if post["caption"] == "From far away"]
    sha256 = hashlib.sha256(content).hexdigest()
    assert post["files"] == sha256
    assert (both.home / "cache" / "media" / f"{sha256}.jpg").read_bytes() == content


def test_an_app_profile_that_was_written_on_the_main_host_counts_on_the_other_one(both: Joined) -> None:
    from phonefleet.apps.loading import BUILT_IN  # noqa: PLC0415 - where profiles are is nobody else's business

    own = both.main.home / "profiles" / "sample.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text((BUILT_IN / "sample.yaml").read_text(encoding="utf-8") + "\n# mended\n", encoding="utf-8")
    both.main.finished(both.main.post("follow", ["person_0001"], [both.phone]))
    assert (both.home / "profiles" / "sample.yaml").read_text(encoding="utf-8").endswith("# mended\n")
    own.unlink()


def test_its_profile_is_checked_from_the_main_hosts_command_line(both: Joined) -> None:
    done = both.cli("profile", "check", "-d", both.phone, "--app", "sample", "--here", "--json")
    assert done.returncode in {0, 1}, done.stderr
    assert json.loads(done.stdout), done.stderr


def test_doctor_tells_of_the_other_host_on_both_sides(both: Joined) -> None:
    on_main = both.cli("doctor")
    assert f"host {HOST}" in on_main.stdout, on_main.stdout + on_main.stderr
    assert "1 ready, version" in on_main.stdout
    there = both.cli("doctor", home=both.home)
    assert f"takes this host as {HOST}" in " ".join(there.stdout.split()), there.stdout + there.stderr
    assert "WebSockets work" in there.stdout


def test_metrics_and_health_tell_of_each_host(both: Joined) -> None:
    metrics = httpx.get(f"{both.main.endpoints['api']}/metrics", timeout=60).text
    assert f'phonefleet_host_up{{host="{HOST}"}} 1.0' in metrics
    assert f'phonefleet_host_phones{{host="{HOST}",state="device"}} 1.0' in metrics
    assert both.main.call("GET", "/readyz")["hosts"] == [{"name": HOST, "state": "online"}]


def test_without_its_worker_its_phone_is_named_as_one_of_a_host_that_is_away(both: Joined) -> None:
    phone = both.phone
    both.end(signal.SIGKILL)
    answer = until("a refusal", lambda: found if (found := both.get(f"/devices/{phone}/screenshot")).is_error else None)
    assert HOST in answer.json()["message"]
    both.join()
    until("a picture", lambda: both.get(f"/devices/{phone}/screenshot").is_success)


Look = Callable[[], object]
