"""Version 3 of the app: ids that say nothing, and words in the language of the phone."""

from __future__ import annotations

from collections.abc import Mapping

from virtual_phones.sample.skins.third.english import ENGLISH
from virtual_phones.sample.skins.third.french import FRENCH
from virtual_phones.sample.skins.third.ids import IDS
from virtual_phones.sample.skins.third.russian import RUSSIAN

__all__ = ["IDS", "WORDS"]

WORDS: Mapping[str, Mapping[str, str]] = {"ru": RUSSIAN, "fr": FRENCH, "en": ENGLISH}
"""What it says, by language; roles that a language does not name are as in version 1."""
