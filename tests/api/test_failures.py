"""Failures by kind over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.runs.failure_kinds import kind_of
from phonefleet.scripts.script import UnknownConfig
from phonefleet.words import say

Call = Callable[..., httpx.Response]


OF_A_SCREEN = {"error": "ElementMissing", "kind": "… does not show", "app": "sample", "app_version": "1.4.2"}


def fail(
    ledger: Ledger,
    remark: str,
    ago: timedelta,
    script: str = "follow",
    failure: dict[str, str] = OF_A_SCREEN,
) -> int:
    now = datetime.now(UTC)
    config = UnknownConfig.model_validate({"target_users": ["anna"]})
    [task_id] = ledger.tasks.create([NewTask(script, config, "phone-1", "sample", now, now)])
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


def test_kinds_are_told_in_the_language_of_the_client(call: Call, ledger: Ledger) -> None:
    for who in ("anna", "ben"):
        why = say("device_actions.app_not_installed", "{package} is not installed on the phone", package=f"org.{who}")
        failure = {"error": "AppMissing", "kind": kind_of(why, [f"org.{who}"]), "app": "sample"}
        fail(ledger, why, timedelta(hours=1), failure=failure)
    [kind] = data(call("GET", "/failures", headers={"Accept-Language": "ru"}))["kinds"]
    assert (kind["kind"], kind["kind_id"]) == ("… не установлено на телефоне", "device_actions.app_not_installed")
    assert (kind["remark"], kind["remark_params"]) == ("org.ben не установлено на телефоне", {"package": "org.ben"})
    assert data(call("GET", "/failures"))["kinds"][0]["kind"] == "… is not installed on the phone"
