"""The words of the page in a language, by their names: what a person reads there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parents[2] / "web" / "src" / "shared" / "words"


@cache
def _table(language: str) -> dict[str, str | dict[str, str]]:
    return json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))


def word(language: str, name: str, /, **values: object) -> str:
    """Return what stands on the page: `word("ru", "takeover.begin")`. Of a plural it is the form for one."""
    found = _table(language)[name]
    text = found if isinstance(found, str) else found["one"]
    return text.format(**values)
