"""What a conversation says, and what was added to it since an earlier look.

A text that was sent twice stands there twice, so that "it stands there" does not tell whether it was sent just now.
What tells is how the conversation ended before: a later look finds that end again, and everything below it is new.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["mine", "theirs"]
Content = Literal["text", "card"]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message: who wrote it, and its text, or whose profile card it is."""

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
        return cls(tuple(Bubble(side, content, text) for side, content, text in record["bubbles"]), record["whole"])

    def is_distinct_from(self, bubble: Bubble) -> bool:
        """Tell whether one more such bubble at the end would show: not where all that is in sight is just the same."""
        return self.whole or any(each != bubble for each in self.bubbles)


def folded(text: str) -> str:
    """Return a text as it is compared: apps trim and wrap what is sent."""
    return " ".join(text.split())


def joined(older: Sequence[Bubble], newer: Sequence[Bubble]) -> tuple[Bubble, ...]:
    """Return what two looks showed together, the older one from further up: they overlap by as much as they can."""
    for length in range(min(len(older), len(newer)), 0, -1):
        if tuple(older[-length:]) == tuple(newer[:length]):
            return *older, *newer[length:]
    return *older, *newer


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
