"""What one look of `phonefleet doctor` has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`good` is None for what is worth knowing but no fault."""

    what: str
    good: bool | None
    text: str
