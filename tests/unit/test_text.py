"""Text as people type it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.text import bare_name, by_alias, is_storable, split_list

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_lists_are_divided_by_line_breaks_and_commas() -> None:
    assert split_list(" a, b\nc\r\n\r\n,d ,") == ["a", "b", "c", "d"]
    assert split_list(" \n,") == []


def test_an_at_sign_does_not_belong_to_a_name() -> None:
    assert [bare_name(name) for name in ("@anna", " @anna ", "anna", "@ anna")] == ["anna"] * 4


@given(json_values)
def test_text_is_storable_without_nul(value: Any) -> None:
    assert is_storable(value) == ("\\u0000" not in json.dumps(value).replace("\\\\", ""))


def test_half_a_surrogate_pair_is_not_storable_wherever_it_hides() -> None:
    for value in ("\ud800", ["a", "\udfff"], {"\ud900": 1}, {"a": [{"b": "x\ud800y"}]}):
        assert not is_storable(value)
    assert is_storable({"a": ["🙂", 1, None]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("R58: the phone is offline", "front_desk: the phone is offline"),
        ("the screen of R58 is locked, R58.", "the screen of front_desk is locked, front_desk."),
        ("R588 and XR58 and R58-a are others", "R588 and XR58 and R58-a are others"),
    ],
)
def test_a_phone_goes_by_its_alias_in_a_sentence(text: str, told: str) -> None:
    assert by_alias(text, "R58", "front_desk") == told
    assert by_alias(text, "R58", None) == text
