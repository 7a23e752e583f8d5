"""Whom a target concerns: the person that it names, or whose post its address leads to."""

from __future__ import annotations

import re

from phonefleet.text import bare_name

_AUTHOR = re.compile(r"/@([^/?#\s]+)")


def named_in(target: str) -> str | None:
    """Return the folded name of the person that a username or an address names; many addresses name nobody."""
    if "://" in target:
        found = _AUTHOR.search(target)
        return found[1].casefold() if found else None
    return bare_name(target).casefold()
