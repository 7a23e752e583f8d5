"""What the apps of the made-up screens say in each language: the files in `words`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

LANGUAGES = ("en", "ru", "fr")

Words = Mapping[str, Mapping[str, str]]
"""By what they mean, then by language."""


def words_of(app: str) -> Words:
    """Return the words of an app."""
    return yaml.safe_load((Path(__file__).with_name("words") / f"{app}.yaml").read_text(encoding="utf-8"))
