"""Spintax: what a template stands for, and what is no template."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.texts.spintax import DEEPEST, Spintax, parse


def _grouped(parts: list[str]) -> str:
    return "{" + "|".join(parts) + "}"


plain = st.text(st.characters(exclude_characters="{|}\\", exclude_categories=["Cs"]), max_size=8)
templates = st.recursive(
    plain,
    lambda inner: (
        st.builds("".join, st.lists(inner, max_size=3)) | st.builds(_grouped, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=12,
)


def texts_of(template: str, draws: int = 200) -> set[str]:
    return {parse(template).pick(random.Random(seed)) for seed in range(draws)}


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("", {""}),
        ("plain | text", {"plain | text"}),
        ("{a|b}", {"a", "b"}),
        ("{a|b} and {c|d}", {"a and c", "a and d", "b and c", "b and d"}),
        ("{a|{b|c} d}!", {"a!", "b d!", "c d!"}),
        ("{a}", {"a"}),
        ("{a|}", {"a", ""}),
        (r"\{a\|b\} \n", {r"{a|b} \n"}),
        (r"{a\|b|c}", {"a|b", "c"}),
        ("{😀|é}", {"😀", "é"}),
    ],
)
def test_a_template_stands_for_its_texts(template: str, texts: set[str]) -> None:
    assert texts_of(template) == texts


@pytest.mark.parametrize(
    ("template", "place"),
    [("{a|b", 1), ("x {a|{b}", 3), ("a}", 2), ("{a}}", 4), ("{" * (DEEPEST + 1), DEEPEST + 1)],
)
def test_the_place_of_a_wrong_brace_is_told(template: str, place: int) -> None:
    with pytest.raises(ValueError, match=rf"at character {place} "):
        parse(template)


@given(templates, st.integers())
def test_every_text_is_as_long_as_foretold(template: str, seed: int) -> None:
    parsed = parse(template)
    assert parsed.shortest() <= len(parsed.pick(random.Random(seed))) <= parsed.longest()


@given(st.text(st.sampled_from("{|}\\ab"), max_size=30))
def test_whatever_is_typed_is_a_template_or_a_value_error(typed: str) -> None:
    if (parsed := _parsed(typed)) is not None:
        assert parsed.shortest() <= parsed.longest() <= len(typed)


def _parsed(typed: str) -> Spintax | None:
    try:
        return parse(typed)
    except ValueError:
        return None
