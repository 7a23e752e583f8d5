"""Texts are compared as a dump shows them, whatever a phone and an app have done to them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apps.shown_text import (
    Reading,
    dumped,
    is_name,
    is_veiled,
    look,
    plain,
    reading,
    reads,
    same_name,
    titled,
    trimmed,
    true_reading,
    truly_titled,
)
from phonefleet.geometry import Rect
from tests.every_plane import TEXTS, VEILED, lookalike
from virtual_phones.screen.hierarchy import dump
from virtual_phones.screen.node import Node

from lxml import etree  # isort: skip

SCREEN = Rect(0, 0, 1080, 2400)


def shown(text: str) -> str:
    """Return what a virtual phone's dump shows of a text."""
    xml = dump(Node("android.widget.TextView", SCREEN, "com.example", text=text), SCREEN)
    return str(etree.fromstring(xml.encode()).xpath("string(//node/@text)"))


@given(text=TEXTS)
def test_what_a_dump_shows_reads_like_what_was_meant(text: str) -> None:
    assert shown(text) == dumped(text)
    assert reads(shown(text), text)
    assert reading(shown(text), text) is not Reading.OTHER


@given(text=TEXTS, before=st.sampled_from(["", " ", "\n\xa0", "\x1f "]), after=st.sampled_from(["", "  ", "\t"]))
def test_what_an_app_trims_and_squeezes_reads_the_same(text: str, before: str, after: str) -> None:
    sent = trimmed(f"{before}{text}{after}")
    assert reads(shown(re.sub(r"[ \t\n\xa0\u3000]+", " ", sent)), f"{before}{text}{after}")
    assert reads(shown(f"\u2068{sent}\u2069"), text)


@given(text=VEILED)
def test_a_text_that_only_looks_like_ours_is_not_taken_for_it(text: str) -> None:
    other = lookalike(text)
    assert reading(shown(other), text) is Reading.PERHAPS
    assert true_reading(other, text) is Reading.OTHER
    assert true_reading(text, text) is Reading.SAME
    assert is_veiled(text)


@given(text=TEXTS, other=TEXTS)
def test_what_is_certainly_the_same_truly_is(text: str, other: str) -> None:
    if reading(shown(other), text) is Reading.SAME:
        assert true_reading(other, text) is Reading.SAME


@given(text=TEXTS)
def test_a_look_reads_like_itself(text: str) -> None:
    assert look(look(text)) == look(text)
    assert reads(look(text), text)


@pytest.mark.parametrize(
    ("label", "meant", "expected"),
    [
        ("Good morning every…", "Good morning everybody", Reading.PERHAPS),
        ("Good morning every… See more", "Good morning everybody", Reading.PERHAPS),
        ("Good morning every...", "Good morning everybody", Reading.PERHAPS),
        ("Good morning every…", "Good morning everyone…", Reading.PERHAPS),
        ("Good morning… and good night to all of you", "Good morning everybody", Reading.OTHER),
        ("Go…", "Good morning", Reading.OTHER),
        ("Good evening every…", "Good morning everybody", Reading.OTHER),
        ("Nice.", "Nice.", Reading.SAME),
        ("Nice.", "Nice\x7f", Reading.PERHAPS),
        ("Hi ..", "Hi ..", Reading.PERHAPS),
        ("Cafe\u0301", "Café", Reading.SAME),
        ("a\xa0b", "a\n b ", Reading.SAME),
        ("", "a", Reading.OTHER),
    ],
)
def test_a_label_tells_what_it_can(label: str, meant: str, expected: Reading) -> None:
    assert reading(label, meant) is expected


def test_a_username_is_not_taken_for_one_that_has_dots_where_ours_has_an_emoji() -> None:
    assert same_name("\u2068@Anna_Lee\u2069\xa0", "anna_lee")
    assert not same_name("anna..", "anna😀")
    assert plain("@Shop ") == "shop"


def test_a_name_of_a_thing_is_compared_without_regard_to_case() -> None:
    assert titled("NIGHT ..", "Night 🌙")
    assert truly_titled("night  🌙", "Night 🌙")
    assert not truly_titled("Night 🌞", "Night 🌙")


@pytest.mark.parametrize(("label", "username"), [("\u017fam", "sam"), ("\u212aim", "kim"), ("stra\u00dfe", "strasse")])
def test_letters_that_only_fold_to_plain_ones_make_another_name(label: str, username: str) -> None:
    assert not same_name(label, username)
    assert not is_name(label)
