"""Failures by kind: what differs only from task to task is one kind, and a task that goes again is none any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.tasks.failures import FailureKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Fail = Callable[..., int]


@pytest.fixture
def fail(ledger: Ledger, new_task: Callable[..., NewTask]) -> Fail:
    """Let a task fail; a test names what matters to it."""

    def make(
        remark: str | None,
        failure: dict[str, str] | None = None,
        at: datetime = NOW,
        state: str = "FAILED",
        **task: Any,
    ) -> int:
        [task_id] = ledger.tasks.create([new_task(**task)])
        result: dict[str, Any] = {"outcomes": [], "artifacts": [], **({"failure": failure} if failure else {})}
        ledger.tasks.project(task_id, StateChange(state, state.title(), at, remark=remark, result=result))
        return task_id

    return make


def kinds(ledger: Ledger, **wanted: str) -> list[FailureKind]:
    return ledger.failures.by_kind(NOW - timedelta(days=1), NOW + timedelta(days=1), **wanted)


def missing(who: str, version: str = "47.0.3") -> tuple[str, dict[str, str]]:
    kind = "the profile of … does not show follow_button"
    told = f"the profile of {who} does not show follow_button"
    return told, {"error": "ElementMissing", "kind": kind, "app": "tiktok", "app_version": version}


def test_failures_of_one_kind_are_told_together_the_most_frequent_first(ledger: Ledger, fail: Fail) -> None:
    other = fail("the phone is locked", {"error": "DeviceLocked", "kind": "the phone is locked", "app": "tiktok"})
    first = fail(*missing("anna"), at=NOW - timedelta(hours=2), username="shop_1")
    last = fail(*missing("ben"), serial="phone-2", username="SHOP_1")
    most, least = kinds(ledger)
    assert (most.tasks, most.phones, most.accounts, most.task_ids) == (2, 2, 1, [last, first])
    assert (most.first_at, most.last_at) == (NOW - timedelta(hours=2), NOW)
    assert (most.error, most.app, most.app_version) == ("ElementMissing", "tiktok", "47.0.3")
    assert most.remark == "the profile of ben does not show follow_button"
    assert (least.kind, least.app_version, least.task_ids) == ("the phone is locked", "", [other])


def test_another_version_of_the_app_or_another_script_is_another_kind(ledger: Ledger, fail: Fail) -> None:
    fail(*missing("anna"))
    fail(*missing("anna", "48.0.0"))
    fail(*missing("anna"), script_name="like")
    assert [kind.tasks for kind in kinds(ledger)] == [1, 1, 1]
    assert [kind.script_name for kind in kinds(ledger, script_name="like")] == ["like"]


def test_the_kind_of_what_has_none_is_read_from_its_remark(ledger: Ledger, fail: Fail) -> None:
    fail("the worker failed: KeyError: 'anna'")
    fail("the worker failed: KeyError: 'ben'")
    fail(None)
    assert sorted((kind.kind, kind.error, kind.tasks) for kind in kinds(ledger)) == [
        ("it does not say why", "", 1),
        ("the worker failed: KeyError: …", "", 2),
    ]


def test_what_was_stopped_deleted_or_retried_is_no_failure(ledger: Ledger, fail: Fail) -> None:
    fail("stopped", state="CANCELLED")
    ledger.tasks.delete([fail("gone")], NOW)
    again = fail("once")
    ledger.tasks.project(again, StateChange("RUNNING", "Running", NOW + timedelta(seconds=1)))
    fail("long ago", at=NOW - timedelta(days=2))
    assert kinds(ledger) == []
