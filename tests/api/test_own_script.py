"""A user's own script, made one of the API's: planned, budgeted, checked and named by what it says itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from api.agreement.submitter import flow_run_of
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, OutboxRow
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.limits import Rules
from phonefleet.limits.kinds import Kind
from phonefleet.scripts import FLOWS, SCRIPTS
from phonefleet.scripts.fields import Targets
from phonefleet.scripts.script import Script, ScriptConfig
from phonefleet.settings import Settings
from tests.api.conftest import callable_api
from tests.docs.markdown import blocks

Call = Callable[..., httpx.Response]


class Noon(SystemClock):
    """A clock at the noon of its day: a minute before midnight the first tasks would be those of two days."""

    def now(self) -> datetime:
        return super().now().replace(hour=12)


class GreetConfig(ScriptConfig):
    """Whom to greet: the least that a script can say, and all of it in this class."""

    target_users: Targets
    only_action: ClassVar[Kind | None] = "message"

    def summary(self) -> str:
        return f"greet @{self.target_users[0]}"


def visit_config(folder: Path) -> type[ScriptConfig]:
    """Return the configuration of the script in the guide, as it stands there."""
    [guided] = [block for block in blocks("docs/guide/own-script.md") if block.more.endswith("visit.py")]
    file = folder / "visit.py"
    file.write_text(guided.text, encoding="utf-8")
    spec = spec_from_file_location("visit_of_the_guide", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.VisitConfig


@pytest.fixture(autouse=True)
def own_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    greet = Script("greet", "Greet people", GreetConfig, target_fields=("target_users",))
    visit = Script("visit", "Visit people", visit_config(tmp_path), irreversible=False)
    for script in (greet, visit):
        monkeypatch.setitem(SCRIPTS, script.name, script)
        monkeypatch.setitem(FLOWS, script.name, script)


def asked(script: str, *people: str) -> dict[str, Any]:
    config = {"target_users": list(people)}
    return {"script_name": script, "usernames": ["shop_1"], "script_config": config}


def planned(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    answer = call("POST", "/plan", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.mark.usefixtures("ledger")
def test_its_plan_takes_as_long_as_it_says(call: Call) -> None:
    [phone] = planned(call, asked("visit", "anna", "bob"))["phones"]
    assert (phone["tasks"], phone["estimate"]["basis"], phone["estimate"]["median"]) == (1, "default", 20)


def test_its_plan_meets_the_budget_that_it_costs(settings: Settings, ledger: Ledger) -> None:
    ledger.limits.replace(Rules(budgets={"message": 2}, timezone="UTC"), datetime.now(UTC))
    with callable_api(settings, Noon()) as call:
        [phone] = planned(call, asked("greet", "anna", "bob", "cyd"))["phones"]
    assert ("shop_1", "message", "budget", 1) in {
        (met["account"], met["kind"], met["limit"], met["tasks"]) for met in phone["limits"]
    }


def test_people_on_the_do_not_contact_list_are_refused_where_it_contacts_them_alone(call: Call, ledger: Ledger) -> None:
    ledger.do_not_contact.put([DoNotContactEntry("bob", None, "asked us to stop", datetime.now(UTC))])
    assert planned(call, asked("visit", "bob"))["accepted"]
    [refusal] = planned(call, asked("greet", "anna", "bob"))["refusals"]
    assert refusal["field"] == "script_config.target_users"
    assert "@bob is on the do-not-contact list" in refusal["reason"]
    assert call("POST", "/task", json=asked("greet", "anna", "bob")).json()["code"] == 40001
    assert ledger.tasks.count().total == 0


def test_its_runs_are_named_as_it_says(call: Call, ledger: Ledger) -> None:
    [task_id] = call("POST", "/task", json=asked("greet", "anna")).json()["data"]["task_ids"]
    task = ledger.tasks.get(task_id)
    assert task is not None
    row = OutboxRow(
        task_id, "key", task.script_name, task.script_config, task.serial, task.username, task.app, task.wait_seconds,
        task.scheduled_for, task.source, task.campaign_id, attempts=0, alias="device_serial_1",
    )  # fmt: skip
    assert flow_run_of(row).name == "greet @anna on device_serial_1 as @shop_1"
