"""What kind of failure a message tells of: the message without what differs from task to task.

    kind_of("the profile of anna.b does not show follow_button", ["anna.b"])
    # "the profile of … does not show follow_button"

It knows neither tasks nor where failures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from phonefleet.words import changed

GAP = "…"
_VARYING = re.compile(
    r"""
    \bhttps?://\S+ | \b[a-z][\w+.-]*://\S+           # addresses
    | @[\w.-]*\w                                       # handles
    | (?<!\w)'[^']*'(?!\w) | "[^"]*" | \u201c[^\u201d]*\u201d    # quotations; not the apostrophe of a word
    | \[-?\d+,-?\d+\]\[-?\d+,-?\d+\]                  # places on a screen
    | (?<!\w)\d+(?:[.,:-]\d+)*(?!\w)                    # numbers, times, versions
    """,
    re.VERBOSE,
)
_GAPS = re.compile(rf"{GAP}(?:[\s,]*(?:and\s+)?{GAP})+")
_LONGEST = 300


def kind_of(message: str, names: Iterable[str] = ()) -> str:
    """Return a text with a gap for each of these names, and for whatever else looks like it is of one task only.

    That of a message is a message with gaps in its parameters, too; of its numbers only its text says less.
    """
    known = frozenset(names)
    return changed(message, lambda text: _with_gaps(text, known))


def _with_gaps(message: str, names: Iterable[str]) -> str:
    wanted = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    named = re.compile("|".join(rf"(?<!\w)@?{re.escape(name)}(?!\w)" for name in wanted), re.IGNORECASE)
    told = named.sub(GAP, message) if wanted else message
    return _GAPS.sub(GAP, _VARYING.sub(GAP, " ".join(told.split())))[:_LONGEST]
