"""Failures by kind over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.scripts.script import UnknownConfig

Call = Callable[..., httpx.Response]


def fail(ledger: Ledger, remark: str, ago: timedelta, script: str = "follow") -> int:
    now = datetime.now(UTC)
    config = UnknownConfig.model_validate({"target_users": ["anna"]})
    [task_id] = ledger.tasks.create([NewTask(script, config, "phone-1", "sample", now, now)])
    failure = {"error": "ElementMissing", "kind": "… does not show", "app": "sample", "app_version": "1.4.2"}
    change = StateChange("FAILED", "Failed", now - ago, remark=remark, result={"failure": failure})
    ledger.tasks.project(task_id, change)
    return task_id


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def test_failures_are_told_by_kind_for_as_long_as_is_asked_for(call: Call, ledger: Ledger) -> None:
    ids = [fail(ledger, f"{who} does not show", timedelta(hours=1)) for who in ("anna", "ben")]
    old = fail(ledger, "carl does not show", timedelta(days=3))
    found = data(call("GET", "/failures?hours=24"))
    [kind] = found["kinds"]
    assert (found["tasks"], kind["tasks"], kind["task_ids"], kind["phones"]) == (2, 2, ids[::-1], 1)
    assert (kind["script_name"], kind["error"], kind["kind"]) == ("follow", "ElementMissing", "… does not show")
    assert (kind["app"], kind["app_version"], kind["remark"]) == ("sample", "1.4.2", "ben does not show")
    assert old in data(call("GET", "/failures"))["kinds"][0]["task_ids"]


def test_they_can_be_those_of_one_script(call: Call, ledger: Ledger) -> None:
    fail(ledger, "anna does not show", timedelta(hours=1))
    liked = fail(ledger, "anna does not show", timedelta(hours=1), script="like")
    [kind] = data(call("GET", "/failures?script_name=like"))["kinds"]
    assert kind["task_ids"] == [liked]
    assert data(call("GET", "/failures?script_name=nothing"))["kinds"] == []


@pytest.mark.parametrize("query", ["hours=0", "hours=100000", "hours=x", "days=7", "script_name=a%00"])
def test_wrong_questions_are_refused(call: Call, query: str) -> None:
    assert call("GET", f"/failures?{query}").json()["code"] == 40001
