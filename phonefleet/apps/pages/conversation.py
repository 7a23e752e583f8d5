"""What a conversation says, and what was added to it since an earlier look.

A text that was sent twice stands there twice, so that "it stands there" does not tell whether it was sent just now.
What tells is how the conversation ended before: a later look finds that end again, and everything below it is new.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from phonefleet.apps.shown_text import look

T = TypeVar("T")
Side = Literal["mine", "theirs"]
Content = Literal["text", "card"]

_ENOUGH, _ROOM = 5, 4
"""How many messages suffice to know an end again, and for how many new ones there should be room on the screen."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message: who wrote it, and how its text reads, or whose profile card it is."""

    side: Side
    content: Content
    text: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The last messages of a conversation, oldest first; `whole` when there are no older ones."""

    bubbles: tuple[Bubble, ...]
    whole: bool

    def dump(self) -> str:
        """Return it as JSON, to be kept."""
        return json.dumps({"whole": self.whole, "bubbles": [[b.side, b.content, b.text] for b in self.bubbles]})

    @classmethod
    def load(cls, kept: str) -> Ending:
        """Read what `dump` returned."""
        record = json.loads(kept)
        return cls(
            tuple(Bubble(side, content, look(text)) for side, content, text in record["bubbles"]), record["whole"]
        )

    def shortened(self, bubble: Bubble) -> Ending:
        """Return a shorter end that still shows one more such bubble, so that it stays in sight when more is added."""
        if self.whole or len(self.bubbles) <= _ENOUGH:
            return self
        shorter = Ending(self.bubbles[min(_ROOM, len(self.bubbles) - _ENOUGH) :], whole=False)
        return shorter if shorter.is_distinct_from(bubble) else self

    def is_distinct_from(self, bubble: Bubble) -> bool:
        """Tell whether one more such bubble at the end would show: not where all that is in sight is just the same."""
        return self.whole or any(each != bubble for each in self.bubbles)


def joined(above: Sequence[T], below: Sequence[T]) -> tuple[T, ...] | None:
    """Return what two looks at a list showed together, the first from further up; None where that is not clear."""
    most = min(len(above), len(below))
    overlaps = [length for length in range(1, most + 1) if tuple(above[-length:]) == tuple(below[:length])]
    return (*above, *below[overlaps[0] :]) if len(overlaps) == 1 else None


def added_since(before: Ending, now: Ending) -> list[tuple[Bubble, ...]]:
    """Return what may have been added, one answer for each place where the earlier end is found again.

    None are returned when it is not found: then nothing can be told, or only from further up.
    """
    if before.whole:
        start = len(before.bubbles)
        found = now.whole and now.bubbles[:start] == before.bubbles
        return [now.bubbles[start:]] if found else []
    length = len(before.bubbles)
    ends = range(length, len(now.bubbles) + 1)
    return [now.bubbles[end:] for end in ends if now.bubbles[end - length : end] == before.bubbles]
