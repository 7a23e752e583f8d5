"""Texts of every plane of Unicode, as people write them and as nobody does, for Hypothesis and for benchmarks."""

from __future__ import annotations

from hypothesis import strategies as st

from phonefleet.apps.shown_text import dumped, trimmed

PIECES = (
    "Hi", "Nice.", "...", "it's", "☀️", "✨", "e\u0301", "Z\u0351\u036b", "\u1112\u1161\u11ab", "각", "😀", "😂",
    "👩‍👩‍👧", "🏳️‍🌈", "🇫🇷", "1️⃣", "👍🏽", "𠀀", "𪚥", "𝄞", "𝅗𝅥", "\U000f0000", "\U0010fffd", "\ue000", "\ufffd",
    "שלום", "مرحبا", "\u200f", "\u2067a\u2069", "\xa0", "\u3000", "\n", "\t", "\x85", "\x7f", "\x90", "\ufdd0",
    "\ufffe", "\u200b", "\ufeff",
)  # fmt: skip
"""One or several of each kind that a phone, an app or a dump may treat in its own way."""

ANY = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
TEXTS = (
    st.one_of(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join), st.text(ANY, max_size=20))
    .map(trimmed)
    .filter(bool)
)
VEILED = TEXTS.map(lambda text: f"{text}😀")
"""Texts that others look like in a dump."""


def lookalike(text: str) -> str:
    """Return another text that reads just like this one in a dump; the text must hold one that is cleaned."""
    other = text.replace("😀", "😂")
    assert dumped(other) == dumped(text) != text
    return other
