"""What a phone says of itself: a question that failed is asked again, one that has no answer is not."""

from __future__ import annotations

import pytest

from phonefleet.device.seen import answers, hardware_in, left_out
from phonefleet.hardware import Hardware

NONE = "(no answer)"


def said(serial_number: str, android_id: str, booted: str = "1") -> dict[str, str]:
    parts = {"serial_number": serial_number, "android_id": android_id, "booted": booted, "end": ""}
    return answers("".join(f"==phonefleet {name}\n{answer}\n" for name, answer in parts.items()))


def test_a_phone_that_says_both_is_known() -> None:
    heard = said("R58M12", "3f8a1c5e7b9d0246")
    assert not left_out(heard)
    assert hardware_in(heard) == Hardware("R58M12", "3f8a1c5e7b9d0246")


@pytest.mark.parametrize(
    ("serial_number", "android_id"), [(NONE, "3f8a1c5e7b9d0246"), ("R58M12", NONE), ("R58M12", "")]
)
def test_a_question_that_failed_is_left_out_and_its_answer_is_not_taken(serial_number: str, android_id: str) -> None:
    heard = said(serial_number, android_id)
    assert left_out(heard)
    assert hardware_in(heard) == Hardware(serial_number.replace(NONE, ""), android_id.replace(NONE, ""))


@pytest.mark.parametrize(("serial_number", "android_id"), [("", "3f8a1c5e7b9d0246"), ("R58M12", "null")])
def test_a_number_that_a_phone_does_not_have_is_not_left_out(serial_number: str, android_id: str) -> None:
    assert not left_out(said(serial_number, android_id))


def test_an_answer_that_broke_off_leaves_out_what_follows() -> None:
    assert left_out(answers("==phonefleet serial_number\nR58M12\n"))
