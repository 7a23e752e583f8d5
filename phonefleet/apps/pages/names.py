"""Usernames as apps write them."""

from __future__ import annotations


def plain(label: str) -> str:
    """Return a username as it is compared: without `@` and white space, in lower case."""
    return label.strip().removeprefix("@").casefold()
