"""The audit trail: every call that may change something, also one that is refused, and never a body."""

from __future__ import annotations

from typing import Any

import httpx

from phonefleet.ledger import Ledger
from phonefleet.ledger.audit import AuditEntry
from tests.security.process import ApiProcess

TASK = {"serials": ["phone-1", "phone-2"], "script_name": "follow", "script_config": {"target_users": ["anna", "ben"]}}


def call(api: ApiProcess, method: str, path: str, **options: Any) -> httpx.Response:
    return httpx.request(method, f"{api.url}{path}", timeout=30, trust_env=False, **options)


def last(ledger: Ledger) -> AuditEntry:
    return ledger.audit.page(size=1).items[0]


def test_a_change_is_recorded_with_its_outcome(api: ApiProcess, ledger: Ledger) -> None:
    created = call(api, "POST", "/task", json=TASK)
    entry = last(ledger)
    assert (entry.method, entry.path, entry.code, entry.tasks) == ("POST", "/api/v1/task", 0, 4)
    assert (entry.actor, entry.address) == ("anonymous", "127.0.0.1")
    assert entry.request_id == created.headers["x-request-id"]
    ids = created.json()["data"]["task_ids"]
    call(api, "DELETE", "/task/batch", json={"task_ids": ids[:3]})
    assert (last(ledger).path, last(ledger).tasks) == ("/api/v1/task/batch", 3)
    call(api, "POST", f"/task/{ids[3]}/stop")
    assert (last(ledger).path, last(ledger).code, last(ledger).tasks) == (f"/api/v1/task/{ids[3]}/stop", 0, 1)


def test_refused_calls_are_recorded_and_reading_is_not(api: ApiProcess, ledger: Ledger) -> None:
    refusals = [
        (call(api, "POST", "/task", json={}), 40002),
        (call(api, "POST", "/task", content=b" " * 2_000_000), 41301),
        (call(api, "POST", "/task", json=TASK, headers={"Origin": "http://evil.example"}), 40301),
        (call(api, "DELETE", "/task/999999999"), 40401),
        (call(api, "PUT", "/nothing"), 40401),
    ]
    call(api, "GET", "/task")
    call(api, "GET", "/nothing")
    recorded = {entry.request_id: entry.code for entry in ledger.audit.page(size=5).items}
    assert recorded == {answer.headers["x-request-id"]: code for answer, code in refusals}


def test_a_path_is_recorded_on_one_line_and_a_body_nowhere(api: ApiProcess, ledger: Ledger) -> None:
    call(api, "DELETE", "/task/a%0Ab%1B%5B31m" + "x" * 2000, json={"secret": "s3cret-in-a-body"})
    entry = last(ledger)
    assert entry.path.startswith("/api/v1/task/a\\nb\\x1b[31mxxx")
    assert len(entry.path) == 500
    assert "s3cret" not in str(ledger.audit.page(size=100).items)


def test_the_operator_reads_the_trail_page_by_page(api: ApiProcess, ledger: Ledger) -> None:
    for _ in range(3):
        call(api, "DELETE", "/task/999999999")
    page = call(api, "GET", "/audit", params={"page": 2, "page_size": 2}).json()["data"]
    everything = ledger.audit.page(size=100)
    assert page["total"] == everything.total
    assert [entry["id"] for entry in page["entries"]] == [entry.id for entry in everything.items[2:4]]
    assert call(api, "GET", "/audit?page=0").json()["code"] == 40001
