"""A count that an app has shown, and how exactly it did. It knows nothing of where counts are shown or kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A count as it was shown. The true one lies within one `step` of `value`; a step of 1 means that it is exact."""

    value: int
    step: int
    text: str

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded."""
        return self.step == 1

    def agrees_with(self, other: ShownNumber) -> bool:
        """Tell whether both can be the same count, each shown with its own precision."""
        return self == other or abs(self.value - other.value) < max(self.step, other.step)
