"""Whose run is it? Only the idempotency key tells; tags can be copied by anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.ledger.tasks.adoption import adoption, serial_in
from phonefleet.runs.keys import run_key, task_id_in

LEDGER = "0a1b2c3d4e"


@given(st.integers(1, 10**18 - 1), st.integers(0, 1000))
def test_a_run_made_for_a_task_names_it_in_its_key(task_id: int, retry_count: int) -> None:
    assert task_id_in(run_key(LEDGER, task_id, retry_count), LEDGER) == task_id


def test_a_task_that_lost_its_run_has_another_key() -> None:
    assert len({run_key(LEDGER, 17), run_key(LEDGER, 17, 1), run_key(LEDGER, 17, 2), run_key(LEDGER, 171)}) == 4


def test_a_run_of_another_ledger_is_a_stranger() -> None:
    assert task_id_in(run_key("ffff", 17), LEDGER) is None


@pytest.mark.parametrize(
    "key", [None, "", "17", "task-17", f"task-{LEDGER}-", f"task-{LEDGER}-x", f"task-{LEDGER}-\u0661"]
)
def test_a_key_of_another_kind_names_no_task(key: str | None) -> None:
    assert task_id_in(key, LEDGER) is None


def test_a_run_without_a_serial_is_for_no_phone() -> None:
    assert serial_in({}) is None
    assert serial_in({"serial": 5}) is None


def test_what_a_person_left_out_of_a_run_is_left_out_of_its_task() -> None:
    adopted = adoption(uuid4(), "follow", {"serial": "a", "config": 5, "username": 7}, datetime.now(UTC))
    assert (adopted.serial, adopted.script_config, adopted.username, adopted.source) == ("a", {}, None, "ui")
