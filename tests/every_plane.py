"""Texts of every plane of Unicode, as people write them and as nobody does, for Hypothesis and for benchmarks."""

from __future__ import annotations

import unicodedata
from random import Random

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


PLANES = ((0x2600, 0x27BF), (0x0300, 0x036F), (0x4E00, 0x9FFF), (0x1F300, 0x1FAFF), (0x1D100, 0x1D1FF),
          (0x1D400, 0x1D7FF), (0x20000, 0x2A6DF), (0x30000, 0x3134A), (0xE0100, 0xE01EF), (0xE000, 0xF8FF),
          (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD), (0x05D0, 0x05EA), (0x0627, 0x064A))  # fmt: skip
"""Ranges of every plane that holds anything."""


def drawn(rng: Random, most: int) -> str:
    """Return up to `most` pieces and single characters of every plane on one line, without control characters."""
    pieces = [each for each in PIECES if each.strip() and each.isprintable() | (unicodedata.category(each[0]) == "Co")]
    singles = [chr(rng.randint(first, last)) for first, last in rng.sample(PLANES, 3)]
    chosen = [*rng.sample(pieces, min(most, len(pieces)) - 3), *singles]
    rng.shuffle(chosen)
    return "\xa0".join(chosen)
