"""Captions keep their title and their line breaks, and what is stored reads like what the screen shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonefleet.apps.shown_text import look
from phonefleet.texts.captions import Caption, CaptionFormat


@pytest.mark.parametrize(
    ("text", "format_", "title", "description"),
    [
        ("One", "multiline", "", "One"),
        ("One###Two", "multiline", "", "One\nTwo"),
        ("Title##One###Two", "multiline", "Title", "One\nTwo"),
        ("Title## #tag", "multiline", "Title", "#tag"),
        ("One####tag", "multiline", "", "One\n#tag"),
        ("##One", "multiline", "", "One"),
        ("Title##", "multiline", "Title", ""),
        ("Title##One##Two", "multiline", "Title", "One\nTwo"),
        ("Title##One###Two", "spintax", "", "Title##One###Two"),
    ],
)
def test_marks_divide_a_caption(text: str, format_: CaptionFormat, title: str, description: str) -> None:
    assert Caption.written(text, format_) == Caption(description, title)


@given(st.text(alphabet="ab #\n"))
def test_what_is_stored_is_the_same_caption_again_and_reads_like_it(text: str) -> None:
    caption = Caption.written(text, "multiline")
    assert Caption.read(caption.stored) == caption
    assert look(caption.stored) == look(caption.joined)
