"""Finds the person whom a target is about: the username itself, or the author named in a post's address."""

from __future__ import annotations

import re

from phonefleet.text import bare_name

_AUTHOR = re.compile(r"/@([^/?#\s]+)")


def named_in(target: str) -> str | None:
    """Return the casefolded username in a target; None for an address that names nobody, as many do."""
    if "://" in target:
        found = _AUTHOR.search(target)
        return found[1].casefold() if found else None
    return bare_name(target).casefold()
