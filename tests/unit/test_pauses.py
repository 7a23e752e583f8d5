"""How long a run waits before it works: as the request has drawn it, counted from the end of the phone's last run."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from phonefleet.clock import StopSignal, SystemClock
from phonefleet.settings import Settings
from tasks.context import RunContext
from tasks.pauses import left_of

NOBODY = cast("Any", None)
"""Neither the phone nor the ledger is asked."""


def a_run(rested: float, request_id: UUID | None) -> RunContext:
    return RunContext(
        task_id=1, serial="serial", app="sample", phone=NOBODY, ledger=NOBODY, clock=SystemClock(), stop=StopSignal(),
        rng=random.Random(1), settings=Settings(), evidence_folder=Path(), request_id=request_id,
        rested=timedelta(seconds=rested),
    )  # fmt: skip


@pytest.mark.parametrize(("rested", "left"), [(0, 30), (12, 18), (30, 0), (500, 0)])
def test_what_a_phone_has_rested_is_a_part_of_the_wait_between_tasks(rested: float, left: float) -> None:
    assert left_of(30, a_run(rested, uuid4())) == left


def test_a_task_without_a_wait_does_not_wait() -> None:
    assert left_of(0, a_run(0, uuid4())) == 0


def test_a_wait_that_a_person_has_written_is_kept() -> None:
    assert left_of(30, a_run(500, None)) == 30
