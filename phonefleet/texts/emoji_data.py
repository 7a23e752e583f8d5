"""The emoji that may stand behind a text: friendly ones that every phone can show, from the Unicode data."""

from __future__ import annotations

import re
from functools import cache

import emoji

_OLDEST_PHONES = 5
"""Phones since Android 8 show the emoji of this version."""

_FRIENDLY = re.compile(
    r"(grinning|beaming|smiling|slightly_smiling)_face"
    r"(_with_(big_eyes|smiling_eyes|heart-eyes|sunglasses))?"
    r"|(red|orange|yellow|green|blue|purple|sparkling|growing|beating|revolving|two)_hearts?"
    r"|(glowing_|shooting_)?star|star-struck|sparkles|fire|hundred_points|party_popper|confetti_ball|balloon"
    r"|clapping_hands|raising_hands|thumbs_up|rainbow|sun(_with_face)?"
    r"|sunflower|tulip|rose|hibiscus|bouquet|(cherry_)?blossom|four_leaf_clover"
)
_SELECTOR = "\ufe0f"


@cache
def friendly_emoji() -> tuple[str, ...]:
    """Return single, fully qualified emoji whose names are friendly; no flags, people, signs or skin tones."""
    qualified = emoji.STATUS["fully_qualified"]
    return tuple(
        letters
        for letters, about in emoji.EMOJI_DATA.items()
        if about["status"] == qualified
        and about["E"] <= _OLDEST_PHONES
        and len(letters.replace(_SELECTOR, "")) == 1
        and _FRIENDLY.fullmatch(about["en"].strip(":"))
    )
