"""What came of each target, over HTTP; and targets that may not be shared at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger, StateChange
from phonefleet.ledger.targets.pools import Prospect, Step
from phonefleet.ledger.values import ChosenText, Intent
from phonefleet.limits import Kind, Rules

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN: dict[str, Any] = {
    "script_name": "super_marketing",
    "serials": ["phone-1", "phone-2"],
    "script_config": {"targets": ["anna", "bob", "carl"], "features": {"followUsers": True}},
}


@pytest.fixture
def tasks(call: Call, ledger: Ledger) -> list[int]:
    """Two tasks of one campaign: the first has ended one of three targets, and holds another."""
    task_ids: list[int] = call("POST", "/task", json=CAMPAIGN).json()["data"]["task_ids"]
    task = ledger.tasks.get(task_ids[0])
    assert task is not None
    assert task.request_id is not None
    ledger.pools.fill(task.request_id, [Prospect("anna"), Prospect("bob"), Prospect("carl")])
    claim = ledger.pools.take(task.request_id, task.id, "shop_1", NOW)
    assert claim is not None
    steps = [Step("followUsers", "done"), Step("sendDM", "failed", "the app closed")]
    ledger.pools.end(claim, "failed", steps, NOW)
    ledger.pools.take(task.request_id, task.id, "shop_1", NOW)
    return task_ids


def outcomes(call: Call, task_id: int, query: str = "") -> dict[str, Any]:
    answer = call("GET", f"/task/{task_id}/outcomes{query}").json()
    assert answer["code"] == 0, answer
    return answer["data"]


def test_a_campaign_is_one_task_a_phone_whatever_the_number_of_targets(tasks: list[int]) -> None:
    assert len(tasks) == 2


def test_each_outcome_tells_who_did_what_and_why_not(call: Call, tasks: list[int]) -> None:
    data = outcomes(call, tasks[0])
    assert (data["total"], data["page"], data["page_size"]) == (2, 1, 20)
    first, second = data["outcomes"]
    assert first == {
        "position": 0,
        "target": "anna",
        "posts": [],
        "outcome": "failed",
        "steps": [
            {"action": "followUsers", "outcome": "done", "detail": None},
            {"action": "sendDM", "outcome": "failed", "detail": "the app closed"},
        ],
        "detail": "the app closed",
        "task_id": tasks[0],
        "account": "shop_1",
        "claimed_at": "2026-03-01T12:00:00+00:00",
        "ended_at": "2026-03-01T12:00:00+00:00",
    }
    assert (second["target"], second["outcome"]) == ("bob", "under way")


def test_the_targets_of_the_whole_request_come_in_pages(call: Call, tasks: list[int]) -> None:
    data = outcomes(call, tasks[1], "?of=request&page=2&page_size=2")
    assert (data["total"], [one["outcome"] for one in data["outcomes"]]) == (3, ["waiting"])
    assert outcomes(call, tasks[1])["total"] == 0


def test_what_a_task_has_told_itself_comes_in_pages_too(call: Call, ledger: Ledger) -> None:
    [task_id] = call(
        "POST", "/task", json={"script_name": "follow", "serials": ["phone-1"], "script_config": {"target_user": "a"}}
    ).json()["data"]["task_ids"]
    told = [{"target": "a", "outcome": "done"}, {"target": "b", "action": "like", "outcome": "already"}]
    ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", NOW, result={"outcomes": told}))
    assert [one["outcome"] for one in outcomes(call, task_id)["outcomes"]] == ["done", "already"]
    assert [one["target"] for one in outcomes(call, task_id, "?page=2&page_size=1")["outcomes"]] == ["b"]


def test_an_action_tells_which_words_were_chosen_for_it(call: Call, ledger: Ledger, tasks: list[int]) -> None:
    kinds: tuple[Kind, ...] = ("message", "follow")
    for minute, kind in enumerate(kinds):
        at = NOW + timedelta(minutes=minute)
        ledger.actions.intend(Intent(tasks[0], kind, "sample", "shop_1", "anna"), at, UTC)
    ledger.texts.choose(tasks[0], "message", "anna", lambda: ChosenText("Hello"))
    actions = call("GET", f"/task/{tasks[0]}").json()["data"]["actions"]
    assert [(action["kind"], action["content"]) for action in actions] == [("message", "Hello"), ("follow", None)]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/task/999999999/outcomes", 40401), ("/task/1/outcomes?of=all", 40001), ("/task/1/outcomes?page=0", 40001)],
)
def test_what_cannot_be_listed_is_refused(call: Call, path: str, code: int) -> None:
    assert call("GET", path).json()["code"] == code


def test_pointing_many_accounts_at_the_same_people_needs_to_be_allowed(call: Call, ledger: Ledger) -> None:
    body = {**CAMPAIGN, "script_config": {**CAMPAIGN["script_config"], "strategy": "shared_pool"}}
    refused = call("POST", "/task", json=body).json()
    assert refused["code"] == 40001
    [error] = refused["data"]["errors"]
    assert error["field"] == "script_config.strategy"
    assert "allow_shared_pool" in error["reason"]
    ledger.limits.replace(Rules(allow_shared_pool=True), NOW)
    assert call("POST", "/task", json=body).json()["code"] == 0
