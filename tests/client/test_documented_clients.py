"""Programs written for the documented product, as its examples show them, run with nothing changed but the port."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration.stack import Stack

Json = dict[str, Any]
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


class TaskApi:
    """The functions of the documented examples, as a stranger copies them."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def check_license(self) -> Json:
        return requests.get(f"{self.base_url}/license/check", timeout=30).json()

    def create_task(self, serials: list[str], script_name: str, script_config: Json, **options: Any) -> Json:
        payload: Json = {
            "serials": serials,
            "script_name": script_name,
            "script_config": script_config,
            "enable_multi_account": False,
            "min_interval": 0,
            "max_interval": 0,
            **options,
        }
        return requests.post(f"{self.base_url}/task", json=payload, timeout=30).json()

    def list_tasks(self, status: int | None = None, page: int = 1, page_size: int = 20, **filters: str) -> Json:
        params: dict[str, str | int] = {"page": page, "page_size": page_size, **filters}
        if status is not None:
            params["status"] = status
        return requests.get(f"{self.base_url}/task", params=params, timeout=30).json()

    def get_task(self, task_id: int) -> Json:
        return requests.get(f"{self.base_url}/task/{task_id}", timeout=30).json()

    def delete_task(self, task_id: int) -> Json:
        return requests.delete(f"{self.base_url}/task/{task_id}", timeout=30).json()

    def batch_delete(self, task_ids: list[int]) -> Json:
        return requests.delete(f"{self.base_url}/task/batch", json={"task_ids": task_ids}, timeout=30).json()

    def stop_task(self, task_id: int) -> Json:
        return requests.post(f"{self.base_url}/task/{task_id}/stop", timeout=30).json()

    def retry_task(self, task_id: int) -> Json:
        return requests.post(f"{self.base_url}/task/{task_id}/retry", timeout=30).json()

    def retry_all(self) -> Json:
        return requests.post(f"{self.base_url}/task/retry-all", timeout=30).json()

    def get_stats(self) -> Json:
        return requests.get(f"{self.base_url}/task/stats", timeout=30).json()

    def wait_for_completion(self, task_id: int, timeout: float = 100) -> Json:
        start_time = time.time()
        while time.time() - start_time < timeout:
            task = self.get_task(task_id)["data"]
            if task["status"] in {2, 3}:
                return task
            time.sleep(0.1)  # the examples wait seconds
        message = f"Task {task_id} did not complete within {timeout} seconds"
        raise TimeoutError(message)


@pytest.fixture
def api(stack: Stack) -> TaskApi:
    return TaskApi(f"{stack.endpoints['api']}/api/v1".replace("127.0.0.1", "localhost"))


def test_the_license_allows_the_api(api: TaskApi) -> None:
    answer = api.check_license()
    assert (answer["code"], answer["message"]) == (0, "success")
    assert answer["data"]["api_enabled"] is True
    assert {"plan_name", "api_enabled", "device_limit", "message"} == set(answer["data"])


def test_a_task_is_created_found_and_awaited(api: TaskApi, stack: Stack) -> None:
    created = api.create_task(["device_serial_1"], "follow", {"target_username": "@person_0301"})
    assert created["data"]["created_count"] == 1
    [task_id] = created["data"]["task_ids"]
    task = api.wait_for_completion(task_id)
    assert (task["status"], task["status_text"]) == (2, "completed"), task["remark"]
    assert task_id in [found["id"] for found in api.list_tasks(status=2)["data"]["tasks"]]
    assert task_id in [found["id"] for found in api.list_tasks(serial="device_serial_1", source="api")["data"]["tasks"]]
    assert len(stack.follows("person_0301")) == 1


def test_a_task_that_failed_goes_again_and_is_deleted(api: TaskApi) -> None:
    [task_id] = api.create_task(["device_serial_2"], "follow", {"target_username": "p"}, start_time=TOMORROW)["data"][
        "task_ids"
    ]
    assert api.get_task(task_id)["data"]["status"] == 0
    assert api.stop_task(task_id)["code"] == 0
    assert api.wait_for_completion(task_id)["status"] == 3
    retried = api.retry_task(task_id)
    assert (retried["code"], retried["data"]["retry_count"]) == (0, 1)
    assert api.delete_task(task_id)["data"] == {"deleted_count": 1}
    assert api.get_task(task_id)["code"] == 40401


def test_tasks_are_deleted_in_one_go(api: TaskApi) -> None:
    ids = api.create_task(
        ["device_serial_2", "device_serial_3"], "follow", {"target_username": "p"}, start_time=TOMORROW
    )
    task_ids = ids["data"]["task_ids"]
    assert api.batch_delete([*task_ids, 2**40])["data"] == {"deleted_count": 2, "not_found": [2**40]}


def test_the_counts_add_up(api: TaskApi) -> None:
    stats = api.get_stats()["data"]
    assert stats["total"] == sum(stats[name] for name in ("pending", "running", "completed", "failed"))


def test_all_that_failed_goes_again(api: TaskApi) -> None:
    created = [
        api.create_task([f"device_serial_{number}"], "follow", {"target_username": "nobody_of_this_name"})
        for number in (1, 2)
    ]
    failing = [task_id for answer in created for task_id in answer["data"]["task_ids"]]
    assert [api.wait_for_completion(task_id)["status"] for task_id in failing] == [3, 3]
    answer = api.retry_all()
    assert (answer["code"], answer["data"]) == (0, {"retried_count": 2, "task_ids": failing})
    again = [api.wait_for_completion(task_id) for task_id in failing]
    assert [(task["status"], task["retry_count"]) for task in again] == [(3, 1), (3, 1)]


def test_errors_come_in_the_same_envelope(api: TaskApi) -> None:
    assert api.get_task(2**40)["code"] == 40401
    assert api.create_task(["device_serial_1"], "fly", {})["code"] == 40003
    assert api.create_task(["device_serial_1"], "", {})["code"] == 40002
    assert api.list_tasks(status=9)["code"] == 40001


JSON = "-H 'Content-Type: application/json'"
FOLLOW = """{
    "serials": ["device_serial_3"],
    "script_name": "follow",
    "script_config": {"target_username": "@person_0311"},
    "enable_multi_account": false,
    "min_interval": 1,
    "max_interval": 5
}"""
CURL = [
    "curl {base}/license/check",
    "curl '{base}/task?status=0&page=1&page_size=20'",
    f"curl -X POST {{base}}/task {JSON} -d '{FOLLOW}'",
    "curl {base}/task/stats",
    "curl -X POST {base}/task/retry-all",
    f"curl -X DELETE {{base}}/task/batch {JSON} -d '{{\"task_ids\": [999999999]}}'",
]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", CURL, ids=range(len(CURL)))
def test_curl_command_lines_work(api: TaskApi, command: str) -> None:
    line = command.replace("{base}", api.base_url).replace("curl ", "curl --silent --fail-with-body ", 1)
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["code"] == 0
