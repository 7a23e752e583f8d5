"""The Python client: the same tasks from a program, with a type for every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phonefleet.client import ApiError, Client
from tests.integration.stack import Stack


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    with Client(stack.endpoints["api"]) as connected:
        yield connected


def test_a_program_creates_tasks_and_waits_for_their_end(client: Client, stack: Stack) -> None:
    created = client.create_tasks(
        "follow", serials=["device_serial_1"], script_config={"target_users": ["person_0871"]}
    )
    [task] = client.wait(created["task_ids"])
    assert (task["status_text"], task["remark"]) == ("completed", None)
    assert len(stack.follows("person_0871")) == 1


def test_what_the_api_refuses_is_an_error_with_its_code(client: Client) -> None:
    with pytest.raises(ApiError) as refused:
        client.create_tasks("fly", serials=["device_serial_1"], script_config={})
    assert refused.value.code == 40003
