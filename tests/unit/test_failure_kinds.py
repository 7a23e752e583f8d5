"""Failures of many tasks are of one kind where their messages differ only in what is of one task."""

from __future__ import annotations

import pytest

from phonefleet.runs.failure_kinds import kind_of

ALIKE: list[tuple[tuple[str, list[str]], tuple[str, list[str]], str]] = [
    (
        ("the profile of anna.b does not show follow_button", ["anna.b"]),
        ("the profile of Ben does not show follow_button", ["ben"]),
        "the profile of … does not show follow_button",
    ),
    (("the app knows no user 'anna'", []), ("the app knows no user 'ben'", []), "the app knows no user …"),
    (
        ("@shop_1 is held since 2026-05-04 12:00: it asks", []),
        ("@shop_2 is held since 2026-05-05 09:30: it asks", []),
        "… is held since …: it asks",
    ),
    (
        ("the battery of R58M is at 8 %: charge the phone", ["R58M"]),
        ("the battery of front desk is at 4 %: charge the phone", ["front desk"]),
        "the battery of … is at … %: charge the phone",
    ),
    (
        ("nothing was touched: follow_button 'Follow' at [0,1][20,30] and 2 more", []),
        ("nothing was touched: follow_button 'Follow back' at [5,1][20,300] and 13 more", []),
        "nothing was touched: follow_button … at … more",
    ),
    (("sample://post/7 is gone", []), ("https://x.example/p/abc?y=1 is gone", []), "… is gone"),
]


@pytest.mark.parametrize(("one", "other", "kind"), ALIKE)
def test_what_differs_from_task_to_task_makes_no_other_kind(
    one: tuple[str, list[str]], other: tuple[str, list[str]], kind: str
) -> None:
    assert {kind_of(*one), kind_of(*other)} == {kind}


def test_different_reasons_are_different_kinds() -> None:
    assert kind_of("the screen does not show follow_button") != kind_of("the screen does not show like_button")
    assert kind_of("the app doesn't answer; it isn't there") == "the app doesn't answer; it isn't there"


def test_a_name_is_no_part_of_a_word() -> None:
    assert kind_of("an annual report by ann", ["ann"]) == "an annual report by …"
