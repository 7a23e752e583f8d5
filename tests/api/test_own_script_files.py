"""A file in the folder of own scripts is one of the API's scripts: listed, checked, planned, queued, in campaigns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.agreement.submitter import flow_run_of
from phonefleet.ledger import Ledger, OutboxRow
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.own_scripts.scripts import Scripts
from phonefleet.settings import Settings
from tests.api.conftest import callable_api
from tests.own_scripts import SCRIPT, catalogue_of, put, script_folder

Call = Callable[..., httpx.Response]
MESSAGES = SCRIPT.format(name="greet", word="", function="greet").replace("errand", "script").replace(
    "    often: int = 1",
    '    only_action: ClassVar[str] = "message"',
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return script_folder(tmp_path)


@pytest.fixture
def catalogue(folder: Path) -> Catalogue:
    return catalogue_of(folder)


@pytest.fixture
def call(settings: Settings, ledger: Ledger, catalogue: Catalogue) -> Iterator[Call]:
    assert ledger.tasks.count().total == 0
    with callable_api(settings, own_scripts=catalogue) as call:
        yield call


def asked(*people: str, **config: Any) -> dict[str, Any]:
    return {
        "script_name": "greet",
        "serials": ["device_serial_1"],
        "script_config": {"target_users": list(people), **config},
    }


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.json()["code"], answer.json()["message"]


def test_the_list_has_it_with_the_schema_of_its_configuration(call: Call, folder: Path) -> None:
    put(folder, "greet")
    put(folder, "broken", "from prefect import flow\n\n1 / 0\n")
    listed = call("GET", "/scripts").json()["data"]
    scripts = {script["name"]: script for script in listed["scripts"]}
    assert listed["folder"] == str(folder)
    assert [script["name"] for script in listed["scripts"]][-2:] == ["broken", "greet"]
    assert len(scripts) == 12
    assert scripts["greet"]["config_schema"]["properties"]["often"] == {
        "default": 1,
        "title": "Often",
        "type": "integer",
    }
    assert (scripts["greet"]["own"], scripts["greet"]["acts"], scripts["follow"]["own"]) == (True, False, False)
    assert scripts["broken"]["flaw"] == "broken.py, line 3: ZeroDivisionError: division by zero"


def test_its_tasks_are_made_as_those_of_ours_one_for_each_target(call: Call, ledger: Ledger, folder: Path) -> None:
    put(folder, "greet")
    made = call("POST", "/task", json=asked("anna", "bob", often="2")).json()["data"]
    tasks = [ledger.tasks.get(task_id) for task_id in made["task_ids"]]
    assert [(task.script_name, task.script_config) for task in tasks if task] == [
        ("greet", {"target_users": ["anna"], "often": 2}),
        ("greet", {"target_users": ["bob"], "often": 2}),
    ]


def test_its_runs_bear_the_name_that_its_file_says(
    call: Call, ledger: Ledger, folder: Path, catalogue: Catalogue
) -> None:
    put(folder, "greet")
    [task_id] = call("POST", "/task", json=asked("anna")).json()["data"]["task_ids"]
    task = ledger.tasks.get(task_id)
    assert task is not None
    row = OutboxRow(
        task_id, "key", task.script_name, task.script_config, task.serial, task.username, task.app, task.wait_seconds,
        task.scheduled_for, task.source, task.campaign_id, attempts=0, alias="device_serial_1",
    )  # fmt: skip
    run = flow_run_of(row, Scripts(catalogue).read_config)
    assert (run.name, run.deployment) == ("greet @anna on device_serial_1", "greet/greet")


def test_what_its_model_refuses_is_told_field_by_field_as_of_ours(call: Call, folder: Path) -> None:
    put(folder, "greet")
    answer = call("POST", "/task", json=asked(often="x", target_user="anna"))
    assert answer.json()["code"] == 40001
    assert {error["field"]: error["reason"] for error in answer.json()["data"]["errors"]} == {
        "script_config.target_users": "is required",
        "script_config.often": "must be a whole number",
        "script_config.target_user": "is not known; did you mean target_users?",
    }


def test_a_broken_file_is_refused_with_its_line_and_what_it_was_before_does_not_run(call: Call, folder: Path) -> None:
    put(folder, "greet")
    assert call("POST", "/task", json=asked("anna")).json()["code"] == 0
    put(folder, "greet", "from prefect import flow\n\n1 / 0\n")
    code, message = refused(call("POST", "/task", json=asked("anna")))
    assert (code, "greet cannot be used: greet.py, line 3: ZeroDivisionError" in message) == (40001, True)


def test_a_script_that_fails_while_it_is_asked_refuses_its_own_requests_alone(call: Call, folder: Path) -> None:
    put(folder, "greet", SCRIPT.format(name="greet", word="", function="greet").replace("return f", "1 / 0  # "))
    code, message = refused(call("POST", "/task", json=asked("anna")))
    assert (code, "the script greet fails: greet.py, line 24: ZeroDivisionError" in message) == (40001, True)
    body = {**asked("anna"), "script_name": "follow"}
    assert call("POST", "/task", json=body).json()["code"] == 0


def test_a_removed_file_is_an_unknown_script_and_says_that_it_was_removed(call: Call, folder: Path) -> None:
    file = put(folder, "greet")
    assert call("POST", "/task", json=asked("anna")).json()["code"] == 0
    file.unlink()
    code, message = refused(call("POST", "/task", json=asked("anna")))
    assert (code, "greet was removed: its file" in message) == (40003, True)


@pytest.mark.parametrize("name", ["../greet", "/etc/passwd", "greet.py", "scripts/greet", "greet\x00"])
def test_no_path_in_a_request_leads_to_a_file(call: Call, folder: Path, name: str) -> None:
    put(folder, "greet")
    assert call("POST", "/task", json={**asked("anna"), "script_name": name}).json()["code"] in {40001, 40003}


def test_its_plan_counts_what_it_costs_and_how_long_it_takes(call: Call, folder: Path) -> None:
    put(folder, "greet", MESSAGES.replace("    def summary", _HALF_A_MINUTE + "    def summary"))
    body = {**asked("anna"), "usernames": ["shop_1"], "serials": None}
    answer = call("POST", "/plan", json=body)
    [phone] = answer.json()["data"]["phones"]
    assert (phone["estimate"]["basis"], phone["estimate"]["median"]) == ("default", 30)


_HALF_A_MINUTE = """    def usual_duration(self):
        from datetime import timedelta

        return timedelta(seconds=30)

"""


def test_a_campaign_may_be_of_it(call: Call, folder: Path) -> None:
    put(folder, "greet")
    task = asked("anna")
    body = {"name": "Greetings", "task": task, "schedule": {"cron": "0 9 * * *"}}
    assert call("POST", "/campaigns", json=body).json()["code"] == 0
    body = {"name": "Nothing", "task": {**task, "script_name": "nothing"}, "schedule": {"cron": "0 9 * * *"}}
    assert call("POST", "/campaigns", json=body).json()["code"] == 40003


def test_a_campaign_of_a_script_that_is_gone_or_broken_says_so_and_keeps_no_other_from_being_planned(
    call: Call, folder: Path
) -> None:
    file = put(folder, "greet")
    schedule = {"cron": "0 9 * * *"}
    follow = {**asked("anna"), "script_name": "follow"}
    for name, task in (("Greetings", asked("anna")), ("Follows", follow)):
        assert call("POST", "/campaigns", json={"name": name, "task": task, "schedule": schedule}).json()["code"] == 0
    file.unlink()
    plan = call("POST", "/plan", json={"days": 2}).json()["data"]
    planned = {campaign["name"]: campaign for campaign in plan["campaigns"]}
    assert planned["Follows"]["tasks"] == 2
    assert "greet was removed" in str(planned["Greetings"])
    ids = {campaign["name"]: campaign["id"] for campaign in call("GET", "/campaigns").json()["data"]["campaigns"]}
    fired = call("POST", f"/campaigns/{ids['Greetings']}/run").json()
    assert "greet was removed" in str(fired)
