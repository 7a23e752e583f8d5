"""Whose run is it? Only the idempotency key tells; tags can be copied by anybody."""

from __future__ import annotations

from uuid import uuid4

from prefect.client.schemas.objects import FlowRun

from deployments.worker.adoption import serial_of, task_id_of


def run(key: str | None = None, tags: list[str] | None = None, **parameters: object) -> FlowRun:
    return FlowRun(id=uuid4(), flow_id=uuid4(), idempotency_key=key, tags=tags or [], parameters=parameters)


def test_a_run_made_for_a_task_names_it_in_its_key() -> None:
    assert task_id_of(run("task-17")) == 17


def test_a_copied_tag_does_not_make_a_run_somebody_elses() -> None:
    assert task_id_of(run(None, ["task:17"])) is None


def test_a_key_of_another_kind_names_no_task() -> None:
    assert task_id_of(run("task-x")) is None
    assert task_id_of(run("17")) is None


def test_a_run_without_a_serial_is_for_no_phone() -> None:
    assert serial_of(run()) is None
    assert serial_of(run(serial=5)) is None
