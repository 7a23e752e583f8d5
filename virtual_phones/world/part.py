"""A part of the world's state, such as all comments: it makes events of some kinds, and is what these add up to.

The world is event-sourced: its state is computed from the events in its journal, and from nothing else.
"""

from __future__ import annotations

from typing import Protocol

from virtual_phones.world.events import Event, Kind


class Happen(Protocol):
    """Lets something happen now: it is written to the journal, then every part applies it."""

    def __call__(self, kind: Kind, *values: str) -> None:
        """Let an event of this kind happen; the values are those that the kind names, in order."""
        ...


class Part(Protocol):
    """What the events of some kinds add up to."""

    def apply(self, event: Event) -> None:
        """Take an event into the state; events of kinds that do not concern this part change nothing."""
        ...
