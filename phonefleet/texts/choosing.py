"""Which of several texts comes next, and what is put in and behind it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal

from phonefleet.errors import Permanent
from phonefleet.texts.emoji_data import friendly_emoji
from phonefleet.texts.spintax import parse
from phonefleet.words import say

Order = Literal["random", "sequential"]
"""Which text comes next: any, or the one whose turn it is."""


def compose(  # noqa: PLR0913 - each says one thing about the text
    lines: Sequence[str],
    order: Order,
    turn: int,
    rng: Random,
    *,
    insert_emoji: bool = False,
    longest: int | None = None,
) -> str:
    """Return the next text: a line by order, one of its wordings, with an emoji if wanted and if it fits.

    `turn` counts from 0; lines begin anew after the last. `longest` is in characters.

    Raises:
        Permanent: the text is longer than `longest`.
        ValueError: there are no lines, or the spintax of one does not parse.

    """
    line = lines[turn % len(lines)] if order == "sequential" else rng.choice(lines)
    text = parse(line).pick(rng)
    if longest is not None and len(text) > longest:
        message = say(
            "texts.text_characters_too_long_app",
            "a text of {number} characters is too long: the app takes {longest}",
            number=len(text),
            longest=longest,
        )
        raise Permanent(message)
    return with_emoji(text, rng, longest) if insert_emoji else text


def with_emoji(text: str, rng: Random, longest: int | None = None) -> str:
    """Return the text with a friendly emoji behind it, or as it is when there is no room for one."""
    longer = f"{text} {rng.choice(friendly_emoji())}"
    return longer if longest is None or len(longer) <= longest else text
