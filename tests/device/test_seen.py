"""What a phone says of itself: a question that failed is asked again, one that has no answer is not."""

from __future__ import annotations

import queue
from contextlib import suppress

import pytest

from phonefleet.clock import SystemClock
from phonefleet.device.adb.device_list import ListedDevice
from phonefleet.device.adb.transport import FastAdbClient
from phonefleet.device.discovery import identification
from phonefleet.device.discovery.seen import DeviceSeen, hardware_in, is_incomplete, parse_answers
from phonefleet.hardware import Hardware

NONE = "(no answer)"


def said(serial_number: str, android_id: str, booted: str = "1") -> dict[str, str]:
    parts = {"serial_number": serial_number, "android_id": android_id, "booted": booted, "end": ""}
    return parse_answers("".join(f"==phonefleet {name}\n{answer}\n" for name, answer in parts.items()))


def test_a_phone_that_says_both_is_known() -> None:
    heard = said("R58M12", "3f8a1c5e7b9d0246")
    assert not is_incomplete(heard)
    assert hardware_in(heard) == Hardware("R58M12", "3f8a1c5e7b9d0246")


@pytest.mark.parametrize(
    ("serial_number", "android_id"), [(NONE, "3f8a1c5e7b9d0246"), ("R58M12", NONE), ("R58M12", "")]
)
def test_a_question_that_failed_is_left_out_and_its_answer_is_not_taken(serial_number: str, android_id: str) -> None:
    heard = said(serial_number, android_id)
    assert is_incomplete(heard)
    assert hardware_in(heard) == Hardware(serial_number.replace(NONE, ""), android_id.replace(NONE, ""))


@pytest.mark.parametrize(("serial_number", "android_id"), [("", "3f8a1c5e7b9d0246"), ("R58M12", "null")])
def test_a_number_that_a_phone_does_not_have_is_not_left_out(serial_number: str, android_id: str) -> None:
    assert not is_incomplete(said(serial_number, android_id))


def test_an_answer_that_broke_off_leaves_out_what_follows() -> None:
    assert is_incomplete(parse_answers("==phonefleet serial_number\nR58M12\n"))


class HandClock(SystemClock):
    """A clock that the test moves."""

    at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_a_phone_that_left_a_question_out_is_asked_again_until_it_has_said_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sighting, clock, looks = ListedDevice("10.0.0.1:5555", "device"), HandClock(), queue.SimpleQueue[DeviceSeen]()
    part = DeviceSeen(sighting.name, "device", hardware=Hardware("R58M12"))
    whole = DeviceSeen(sighting.name, "device", hardware=Hardware("R58M12", "3f8a"), complete=True)
    answered = iter([part, part, whole])

    def read_details(*_: object, **__: object) -> DeviceSeen:
        return next(answered)

    monkeypatch.setattr(identification, "read_details", read_details)

    def on_look(_: ListedDevice, seen: DeviceSeen) -> bool:
        looks.put(seen)
        return True

    asking = identification.Identification(FastAdbClient(1, "127.0.0.2"), on_look, clock)
    asking.look(sighting)
    assert [next_look(asking, looks, clock) for _ in range(3)] == [part, part, whole]
    for _ in range(20):
        clock.at += 60
        asking.run_due()
    asking.close()
    assert looks.empty()


def next_look(
    asking: identification.Identification, looks: queue.SimpleQueue[DeviceSeen], clock: HandClock
) -> DeviceSeen:
    """Return what the phone says next, letting time pass until it is asked."""
    for _ in range(3000):
        asking.run_due()
        with suppress(queue.Empty):
            return looks.get(timeout=0.02)
        clock.at += 60
    pytest.fail("it is not asked again")
