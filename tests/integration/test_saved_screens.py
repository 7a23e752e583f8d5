"""Saved screens through the whole product: a task over HTTP, Prefect, a lane, adb, and what was touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.stack import Stack, until
from tests.screens import replayed, scenes
from tests.screens.conftest import PROFILES
from tests.screens.replayed import ME, OWNER, App
from tests.screens.test_in_between import interrupted
from virtual_phones.background import BackgroundFleet
from virtual_phones.fleet import FleetOptions

pytestmark = pytest.mark.timeout(300)  # the first use starts the whole product


@pytest.fixture
def phones(stack: Stack, tmp_path: Path) -> Iterator[BackgroundFleet]:
    """Two phones beside those of the stack: on one somebody can be followed, on the other the app stops the account."""
    shutil.copytree(PROFILES, stack.home / "profiles", dirs_exist_ok=True)
    for path in (stack.home / "profiles", *(stack.home / "profiles").iterdir()):
        path.chmod(0o700)  # nobody else has rights to a home, and the doctor says so
    folders = [
        scenes.following("ru").write(tmp_path / "follow"),
        interrupted("fr", App("fr").stop()).write(tmp_path / "stop"),
    ]
    with BackgroundFleet(FleetOptions(screens=folders, base_port=0)) as phones:
        for address in phones.serials:
            stack.adb("connect", address)
        yield phones
    for address in phones.serials:
        until(f"the absence of {address}", lambda address=address: not _is_online(stack, address))
        stack.call("DELETE", f"/devices/{stack.device(address)['serial']}")


def _is_online(stack: Stack, address: str) -> bool:
    devices = stack.call("GET", "/devices?page_size=100")["devices"]
    return any(address in device["addresses"] and device["state"] != "offline" for device in devices)


def _held(stack: Stack) -> list[str]:
    return [each["username"] for each in stack.call("GET", "/accounts?held=true")["accounts"]]


def touches(phones: BackgroundFleet, address: str) -> list[dict[str, Any]]:
    """Return what was tapped on a phone, as the world tells it."""
    answer = httpx.get(f"{phones.world_url}/touches", trust_env=False).raise_for_status().json()
    return [each for each in answer if each["serial"] == address and each["kind"] == "tap"]


def test_a_task_follows_by_one_touch_and_a_stop_holds_the_account(stack: Stack, phones: BackgroundFleet) -> None:
    for address in phones.serials:
        until(f"the phone at {address}", lambda address=address: _is_online(stack, address))
    serials = [stack.device(address)["serial"] for address in phones.serials]
    ids = stack.post("follow", [OWNER], serials, app=replayed.NAME)
    done, stopped = sorted(stack.finished(ids), key=lambda task: serials.index(task["serial"]))
    assert (done["status"], done["actions"][0]["state"]) == (2, "done"), done["remark"]
    by_screen = [(each["screen"], each["id"].rpartition("/")[2]) for each in touches(phones, phones.serials[0])]
    assert by_screen == [("home", "tab_d"), ("me", "switch"), ("kim", "rel")]
    assert stopped["status"] == 3
    assert {each["kind"] for each in stopped["artifacts"]} == {"screenshot", "hierarchy"}
    until("the account on hold", lambda: _held(stack) == [ME])  # the lane sees to it behind the run
    assert [each["screen"] for each in touches(phones, phones.serials[1])] == ["home", "me"]
