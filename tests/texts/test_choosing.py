"""Which text comes next."""

from __future__ import annotations

import random

import emoji
import pytest

from phonefleet.errors import Permanent
from phonefleet.texts import compose
from phonefleet.texts.emoji_data import friendly_emoji

LINES = ("one", "two", "three")


def test_texts_in_order_begin_anew_after_the_last() -> None:
    rng = random.Random(1)
    assert [compose(LINES, "sequential", turn, rng) for turn in range(5)] == ["one", "two", "three", "one", "two"]


def test_texts_in_any_order_are_all_used() -> None:
    rng = random.Random(1)
    assert {compose(LINES, "random", 0, rng) for _ in range(50)} == set(LINES)


def test_the_same_randomness_chooses_the_same() -> None:
    first, second = ([compose(["{a|b|c}"], "random", 0, random.Random(seed)) for seed in range(20)] for _ in range(2))
    assert first == second


def test_an_emoji_stands_behind_the_text_and_only_if_there_is_room() -> None:
    rng = random.Random(1)
    text, letters = compose(["nice"], "random", 0, rng, insert_emoji=True).split(" ")
    assert text == "nice"
    assert letters in friendly_emoji()
    assert compose(["nice"], "random", 0, rng, insert_emoji=True, longest=5) == "nice"


def test_a_text_that_the_app_does_not_take_is_refused() -> None:
    with pytest.raises(Permanent, match="the app takes 3"):
        compose(["nice"], "random", 0, random.Random(1), longest=3)


def test_emoji_are_single_and_friendly() -> None:
    assert len(friendly_emoji()) > 30
    assert all(emoji.is_emoji(letters) and emoji.emoji_count(letters) == 1 for letters in friendly_emoji())
    names = " ".join(emoji.EMOJI_DATA[letters]["en"] for letters in friendly_emoji())
    assert not any(word in names for word in ("flag", "gun", "knife", "pile", "cross", "skin", "horns"))
