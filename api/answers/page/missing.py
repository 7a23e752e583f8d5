"""Writes what stands at `/` where the page was not built: why, and what to do, in both languages of the page."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template

AGAIN = "uv sync --reinstall-package phonefleet"
"""Builds the page again, from the folder of the project."""

_PAGE = Path(__file__).with_name("missing.html")


def missing_page(why: str) -> str:
    """Return the page that says why there is no page; `why` is told as it is."""
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(again=AGAIN, why=html.escape(why))
