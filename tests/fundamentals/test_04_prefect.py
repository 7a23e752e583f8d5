"""Prefect: each task is a flow run, and a run that a person starts there becomes a task."""

from __future__ import annotations

from tests.integration.stack import Stack, until


def test_a_run_that_a_person_starts_in_prefect_becomes_a_task(stack: Stack) -> None:
    deployment = stack.prefect("GET", "/deployments/name/follow/follow")
    parameters = {"serial": stack.serials[0], "config": {"target_users": ["person_0161"]}}
    run = stack.prefect("POST", f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})

    def adopted() -> list[dict[str, object]]:
        return [task for task in stack.call("GET", "/task?source=ui")["tasks"] if task["flow_run_id"] == run["id"]]

    [task] = until("the adoption", adopted)
    [done] = stack.finished([task["id"]])  # type: ignore[list-item]
    assert (done["status"], done["source"]) == (2, "ui"), done["remark"]
    assert len(stack.follows("person_0161")) == 1
