"""The result of one check of `phonefleet doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check: `good` is False for a fault, None for a note."""

    what: str
    good: bool | None
    text: str
