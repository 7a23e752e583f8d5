"""The Russian pages show the same commands as the English ones, so that neither is forgotten when the other changes."""

from __future__ import annotations

import pytest

from tests.docs.markdown import blocks

TRANSLATED = {
    "docs/ru/README.md": "README.md",
    "docs/ru/first-phone.md": "docs/guide/first-phone.md",
    "docs/ru/several-hosts.md": "docs/guide/several-hosts.md",
}
LEFT_OUT = ("python",)
"""Languages of examples that the Russian pages leave to the English ones; README leaves out `profile check` too."""


def shown(page: str) -> list[str]:
    return [block.text for block in blocks(page) if block.language not in LEFT_OUT]


@pytest.mark.parametrize("page", TRANSLATED)
def test_a_translated_page_shows_the_commands_of_the_english_one(page: str) -> None:
    english = [text for text in shown(TRANSLATED[page]) if page != "docs/ru/README.md" or "profile check" not in text]
    assert shown(page) == english
