"""Words in which scripts say to people what a task does: "@anna", "3 posts", "90 min". Pure; knows no script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

_LONGEST_WORD = 60
"""Characters of one part of a name; whoever wants the whole of it looks at the run's parameters."""


def people(names: Sequence[str]) -> str:
    """Return one person by name, several by their number: "@anna", "3 people"."""
    return f"@{short(names[0])}" if len(names) == 1 else f"{len(names)} people"


def posts(urls: Sequence[str]) -> str:
    """Return one post by its id, several by their number: "post 1234", "3 posts"."""
    return f"post {_post_id(urls[0])}" if len(urls) == 1 else f"{len(urls)} posts"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: "nickname, bio and link"."""
    *first, last = words or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def span(duration: timedelta) -> str:
    """Return a duration in the unit that a person would use: "45 s", "90 min", "24 h"."""
    seconds = duration.total_seconds()
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:g} s"
    return f"{seconds / 60:.3g} min" if seconds < 2 * 60 * 60 else f"{seconds / 3600:.3g} h"


def short(word: str) -> str:
    """Return a word of at most 60 characters; what is cut off shows as an ellipsis."""
    return word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…"


def _post_id(url: str) -> str:
    """Return the end of an address, which in most apps is the post's id; an address with a query stays whole."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return short(url if parts.query or not last else last)
