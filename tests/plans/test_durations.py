"""How long a task is expected to take, from how long earlier ones took."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from phonefleet.plans import Estimate, Spread, estimate_of


def seconds(*values: float) -> list[timedelta]:
    return [timedelta(seconds=value) for value in values]


def estimated(of_phone: list[timedelta], of_script: list[timedelta]) -> Estimate:
    return estimate_of(timedelta(seconds=20), of_phone, of_script)


def test_enough_tasks_of_the_phone_count_before_those_of_others() -> None:
    found = estimated(seconds(1, 2, 3, 4, 5) * 6, seconds(100))
    assert (found.basis, found.samples, found.median) == ("phone", 30, timedelta(seconds=3))
    assert found.spread == Spread(*seconds(1, 3, 5))


def test_few_tasks_of_the_phone_give_way_to_those_of_all_phones() -> None:
    found = estimated(seconds(1) * 29, seconds(7, 9))
    assert (found.basis, found.samples, found.spread.expected) == ("script", 2, timedelta(seconds=8))


def test_without_any_task_a_usual_duration_is_taken_and_said_to_be_one() -> None:
    found = estimated([], [])
    assert (found.basis, found.samples, found.spread) == ("default", 0, Spread(*seconds(10, 20, 40)))


def test_a_task_that_waited_for_a_day_does_not_spoil_the_expectation() -> None:
    found = estimated(seconds(*[2] * 39, 86_400), [])
    assert found.spread == Spread(*seconds(2, 2, 2))


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=60))
def test_what_is_expected_lies_between_the_bounds(values: list[float]) -> None:
    spread = estimated([], seconds(*values)).spread
    assert timedelta(0) <= spread.earliest <= spread.expected <= spread.latest <= timedelta(seconds=max(values) + 1)


def test_what_has_passed_is_not_to_come() -> None:
    assert Spread(*seconds(1, 5, 9)).after(timedelta(seconds=3)) == Spread(*seconds(0, 2, 6))


def test_a_drawn_wait_is_expected_in_the_middle() -> None:
    assert Spread.drawn(*seconds(60, 300)).expected == timedelta(seconds=180)
