"""Words in which scripts say to people what a task does: "@anna", "3 posts", "90 min". Pure; knows no script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from phonefleet.words import AND, joined, say, say_many

_LONGEST_WORD = 60
"""Characters of one part of a name; whoever wants the whole of it looks at the run's parameters."""


def people(names: Sequence[str]) -> str:
    """Return one person by name, several by their number: "@anna", "3 people"."""
    if len(names) == 1:
        return f"@{short(names[0])}"
    return say_many("scripts.people", "{count} person", "{count} people", count=len(names))


def posts(urls: Sequence[str]) -> str:
    """Return one post by its id, several by their number: "post 1234", "3 posts"."""
    if len(urls) == 1:
        return say("scripts.one_post", "post {post}", post=_post_id(urls[0]))
    return say_many("scripts.posts", "{count} post", "{count} posts", count=len(urls))


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: "nickname, bio and link"."""
    *first, last = words or [say("scripts.nothing", "nothing")]
    return joined(AND, [joined(", ", first), last]) if first else last


def span(duration: timedelta) -> str:
    """Return a duration in the unit that a person would use: "45 s", "90 min", "24 h"."""
    seconds = duration.total_seconds()
    if seconds < 60:  # noqa: PLR2004 - a minute
        return say("scripts.seconds", "{number} s", number=f"{seconds:g}")
    if seconds < 2 * 60 * 60:
        return say("scripts.minutes", "{number} min", number=f"{seconds / 60:.3g}")
    return say("scripts.hours", "{number} h", number=f"{seconds / 3600:.3g}")


def short(word: str) -> str:
    """Return a word of at most 60 characters; what is cut off shows as an ellipsis."""
    return word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…"


def _post_id(url: str) -> str:
    """Return the end of an address, which in most apps is the post's id; an address with a query stays whole."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return short(url if parts.query or not last else last)
