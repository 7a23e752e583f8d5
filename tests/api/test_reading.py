"""GET: tasks, counts, phones, accounts, health and the documentation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.tasks.schemas import TaskDetail
from phonefleet.ledger import Action, Ledger, NewTask, StateChange
from phonefleet.ledger.values import ChosenText, Intent
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {
    "id", "script_name", "script_config", "serial", "username", "app", "status", "status_text", "state", "remark",
    "alias", "source", "created_at", "scheduled_for", "start_time", "end_time", "retry_count", "progress", "result",
    "flow_run_id", "flow_run_url", "wait_seconds", "campaign_id", "waits_for", "waits_code",
}  # fmt: skip


def create(ledger: Ledger, count: int = 1, **values: Any) -> list[int]:
    defaults: dict[str, Any] = {
        "script_name": "follow",
        "script_config": {"target_users": ["anna"], "access_method": "direct"},
        "serial": "phone-1",
        "app": "sample",
        "created_at": NOW,
        "scheduled_for": NOW,
    }
    given = defaults | values
    given["script_config"] = UnknownConfig.model_validate(given["script_config"])
    return ledger.tasks.create([NewTask(**given) for _ in range(count)])


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"], body["message"]) == (200, 0, "success")
    return body["data"]


def test_a_task_shows_every_documented_field(call: Call, ledger: Ledger) -> None:
    (task_id,) = create(ledger, username="shop_1", wait_seconds=90)
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW + timedelta(seconds=1)))
    (task,) = data(call("GET", "/task"))["tasks"]
    assert set(task) == FIELDS
    assert (task["id"], task["status"], task["status_text"], task["state"]) == (task_id, 1, "running", "Running")
    assert task["created_at"] == "2026-03-01T12:00:00+00:00"
    assert (task["progress"], task["wait_seconds"]) == ({"done": 0, "total": 1}, 90)


def test_one_task_shows_its_actions_and_artifacts(call: Call, ledger: Ledger) -> None:
    (task_id,) = create(ledger)
    action = ledger.actions.intend(Intent(task_id, "follow", "sample", "shop_1", "anna"), NOW, UTC)
    assert isinstance(action, Action)
    ledger.actions.end(action.id, "done", NOW, "Following")
    result = {"artifacts": [{"kind": "screenshot", "path": "a.png"}]}
    ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", NOW, result=result))
    task = data(call("GET", f"/task/{task_id}"))
    assert set(task) == FIELDS | {"actions", "artifacts"}
    assert task["artifacts"] == result["artifacts"]
    (shown,) = task["actions"]
    assert (shown["kind"], shown["target"], shown["state"], shown["detail"]) == ("follow", "anna", "done", "Following")
    assert shown["content"] is None


def test_one_task_is_what_the_documentation_describes(call: Call, ledger: Ledger) -> None:
    (task_id,) = create(ledger, username="shop_1", wait_seconds=0.5)
    ledger.actions.intend(Intent(task_id, "message", "sample", "shop_1", "anna"), NOW, UTC)
    ledger.actions.intend(Intent(task_id, "message", "sample", "shop_1", "bob"), NOW, UTC)
    ledger.actions.intend(Intent(task_id, "follow", "sample", "shop_1", "anna"), NOW, UTC)
    ledger.texts.choose(task_id, "message", "bob", lambda: ChosenText("Hello Bob"))
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW, flow_run_id=uuid4()))
    task = data(call("GET", f"/task/{task_id}"))
    assert TaskDetail.model_validate(task).model_dump(mode="json") == task
    assert [(action["target"], action["content"]) for action in task["actions"]] == [
        ("anna", None),
        ("bob", "Hello Bob"),
        ("anna", None),
    ]


@pytest.mark.parametrize(
    ("number", "code"),
    [("1", 40401), ("0", 40401), (str(2**63), 40401), (str(2**70), 40401), ("-1", 40401), ("x", 40001), ("1²", 40001)],
)
def test_a_task_that_is_not_there_is_named(call: Call, number: str, code: int) -> None:
    answer = call("GET", f"/task/{number}").json()
    assert answer["code"] == code
    assert code == 40001 or number[:20] in answer["message"]


def test_pages_are_newest_first_and_do_not_overlap(call: Call, ledger: Ledger) -> None:
    ids = create(ledger, 45)
    pages = [data(call("GET", "/task", params={"page": number})) for number in (1, 2, 3, 4)]
    assert [len(page["tasks"]) for page in pages] == [20, 20, 5, 0]
    assert [task["id"] for page in pages for task in page["tasks"]] == ids[::-1]
    assert {(page["total"], page["page_size"]) for page in pages} == {(45, 20)}
    assert len(data(call("GET", "/task", params={"page_size": 100}))["tasks"]) == 45


@pytest.mark.parametrize(
    "query",
    [
        {"status": 3},
        {"serial": "phone-2"},
        {"serial": "device_serial_2"},
        {"script_name": "unfollow"},
        {"source": "campaign"},
        {"username": "@shop_2"},
        {"campaign_id": 8},
        {"created_after": "2026-03-01T13:00:00+00:00"},
        {"status": 3, "serial": "phone-2", "source": "campaign"},
    ],
)
def test_filters_find_what_they_name(call: Call, ledger: Ledger, query: dict[str, Any]) -> None:
    create(ledger, 3)
    other: dict[str, Any] = {"script_name": "unfollow", "source": "campaign", "username": "shop_2", "campaign_id": 8}
    (task_id,) = create(ledger, serial="phone-2", created_at=NOW + timedelta(hours=2), **other)
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW))
    found = data(call("GET", "/task", params=query))
    assert ([task["id"] for task in found["tasks"]], found["total"]) == ([task_id], 1)


def test_the_quick_start_lists_pending_tasks(call: Call, ledger: Ledger) -> None:
    ids = create(ledger, 2)
    assert [task["id"] for task in data(call("GET", "/task?status=0&page=1&page_size=20"))["tasks"]] == ids[::-1]


def test_counts_add_up_and_divide_by_script_and_by_device(call: Call, ledger: Ledger) -> None:
    ids = create(ledger, 3)
    create(ledger, serial="phone-2", script_name="unfollow")
    ledger.tasks.project(ids[0], StateChange("COMPLETED", "Completed", NOW))
    all_of_them = {"total": 4, "pending": 3, "running": 0, "completed": 1, "failed": 0}
    assert data(call("GET", "/task/stats")) == all_of_them
    by_script = data(call("GET", "/task/stats?by=script"))["by_script"]
    assert by_script["follow"] == {"total": 3, "pending": 2, "running": 0, "completed": 1, "failed": 0}
    assert data(call("GET", "/task/stats?by=device"))["by_device"]["phone-2"]["total"] == 1
    assert call("GET", "/task/stats?by=mood").json()["code"] == 40001


def test_the_licence_is_that_of_a_self_hosted_server(call: Call, settings: Settings) -> None:
    assert data(call("GET", "/license/check")) == {
        "plan_name": "Self-hosted",
        "api_enabled": True,
        "device_limit": settings.device_limit,
        "message": "API access enabled",
    }


def test_devices_show_what_they_do(call: Call, ledger: Ledger) -> None:
    running, *_ = create(ledger, 3)
    ledger.tasks.project(running, StateChange("RUNNING", "Running", NOW))
    ledger.devices.quarantine("phone-2", "frozen", datetime.now(UTC) + timedelta(hours=1))
    first, second = data(call("GET", "/devices"))["devices"]
    assert (first["serial"], first["alias"], first["state"]) == ("phone-1", "device_serial_1", "busy")
    assert (first["current_task"], first["queue_length"]) == (running, 2)
    assert (second["state"], second["quarantine_reason"], second["current_task"]) == ("quarantined", "frozen", None)


def test_accounts_have_the_documented_shape(call: Call, ledger: Ledger) -> None:
    ledger.accounts.hold("studio_1", "sample", "asked for a code", NOW)
    page = data(call("GET", "/accounts?page_size=3"))
    assert (len(page["accounts"]), page["total"], page["page"], page["page_size"]) == (3, 4, 1, 3)
    shop, studio, _ = page["accounts"]
    assert (shop["username"], shop["platform"], shop["packagename"]) == ("shop_1", "sample", "com.phonefleet.sample")
    assert (shop["device"], shop["device_name"], shop["device_online"]) == ("phone-1", "device_serial_1", True)
    assert (shop["logined"], shop["status"], shop["tags"]) == (True, "enabled", [])
    assert (studio["status"], studio["hold_reason"]) == ("held", "asked for a code")


def test_an_account_of_an_app_without_a_profile_has_no_package(call: Call, ledger: Ledger) -> None:
    ledger.accounts.sync("away", "another", ["shop_9"])
    account = data(call("GET", "/accounts"))["accounts"][-1]
    assert (account["username"], account["packagename"]) == ("shop_9", None)
    assert (account["device_online"], account["device_name"]) == (False, "away")


def test_health_is_told_without_prefect_and_readiness_is_not(call: Call) -> None:
    assert data(call("GET", "http://localhost:50809/healthz")) == {"status": "ok"}
    unready = call("GET", "http://localhost:50809/readyz")
    assert (unready.status_code, unready.json()["code"]) == (503, 50301)
    assert unready.json()["data"] == {"database": True, "prefect": False}


def test_answers_carry_headers_that_bind_browsers(call: Call) -> None:
    headers = call("GET", "/task").headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_the_documentation_names_every_call_and_its_refusals(call: Call) -> None:
    document = call("GET", "http://localhost:50809/openapi.json").json()
    assert document == call("GET", "/openapi.json").json()
    assert {"/api/v1/task", "/api/v1/task/{task_id}", "/api/v1/task/stats", "/api/v1/devices"} <= set(document["paths"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert path.startswith("/api/v1/")
            assert {"200", "400", "401", "403", "404", "500", "503"} <= set(operation["responses"])
            assert "422" not in operation["responses"]
            refusal = operation["responses"]["400"]["content"]["application/json"]["schema"]
            assert refusal == {"$ref": "#/components/schemas/ErrorEnvelope"}
    assert "swagger" in call("GET", "http://localhost:50809/docs").text.lower()


def test_the_evidence_of_a_failure_is_shown_and_nothing_else_of_the_folder(
    call: Call, ledger: Ledger, settings: Settings
) -> None:
    (task_id,) = create(ledger)
    folder = settings.evidence_folder
    folder.mkdir(parents=True)
    (folder / "seen.png").write_bytes(b"picture")
    (folder / "other.png").write_bytes(b"of another task")
    result = {"artifacts": [{"kind": "screenshot", "path": "seen.png"}, {"kind": "screenshot", "path": "gone.png"}]}
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, result=result))
    shown = call("GET", f"/task/{task_id}/artifacts/seen.png")
    assert (shown.content, shown.headers["content-type"]) == (b"picture", "image/png")
    for name in ("other.png", "gone.png", "..%2Fseen.png", "%2Fetc%2Fpasswd"):
        assert call("GET", f"/task/{task_id}/artifacts/{name}").json()["code"] == 40401


def test_tasks_show_what_their_phone_is_called_now(call: Call, ledger: Ledger) -> None:
    (task_id,) = create(ledger)

    def shown() -> list[str | None]:
        (listed,) = data(call("GET", "/task"))["tasks"]
        return [listed["alias"], data(call("GET", f"/task/{task_id}"))["alias"]]

    before = shown()
    serial = data(call("GET", f"/task/{task_id}"))["serial"]
    data(call("PATCH", f"/devices/{serial}", json={"alias": "window"}))
    renamed = shown()
    data(call("PATCH", f"/devices/{serial}", json={"alias": None}))
    assert (before, renamed, shown()) == (["device_serial_1"] * 2, ["window"] * 2, [None] * 2)
