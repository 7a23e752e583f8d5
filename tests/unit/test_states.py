"""Every Prefect state has a status."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect import states
from prefect.client.schemas.objects import State, StateType
from prefect.server.schemas import states as server_states

from phonefleet.runs.states import Status, status_of

EXPECTED = {
    "SCHEDULED": Status.PENDING,
    "PENDING": Status.PENDING,
    "RUNNING": Status.RUNNING,
    "CANCELLING": Status.RUNNING,
    "PAUSED": Status.RUNNING,
    "COMPLETED": Status.COMPLETED,
    "FAILED": Status.FAILED,
    "CRASHED": Status.FAILED,
    "CANCELLED": Status.FAILED,
}
MAKERS = (
    states.Scheduled,
    states.Late,
    states.AwaitingRetry,
    states.AwaitingConcurrencySlot,
    states.Pending,
    states.Running,
    states.Retrying,
    states.Cancelling,
    states.Paused,
    states.Suspended,
    states.Completed,
    states.Failed,
    states.Crashed,
    states.Cancelled,
)


def test_every_type_that_prefect_defines_has_a_status() -> None:
    assert {kind.value: status_of(kind.value, kind.value.title()) for kind in StateType} == EXPECTED
    assert {kind.value for kind in server_states.StateType} == set(EXPECTED)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_name_that_prefect_defines_has_the_status_of_its_type(make: Callable[[], State]) -> None:
    state = make()
    suspended = state.name == "Suspended"
    assert status_of(state.type.value, state.name) is (Status.PENDING if suspended else EXPECTED[state.type.value])


@given(st.sampled_from(sorted(EXPECTED)), st.text().filter(lambda name: name != "Suspended"))
def test_a_name_that_nobody_has_heard_of_goes_by_its_type(state_type: str, name: str) -> None:
    assert status_of(state_type, name) is EXPECTED[state_type]


def test_a_task_without_a_state_is_pending() -> None:
    assert status_of(None) is Status.PENDING


def test_a_type_that_prefect_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        status_of("DREAMING", "Dreaming")


def test_statuses_have_the_documented_numbers_and_words() -> None:
    expected = [(0, "pending"), (1, "running"), (2, "completed"), (3, "failed")]
    assert [(int(status), status.text) for status in Status] == expected
