"""The names of work queues."""

from __future__ import annotations

import pytest
from prefect.server.schemas.actions import WorkQueueCreate

from phonefleet.runs.queues import queue_name

AS_THEY_ARE = ("R58M12ABCDE", "127.0.0.1:21001", "emulator-5554", "adb-R58-x (2)._adb-tls-connect._tcp", "Gerät 1")
ODD = (
    "A/B 1", "????????????", "[fe80::1%eth0]:5555", "a#b", "a\tb", "a\nb", " a", "a ", ".", "..", "default", "x" * 300,
    "<&>", "///", "\x7f",
)  # fmt: skip


@pytest.mark.parametrize("serial", AS_THEY_ARE)
def test_a_queue_is_called_as_its_phone(serial: str) -> None:
    assert queue_name(serial) == serial


@pytest.mark.parametrize("serial", ODD)
def test_what_prefect_does_not_take_or_find_is_written_otherwise(serial: str) -> None:
    name = queue_name(serial)
    assert WorkQueueCreate.model_validate({"name": name}).name == name
    assert name.isprintable()
    assert not set(name) & set("?#/%&<>")
    assert len(name) <= 100
    assert queue_name(name) == name


def test_each_phone_has_a_queue_of_its_own() -> None:
    assert (
        len({queue_name(serial) for serial in (*AS_THEY_ARE, *ODD, "A?B 1", "A/B/1", "x" * 301)})
        == len((*AS_THEY_ARE, *ODD)) + 3
    )
