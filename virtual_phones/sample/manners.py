"""How hard the app makes it to read its screens, as real apps do.

Strangers to follow stand beside whom one looked for, labels are padded, display names stand in place of handles.
The screens ask for this; it knows none of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from virtual_phones.faults import Faults

_NO_BREAK = "\u00a0"
_LEFT_TO_RIGHT = "\u200e"

_PADDINGS: tuple[Callable[[str], str], ...] = (
    lambda label: label,
    lambda label: f"{label} ",
    lambda label: f"{_NO_BREAK}{label.replace(' ', _NO_BREAK)}{_NO_BREAK}",
    lambda label: f"{_LEFT_TO_RIGHT}{label}{_LEFT_TO_RIGHT}",
)


@dataclass(frozen=True, slots=True)
class Manners:
    """What an installation of the app does to its readers; the defaults are kind.

    Attributes:
        suggestions: whether profiles that are followed show cards of strangers, each with a Follow button.
        padded: whether labels have blanks or marks of direction around them.
        display_names: whether posts name their authors by display names where the version's profile expects handles.
        seed: draws which label is padded in which way.

    """

    suggestions: bool = False
    padded: bool = False
    display_names: bool = False
    seed: int = 0

    @classmethod
    def of(cls, faults: Faults) -> Self:
        """Return the manners of an app on a phone with these faults: kind where none strikes by chance."""
        if not faults.rate:
            return cls(seed=faults.seed)
        return cls(suggestions=True, padded=True, seed=faults.seed)

    def label(self, text: str, resource_id: str) -> str:
        """Return a label as it is shown: all labels with the same id are padded in the same way."""
        if not self.padded or not text:
            return text
        return _PADDINGS[zlib.crc32(f"{self.seed} {resource_id}".encode()) % len(_PADDINGS)](text)
