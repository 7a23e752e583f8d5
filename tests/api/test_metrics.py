"""What Prometheus is told."""

from __future__ import annotations

from collections.abc import Callable

import httpx

Call = Callable[..., httpx.Response]
TASK = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna", "ben"]}}


def test_prometheus_hears_of_tasks_phones_the_outbox_and_requests(call: Call) -> None:
    call("POST", "/task", json=TASK)
    call("GET", "/task/12345678901")
    answer = call("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'phonefleet_tasks{status="pending"} 2.0' in lines
    assert 'phonefleet_devices{state="online"} 2.0' in lines
    assert "phonefleet_outbox 2.0" in lines
    assert [line for line in lines if 'method="POST"' in line and 'status="200"' in line and "/task" in line]
    assert "12345678901" not in answer.text
