"""What a run leaves in Prefect for people to look at. People 0840 to 0849 belong to these tests."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from PIL import Image

from tests.integration.stack import Stack, until


def of_run(stack: Stack, flow_run_id: str) -> dict[str, dict[str, Any]]:
    """Return the artifacts of a run by type."""
    body = {"artifacts": {"flow_run_id": {"any_": [flow_run_id]}}}
    return {each["type"]: each for each in stack.prefect("POST", "/artifacts/filter", body)}


def test_a_run_with_many_targets_shows_its_progress_and_a_table_of_outcomes(stack: Stack) -> None:
    people = [f"person_{number:04}" for number in range(840, 843)]
    deployment = stack.prefect("GET", "/deployments/name/follow/follow")
    parameters = {"serial": stack.serials[0], "config": {"target_users": people}}
    run = stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    until("the end", lambda: stack.prefect("GET", f"/flow_runs/{run['id']}")["state_type"] == "COMPLETED")
    shown = of_run(stack, run["id"])
    assert float(shown["progress"]["data"]) == 100
    assert [row["target"] for row in json.loads(shown["table"]["data"])] == people


def test_a_failed_run_shows_what_the_phone_showed(stack: Stack) -> None:
    [task] = stack.finished(stack.post("follow", ["nobody_to_be_shown"], stack.serials[:1]))
    picture = of_run(stack, task["flow_run_id"])["image"]
    data = base64.b64decode(picture["data"].removeprefix("data:image/jpeg;base64,"))
    with Image.open(io.BytesIO(data)) as image:
        assert image.height > image.width
    assert "nobody_to_be_shown" in picture["description"]


def test_campaigns_do_not_seem_abandoned(stack: Stack) -> None:
    until("a sign of life", lambda: stack.prefect("GET", "/work_pools/campaigns")["status"] == "READY")
