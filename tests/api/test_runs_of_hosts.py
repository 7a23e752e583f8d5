"""A joined host decides about the runs on its own phones, while no other host has them in hand, and about no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from phonefleet.errors import HostInUse, HostRefused, NotOfThisHost, Permanent
from phonefleet.ledger import Ledger, StateChange
from phonefleet.runs.hold import HELD_FOR
from phonefleet.runs.keys import run_key
from tests.api.conftest import Call
from tests.api.test_hosts import CLOCK, InThisProcess, main, remote, task
from tests.api.test_persons import bearer

__all__ = ["main", "remote", "task"]  # fixtures


def owns(call: Call, main: InThisProcess, run: UUID, **told: str) -> bool | None:
    answer = call("GET", f"/host/runs/{run}", params=told, headers=bearer(main.token))
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["own"]


@pytest.mark.usefixtures("remote")
def test_a_run_is_a_hosts_own_while_it_is_on_its_phone_and_in_no_other_hands(
    call: Call, main: InThisProcess, ledger: Ledger, task: Callable[[int], int]
) -> None:
    mine, others, now = uuid4(), uuid4(), CLOCK.now()
    ledger.tasks.project(task(2), StateChange("RUNNING", "Running", now, flow_run_id=mine, host="second"))
    ledger.tasks.project(task(1), StateChange("RUNNING", "Running", now, flow_run_id=others))
    assert (owns(call, main, mine), owns(call, main, others)) == (True, False)
    later = now + HELD_FOR + timedelta(seconds=5)
    assert ledger.runs.hold([mine], "first", later) == {mine}
    assert owns(call, main, mine) is False


@pytest.mark.usefixtures("remote")
def test_a_run_that_nobody_has_taken_up_is_known_by_its_key_or_by_the_phone_that_it_names(
    call: Call, main: InThisProcess, ledger: Ledger, task: Callable[[int], int]
) -> None:
    run = uuid4()
    assert owns(call, main, run) is None
    assert owns(call, main, run, key=run_key(ledger.id, task(2)), name="") is True
    assert owns(call, main, run, key=run_key(ledger.id, task(1)), name="phone-2") is False
    assert owns(call, main, run, key="", name="phone-2") is True
    assert owns(call, main, run, key="", name="phone-1") is False
    assert owns(call, main, run, key="", name="nobody's phone") is True


def test_the_permanent_errors_of_hosts_have_sentences() -> None:
    for error in (HostRefused, HostInUse, NotOfThisHost):
        assert issubclass(error, Permanent)
        assert error().message.endswith(".")
