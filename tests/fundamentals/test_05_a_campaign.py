"""Campaigns on the whole product: they fire, their tasks run, and edits on either side reach the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.stack import Stack, until

PERSON = "person_0860"
"""Nobody else follows person_0850 to person_0899."""


@pytest.fixture
def campaign(stack: Stack) -> Iterator[dict[str, Any]]:
    body = {
        "name": f"campaign {uuid4()}",
        "task": {"serials": stack.serials[:2], "script_name": "follow", "script_config": {"target_users": [PERSON]}},
        "schedule": {"interval": 10, "timezone": "UTC"},
        "overlap": "skip",
    }
    made = stack.call("POST", "/campaigns", body)
    yield made
    stack.call("DELETE", f"/campaigns/{made['id']}")


def shown(stack: Stack, campaign: dict[str, Any]) -> dict[str, Any]:
    return stack.call("GET", f"/campaigns/{campaign['id']}")


def test_a_campaign_fires_and_can_be_edited_on_both_sides(stack: Stack, campaign: dict[str, Any]) -> None:
    until("a firing", lambda: any(one["outcome"] == "fired" for one in shown(stack, campaign)["firings"]))
    stack.call("POST", f"/campaigns/{campaign['id']}/pause")
    tasks = stack.call("GET", f"/task?campaign_id={campaign['id']}&source=campaign")["tasks"]
    assert {task["serial"] for task in tasks} == set(stack.serials[:2])
    assert {task["status"] for task in stack.finished(task["id"] for task in tasks)} == {2}
    assert len(stack.follows(PERSON)) == 2
    deployment_id = shown(stack, campaign)["deployment_url"].rsplit("/", 1)[1]
    path = f"/deployments/{deployment_id}"
    until("the pause in Prefect", lambda: stack.prefect("GET", path)["paused"], 60)
    schedule = stack.prefect("GET", path)["schedules"][0]["id"]
    body = {"active": False, "schedule": {"cron": "0 5 1 1 *", "timezone": "Asia/Tokyo"}}
    stack.prefect("PATCH", f"{path}/schedules/{schedule}", body)
    until("the schedule here", lambda: shown(stack, campaign)["schedule"]["cron"] == "0 5 1 1 *", 60)
    assert shown(stack, campaign)["schedule"]["timezone"] == "Asia/Tokyo"
    runs = stack.prefect("POST", "/flow_runs/filter", {"deployments": {"id": {"any_": [deployment_id]}}})
    assert {run["state_type"] for run in runs} <= {"COMPLETED", "SCHEDULED"}
