"""Campaigns as somebody declares them: made, changed and deleted by name, all or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from phonefleet.ledger import Ledger
from phonefleet.settings import Settings
from tests.api.campaigning import HOUR, Earlier
from tests.api.conftest import callable_api

Call = Callable[..., httpx.Response]
TASK = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["person_0852"]}}


def declared(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "task": TASK, "schedule": {"interval": 3600}, **more}


def apply(call: Call, *campaigns: dict[str, Any], **more: Any) -> list[tuple[str, str, list[str]]]:
    answer = call("PUT", "/campaigns", json={"campaigns": campaigns, **more}).json()
    assert answer["code"] == 0, answer
    changes = answer["data"]["changes"]
    return [(one["name"], one["action"], [each["field"] for each in one["differences"]]) for one in changes]


def names(call: Call) -> list[str]:
    return [one["name"] for one in call("GET", "/campaigns").json()["data"]["campaigns"]]


def test_what_is_declared_is_made_once_and_then_kept(call: Call) -> None:
    first = apply(call, declared("one"), declared("two", paused=True))
    assert [(name, action) for name, action, _ in first] == [("one", "create"), ("two", "create")]
    assert apply(call, declared("one"), declared("two")) == [("one", "keep", []), ("two", "keep", [])]
    [(_, action, fields)] = apply(call, declared("one", jitter=5, schedule={"interval": 7200}))
    assert (action, {*fields} - {"schedule.anchor"}) == ("change", {"jitter", "schedule.interval"})
    assert apply(call, declared("two", paused=False)) == [("two", "change", ["paused"])]
    assert names(call) == ["one", "two"]


def test_one_that_has_ended_is_kept_though_nobody_could_enter_it_any_more(settings: Settings, ledger: Ledger) -> None:
    ended = declared("over", end=(datetime.now(UTC) - HOUR).isoformat(), paused=False)
    with callable_api(settings, Earlier()) as call:
        apply(call, ended)
    [over] = ledger.campaigns.all()
    ledger.campaigns.finish(over, datetime.now(UTC), "it has ended")
    with callable_api(settings) as call:
        assert apply(call, ended) == [("over", "keep", [])]
        refused = call("PUT", "/campaigns", json={"campaigns": [{**ended, "jitter": 5}]}).json()
    assert [error["field"] for error in refused["data"]["errors"]] == ["campaigns.0.end"]


def test_a_dry_run_tells_and_changes_nothing(call: Call) -> None:
    apply(call, declared("one"))
    told = apply(call, declared("one", jitter=5), declared("new"), prune=True, dry_run=True)
    assert [(name, action) for name, action, _ in told] == [("one", "change"), ("new", "create")]
    assert told[0][2] == ["jitter"]
    assert names(call) == ["one"]


def test_pruning_deletes_what_is_not_named(call: Call) -> None:
    apply(call, declared("one"), declared("two"))
    assert apply(call, declared("two"), prune=True) == [("two", "keep", []), ("one", "delete", [])]
    assert names(call) == ["two"]


def test_one_that_cannot_work_keeps_all_others_back(call: Call) -> None:
    wrong = declared("two", task={**TASK, "serials": ["nowhere"]})
    answer = call("PUT", "/campaigns", json={"campaigns": [declared("one"), wrong]}).json()
    assert [error["field"] for error in answer["data"]["errors"]] == ["campaigns.1.task.serials.0"]
    twice = call("PUT", "/campaigns", json={"campaigns": [declared("one"), declared("one")]}).json()
    assert "more than once" in twice["message"]
    assert names(call) == []
