"""The people whom tasks have collected, over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.targets.scraping import scope_of
from phonefleet.scripts.script import UnknownConfig

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOUND = {"anna": 1, "=HYPERLINK(1)": 2, "@ben": 3}


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


@pytest.fixture
def task_ids(ledger: Ledger) -> list[int]:
    """Two tasks of one request; each has found somebody."""
    request_id = uuid4()
    new = NewTask(
        "scrape_user", UnknownConfig(), "phone-1", "sample", created_at=NOW, scheduled_for=NOW, request_id=request_id
    )
    ids = ledger.tasks.create([new, new])
    scope = scope_of(ids[0], request_id)
    for task_id, source, found in zip(ids, ("cleo", "dora"), (FOUND, {"emil": 1}), strict=True):
        ledger.scraping.claim(scope, task_id, [source], NOW)
        ledger.scraping.add(scope, task_id, source, found, NOW)
    return ids


def test_people_are_listed_by_pages_in_order_of_discovery(call: Call, task_ids: list[int]) -> None:
    page = data(call("GET", f"/task/{task_ids[0]}/users", params={"page_size": 2}))
    assert [user["username"] for user in page["users"]] == ["anna", "=HYPERLINK(1)"]
    assert (page["total"], page["page"], page["page_size"]) == (3, 1, 2)
    assert page["users"][0] == {
        "username": "anna", "source": "cleo", "position": 1, "task_id": task_ids[0],
        "seen_at": "2026-03-01T12:00:00+00:00",
    }  # fmt: skip


def test_the_whole_request_has_found_what_all_its_tasks_have(call: Call, task_ids: list[int]) -> None:
    page = data(call("GET", f"/task/{task_ids[1]}/users"))
    assert [user["username"] for user in page["users"]] == ["emil"]
    page = data(call("GET", f"/task/{task_ids[1]}/users", params={"whole_request": True}))
    assert [user["username"] for user in page["users"]] == [*FOUND, "emil"]


def test_csv_holds_everybody_and_no_spreadsheet_runs_a_cell(call: Call, task_ids: list[int]) -> None:
    answer = call("GET", f"/task/{task_ids[0]}/users", params={"format": "csv", "page_size": 1})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="task-{task_ids[0]}-users.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["username"] for row in rows] == ["anna", "'=HYPERLINK(1)", "'@ben"]
    assert [row["position"] for row in rows] == ["1", "2", "3"]


def test_a_task_that_collects_nobody_has_nobody(call: Call, ledger: Ledger) -> None:
    [task_id] = ledger.tasks.create(
        [NewTask("follow", UnknownConfig(), "phone-1", "sample", created_at=NOW, scheduled_for=NOW)]
    )
    assert data(call("GET", f"/task/{task_id}/users"))["users"] == []
    assert call("GET", f"/task/{task_id}/users?format=csv").text == "username,source,position,task_id,seen_at\r\n"


@pytest.mark.parametrize(
    ("path", "code"),
    [("/task/999999999/users", 40401), ("/task/0/users", 40401), ("/task/1/users?format=xml", 40001)],
)
def test_what_cannot_be_listed_is_refused(call: Call, path: str, code: int) -> None:
    assert call("GET", path).json()["code"] == code
