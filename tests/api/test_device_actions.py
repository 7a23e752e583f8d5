"""One thing done to many phones at once, over HTTP: who may ask for what, and what became of it on each phone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from phonefleet.device_actions.saved_commands import FILE
from phonefleet.ledger import Ledger, StateChange
from phonefleet.persons import Role
from phonefleet.settings import Settings
from phonefleet.words import say
from tests.api.conftest import Call
from tests.api.test_devices import data, refusal
from tests.api.test_persons import add
from tests.apk_files import apk

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMANDS = """
commands:
  free-space: {description: How much room is left, run: [df, -h, /data], role: operate}
  clean: {run: [rm, -rf, /sdcard/Download/old], timeout: 60, repeatable: true}
"""


LETTERS = "abcdefgh"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in pairwise(LETTERS)
)
"""A few lines of aliases that stand for a hundred million values."""


@pytest.fixture(autouse=True)
def nothing_saved(settings: Settings) -> None:
    """Neither APKs nor commands, whatever the test before has left in the home that all share."""
    shutil.rmtree(settings.home / "apks", ignore_errors=True)
    (settings.home / FILE).unlink(missing_ok=True)


@pytest.fixture
def commands(settings: Settings) -> Path:
    """The administrator's list of commands."""
    file = settings.home / FILE
    file.write_text(COMMANDS)
    file.chmod(0o600)
    return file


def act(call: Call, **body: object) -> dict[str, Any]:
    return data(call("POST", "/devices/actions", json=body))


def outcomes(call: Call, created: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    found = data(call("GET", f"/devices/actions/{created['id']}"))
    return {each["serial"]: (each["outcome"], each["reason"]) for each in found["devices"]}


def end(ledger: Ledger, task_id: int, state: str, remark: str | None = None, **outcome: str) -> None:
    result = {"outcomes": [outcome]} if outcome else None
    kinds = {"COMPLETED": "Completed", "FAILED": "Failed", "CANCELLED": "Cancelled"}
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW))
    ledger.tasks.project(task_id, StateChange(state, kinds[state], datetime.now(UTC), remark=remark, result=result))


def test_each_phone_gets_one_task_and_the_request_tells_what_became_of_it(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-3", "offline", "host")
    for number in (4, 5):
        ledger.devices.seen(f"phone-{number}", "online", "host")
    serials = [f"phone-{number}" for number in range(1, 6)]
    created = act(call, serials=["device_serial_1", *serials], action="reboot")
    assert created["created_count"] == 5
    first, second, _, fourth, fifth = created["task_ids"]
    task = data(call("GET", f"/task/{first}"))
    assert (task["script_name"], task["serial"], task["source"]) == ("device_action", "phone-1", "api")
    end(ledger, first, "COMPLETED", outcome="done", detail="it has restarted and is back")
    end(ledger, second, "FAILED", "the phone has no room for it", outcome="failed")
    end(ledger, fourth, "FAILED", "it may have happened", outcome="unknown")
    end(ledger, fifth, "CANCELLED", "stopped")
    found = outcomes(call, created)
    assert {serial: name for serial, (name, _) in found.items()} == dict(
        zip(serials, ("done", "failed", "unknown", "unknown", "stopped"), strict=True)
    )
    assert found["phone-1"][1] == "it has restarted and is back"
    assert found["phone-2"][1] == "the phone has no room for it"
    assert "phone-3" in str(found["phone-3"][1])
    [listed] = data(call("GET", "/devices/actions"))["batches"]
    assert (listed["id"], listed["action"], listed["summary"], listed["total"]) == (
        created["id"], "reboot", "restart the phone", 5,
    )  # fmt: skip
    assert listed["counts"] == {
        "waiting": 0, "running": 0, "done": 1, "already": 0, "failed": 1, "stopped": 1, "unknown": 2,
    }  # fmt: skip


def test_a_phone_that_works_does_it_in_its_turn_and_says_why_it_waits(call: Call) -> None:
    task = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
    data(call("POST", "/task", json=task))
    created = act(call, serials=["phone-1"], action="wake")
    [(name, reason)] = outcomes(call, created).values()
    assert name == "waiting"
    assert reason


def test_a_group_means_its_enabled_phones(call: Call) -> None:
    for number, enabled in ((1, True), (2, False)):
        data(call("PATCH", f"/devices/phone-{number}", json={"group": "shop", "enabled": enabled}))
    for where in ({"group": "shop"}, {"serials": ["group:shop"]}, {"serials": ["phone-1"], "group": "shop"}):
        assert list(outcomes(call, act(call, action="wake", **where))) == ["phone-1"]
    assert "is no group" in refusal(call("POST", "/devices/actions", json={"action": "wake", "group": "none"}), 40001)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"action": "wake"}, "serials or group must name some phones"),
        ({"action": "wake", "serials": []}, "serials or group"),
        ({"action": "wake", "serials": ["ghost"]}, "never seen"),
        ({"serials": ["phone-1"]}, "action"),
        ({"action": "explode", "serials": ["phone-1"]}, "action"),
        ({"action": "shell", "serials": ["phone-1"], "run": ["id"]}, "action"),
        ({"action": "command", "serials": ["phone-1"], "command": "free-space", "run": ["id"]}, "run"),
        ({"action": "command", "serials": ["phone-1"]}, "command is needed"),
        ({"action": "command", "serials": ["phone-1"], "command": "id; reboot"}, "has no command"),
        ({"action": "command", "serials": ["phone-1"], "command": "../clean"}, "has no command"),
        ({"action": "install", "serials": ["phone-1"]}, "apk is needed"),
        ({"action": "install", "serials": ["phone-1"], "apk": "/etc/passwd"}, "no APK"),
        ({"action": "reboot", "serials": ["phone-1"], "apk": "aaaaaaaa"}, "belongs to the action install"),
        ({"action": "reboot", "serials": ["phone-1"], "within": 5}, "within"),
        ({"action": "reboot", "serials": ["phone-1"], "asked_by": "root"}, "asked_by"),
        ({"action": "time_zone", "serials": ["phone-1"]}, "time_zone is needed"),
        ({"action": "time_zone", "serials": ["phone-1"], "time_zone": "Mars/Base"}, "no time zone"),
        ({"action": "time_zone", "serials": ["phone-1"], "time_zone": "../UTC"}, "no time zone"),
        ({"action": "language", "serials": ["phone-1"]}, "language is needed"),
        ({"action": "language", "serials": ["phone-1"], "language": "de; reboot"}, "is no language"),
        ({"action": "language", "serials": ["phone-1"], "app_package": "a b"}, "package of an app"),
        ({"action": "keyboard", "serials": ["phone-1"], "keyboard": "$(reboot)"}, "no id of an input method"),
        ({"action": "wake", "serials": ["phone-1\x00"]}, ""),
        ([], ""),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_makes_no_task(call: Call, commands: Path, body: object, why: str) -> None:
    assert commands.exists()
    assert why in refusal(call("POST", "/devices/actions", json=body), 40001)
    assert data(call("GET", "/task"))["total"] == 0


def test_a_repeated_request_with_the_same_key_makes_nothing_more(call: Call) -> None:
    headers = {"Idempotency-Key": "evening"}
    body = {"serials": ["phone-1"], "action": "reboot"}
    first = data(call("POST", "/devices/actions", json=body, headers=headers))
    assert data(call("POST", "/devices/actions", json=body, headers=headers)) == first
    refusal(call("POST", "/devices/actions", json={**body, "action": "wake"}, headers=headers), 40901)


def test_it_is_no_script_of_a_request_for_tasks_nor_of_a_campaign(call: Call) -> None:
    body = {"serials": ["phone-1"], "script_name": "device_action", "script_config": {"action": "reboot"}}
    refusal(call("POST", "/task", json=body), 40003)
    refusal(call("POST", "/plan", json=body), 40003)


@pytest.mark.parametrize("batch", ["x", "%00", "00000000-0000-0000-0000-000000000000", "../task"])
def test_an_unknown_request_is_not_found(call: Call, batch: str) -> None:
    assert call("GET", f"/devices/actions/{batch}").json()["code"] in {40401, 40001}


def test_phones_are_still_found_beside_the_actions(call: Call) -> None:
    assert data(call("GET", "/devices/phone-1"))["serial"] == "phone-1"
    refusal(call("GET", "/devices/action"), 40401)


# --- APKs ----------------------------------------------------------------------------------------------------------


def test_an_apk_is_added_installed_by_any_of_its_names_and_removed(call: Call) -> None:
    added = data(call("POST", "/apks", params={"name": "shop.apk"}, content=apk(version_code=3, version_name="3.1")))
    assert (added["package"], added["version_code"], added["created"]) == ("org.example.shop", 3, True)
    again = data(call("POST", "/apks", params={"name": "x.apk"}, content=apk(version_code=3, version_name="3.1")))
    assert (again["sha256"], again["created"]) == (added["sha256"], False)
    created = act(call, serials=["phone-1"], action="install", apk="org.example.shop")
    config = data(call("GET", f"/task/{created['task_ids'][0]}"))["script_config"]
    assert (config["apk"], config["label"]) == (added["sha256"], "org.example.shop 3.1 (3)")
    assert data(call("GET", f"/devices/actions/{created['id']}"))["summary"] == "install org.example.shop 3.1 (3)"
    assert data(call("GET", "/apks"))["apks"] == [{name: added[name] for name in added if name != "created"}]
    assert data(call("DELETE", f"/apks/{added['sha256']}"))["deleted_count"] == 1
    refusal(call("DELETE", f"/apks/{added['sha256']}"), 40401)
    assert data(call("GET", "/apks"))["apks"] == []


@pytest.mark.parametrize("content", [b"", b"MZ this is no APK", apk(split="config.de")])
def test_what_is_no_whole_app_is_not_taken(call: Call, settings: Settings, content: bytes) -> None:
    refusal(call("POST", "/apks", params={"name": "shop.apk"}, content=content), 40001)
    assert list((settings.home / "apks").iterdir()) == []


# --- saved commands --------------------------------------------------------------------------------------------------


def test_saved_commands_are_listed_by_name_without_what_they_run(call: Call, commands: Path) -> None:
    assert commands.exists()
    assert data(call("GET", "/devices/actions/commands"))["commands"] == [
        {"name": "clean", "description": "", "timeout": 60, "repeatable": True, "role": "administer"},
        {
            "name": "free-space", "description": "How much room is left", "timeout": 30, "repeatable": False,
            "role": "operate",
        },
    ]  # fmt: skip
    commands.unlink()
    assert data(call("GET", "/devices/actions/commands"))["commands"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("commands: {clean: {run: rm}}", "commands.clean.run"),
        ("commands: {clean: {run: []}}", "commands.clean.run"),
        ("commands: {clean: {run: [sleep, 5]}}", "commands.clean.run.1"),
        ("commands: {Clean Up: {run: [ls]}}", "commands.Clean Up"),
        ("commands: {clean: {run: [ls], timeout: 100000}}", "timeout"),
        ("commands: {clean: {run: [ls], role: root}}", "role"),
        ("commands: {clean: {run: [ls], sudo: true}}", "sudo"),
        ("commands: [", "is no YAML"),
        (BOMB, "is no YAML"),
        ("x" * 200_000, "bytes"),
    ],
)  # fmt: skip
def test_a_list_that_is_wrong_says_where_and_nothing_of_it_runs(
    call: Call, commands: Path, text: str, why: str
) -> None:
    commands.write_text(text)
    assert why in refusal(call("GET", "/devices/actions/commands"), 40001)
    refusal(
        call("POST", "/devices/actions", json={"serials": ["phone-1"], "action": "command", "command": "clean"}), 40001
    )


def test_a_list_that_others_may_write_to_does_not_count(call: Call, commands: Path) -> None:
    commands.chmod(0o666)
    assert "chmod go-w" in refusal(call("GET", "/devices/actions/commands"), 40001)


# --- persons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "body", "allowed"),
    [
        (Role.WATCH, {"action": "wake"}, False),
        (Role.OPERATE, {"action": "wake"}, True),
        (Role.OPERATE, {"action": "reboot"}, True),
        (Role.OPERATE, {"action": "command", "command": "free-space"}, True),
        (Role.OPERATE, {"action": "command", "command": "clean"}, False),
        (Role.OPERATE, {"action": "install", "apk": "org.example.shop"}, False),
        (Role.ADMINISTER, {"action": "command", "command": "clean"}, True),
        (Role.ADMINISTER, {"action": "install", "apk": "org.example.shop"}, True),
    ],
)
def test_to_install_and_to_run_commands_needs_an_administrator_unless_the_list_says_otherwise(
    call: Call, commands: Path, role: Role, body: dict[str, str], *, allowed: bool
) -> None:
    assert commands.exists()
    headers = {"Authorization": f"Bearer {add(call, 'anna', role)}"}
    data(call("POST", "/apks", params={"name": "shop.apk"}, content=apk()))
    answer = call("POST", "/devices/actions", json={"serials": ["phone-1"], **body}, headers=headers)
    if not allowed:
        refusal(answer, 40302)
        return
    created = data(answer)
    shown = data(call("GET", f"/devices/actions/{created['id']}", headers=headers))
    assert shown["asked_by"] == "anna"
    entries = data(call("GET", "/audit"))["entries"]
    mine = next(entry for entry in entries if entry["request_id"] == UUID(created["id"]).hex)
    assert (mine["person"], mine["path"], mine["tasks"]) == ("anna", "/api/v1/devices/actions", 1)


def test_what_became_of_it_is_told_in_the_language_of_the_client(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-1", "device", "host")
    created = act(call, action="reboot", serials=["phone-1"])
    detail = say("device_actions.is_back", "it has restarted and is back")
    end(ledger, created["task_ids"][0], "COMPLETED", outcome="done", detail=detail)
    path = f"/devices/actions/{created['id']}"
    [phone] = data(call("GET", path, headers={"Accept-Language": "ru"}))["devices"]
    assert (phone["reason"], phone["reason_id"]) == ("перезагрузился и снова на связи", "device_actions.is_back")
    assert outcomes(call, created) == {"phone-1": ("done", "it has restarted and is back")}
