"""Everything works for a phone of another host: real processes of both, over the API of the main one alone."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from PIL import Image

from phonefleet.apps.loading import BUILT_IN
from tests.apk_files import apk as apk_file
from tests.hosts.second_host import PHONEFLEET, SecondHost, second_host
from tests.integration.stack import running_stack, until
from tests.integration.taking import await_held, enter, take
from tests.media_files import picture

HOST = "berlin"
QUICK: Final = {"PHONEFLEET_RETRY_WAIT": '["PT0.05S", "PT0.2S"]'}


@pytest.fixture(scope="module")
def both() -> Iterator[SecondHost]:
    """A main host with one phone, and a host that has joined it with another phone."""
    with running_stack("phonefleet-reach-", 1) as main, second_host(main, 1, **QUICK) as joined:
        joined.join(joined.token(HOST))
        joined.online(HOST)
        yield joined


def phone_of(both: SecondHost) -> str:
    return both.phones(HOST)[0]["serial"]


def get(both: SecondHost, path: str) -> httpx.Response:
    return httpx.get(f"{both.main.endpoints['api']}/api/v1{path}", timeout=60, trust_env=False)


def content_of(both: SecondHost, path: str) -> bytes | None:
    """Return what an address shows, None while it shows nothing."""
    answer = get(both, path)
    return answer.content if answer.is_success else None


def refusal_of(both: SecondHost, path: str) -> str | None:
    """Return why an address shows nothing, None while it shows something."""
    answer = get(both, path)
    return str(answer.json()["message"]) if answer.is_error else None


def world(both: SecondHost) -> dict[str, list[dict[str, Any]]]:
    return httpx.get(f"http://127.0.0.1:{both.world_port}/world", trust_env=False).json()


def cli(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command for a data folder."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("PHONEFLEET_")}
    environment = {**own, "COLUMNS": "200"}
    command = [PHONEFLEET, *words, "--home", str(home)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)


def test_its_screen_and_hierarchy_are_shown(both: SecondHost) -> None:
    answer = get(both, f"/devices/{phone_of(both)}/screenshot")
    assert answer.status_code == 200, answer.text
    with Image.open(BytesIO(answer.content)) as image:
        assert image.format == "PNG"
    assert "<hierarchy" in get(both, f"/devices/{phone_of(both)}/hierarchy").text


def test_its_live_picture_stands_beside_those_of_the_main_hosts_phones(both: SecondHost) -> None:
    serials = [phone["serial"] for phone in both.main.call("GET", "/devices")["devices"]]

    def shown() -> bool:
        body = {"phones": [{"serial": serial} for serial in serials], "wait": 1}
        return all(each["jpeg"] for each in both.main.call("POST", "/screens", body)["screens"])

    until("both pictures", shown)


def test_a_person_takes_it_over_and_touches_it(both: SecondHost) -> None:
    lease = take(both.main, phone_of(both))
    await_held(both.main, phone_of(both))
    assert enter(both.main, phone_of(both), lease, key="home")["inputs"] == 1
    assert enter(both.main, phone_of(both), lease, tap={"x": 0.5, "y": 0.5})["inputs"] == 2
    both.main.call("DELETE", f"/devices/{phone_of(both)}/takeover?lease={lease}")


def test_what_it_showed_when_a_task_failed_is_shown_by_the_main_host(both: SecondHost) -> None:
    [task] = both.main.finished(both.main.post("follow", ["nobody_at_all"], [phone_of(both)]))
    assert {artifact["kind"] for artifact in task["artifacts"]} == {"screenshot", "hierarchy"}
    for artifact in task["artifacts"]:
        path = f"/task/{task['id']}/artifacts/{artifact['path']}"
        content = until("the evidence", partial(content_of, both, path))
        assert content.startswith((b"\x89PNG", b"<?xml", b"<hierarchy"))
    until("an empty outbox", lambda: not list((both.home / "evidence").glob("task-*")))


def test_a_post_takes_its_picture_from_the_main_hosts_library(both: SecondHost) -> None:
    content = picture(colour="#4455aa")
    url = f"{both.main.endpoints['api']}/api/v1/media"
    httpx.post(url, params={"name": "bread.jpg", "tag": "far"}, content=content, timeout=60).raise_for_status()
    config = {"content_type": 1, "materials_tags": "far", "captions": "From far away", "placement": "reel"}
    [task] = both.main.finished(
        both.main.call("POST", "/task", {"serials": [phone_of(both)], "script_name": "post", "script_config": config})[
            "task_ids"
        ]
    )
    assert task["status"] == 2, task["remark"]
    [post] = [post for post in world(both)["posts"] if post["caption"] == "From far away"]
    sha256 = hashlib.sha256(content).hexdigest()
    assert post["files"] == sha256
    assert (both.home / "cache" / "media" / f"{sha256}.jpg").read_bytes() == content


def test_an_app_profile_that_was_written_on_the_main_host_counts_on_the_other_one(both: SecondHost) -> None:
    own = both.main.home / "profiles" / "sample.yaml"
    own.parent.mkdir(exist_ok=True)
    own.write_text((BUILT_IN / "sample.yaml").read_text(encoding="utf-8") + "\n# mended\n", encoding="utf-8")
    both.main.finished(both.main.post("follow", ["person_0001"], [phone_of(both)]))
    assert (both.home / "profiles" / "sample.yaml").read_text(encoding="utf-8").endswith("# mended\n")
    own.unlink()


def test_a_saved_command_and_an_apk_of_the_main_host_reach_it(both: SecondHost) -> None:
    commands = both.main.home / "device-commands.yaml"
    commands.write_text("commands:\n  room:\n    run: [echo, far away]\n", encoding="utf-8")
    commands.chmod(0o600)
    apk = both.main.upload("/apks?name=shop.apk", apk_file("com.example.shop"))["sha256"]
    wanted: list[dict[str, object]] = [{"action": "command", "command": "room"}, {"action": "install", "apk": apk}]
    for options in wanted:
        made = both.main.call("POST", "/devices/actions", {"serials": [phone_of(both)], **options})
        [task] = both.main.finished(made["task_ids"])
        assert task["status"] == 2, task["remark"]
    assert [path.name.endswith(f"{apk}.apk") for path in (both.home / "cache" / "apks").iterdir()] == [True]


def test_its_app_is_known_in_the_workshop(both: SecondHost) -> None:
    found = both.main.call("GET", f"/workshop/installed?serial={phone_of(both)}&app=sample")
    assert found["version"]


def test_its_profile_is_checked_from_the_main_hosts_command_line(both: SecondHost) -> None:
    own_adb = "--adb-port", str(both.main.endpoints["adb_port"])
    done = cli(
        both.main.home, "profile", "check", "-d", phone_of(both), "--app", "sample", "--here", "--json", *own_adb
    )
    assert done.returncode in {0, 1}, done.stderr
    assert json.loads(done.stdout), done.stderr


def test_doctor_tells_of_the_other_host_on_both_sides(both: SecondHost) -> None:
    on_main = cli(both.main.home, "doctor")
    assert f"host {HOST}" in on_main.stdout, on_main.stdout + on_main.stderr
    assert "1 ready, version" in on_main.stdout
    there = cli(both.home, "doctor")
    assert f"takes this host as {HOST}" in " ".join(there.stdout.split()), there.stdout + there.stderr
    assert "WebSockets work" in there.stdout


def test_metrics_and_health_tell_of_each_host(both: SecondHost) -> None:
    metrics = httpx.get(f"{both.main.endpoints['api']}/metrics", timeout=60).text
    assert f'phonefleet_host_up{{host="{HOST}"}} 1.0' in metrics
    assert f'phonefleet_host_phones{{host="{HOST}",state="device"}} 1.0' in metrics
    assert both.main.call("GET", "/readyz")["hosts"] == [{"name": HOST, "state": "online"}]


def test_without_its_worker_its_phone_is_named_as_one_of_a_host_that_is_away(both: SecondHost) -> None:
    phone = phone_of(both)
    both.end(signal.SIGKILL)
    answer = until(
        "a refusal", lambda: found if (found := get(both, f"/devices/{phone}/screenshot")).is_error else None
    )
    assert HOST in answer.json()["message"]
    both.join()
    both.online(HOST)
    until("a picture", lambda: get(both, f"/devices/{phone}/screenshot").is_success)
