"""A change feed of tasks and phones: PostgreSQL notifies each commit, whichever process made it (LISTEN/NOTIFY).

Triggers of the tables send the notifications (migrations 0004 and 0019); the feed listens on its own connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from phonefleet.ledger.notices import Notices

_CHANNEL = "phonefleet_changes"


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of changed tasks and serials of changed phones; `new` holds the first and last id of each batch of tasks."""

    tasks: set[int] = field(default_factory=set[int])
    serials: set[str] = field(default_factory=set[str])
    new: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def __bool__(self) -> bool:
        """Whether anything has changed."""
        return bool(self.tasks or self.serials or self.new)


class ChangeFeed(Notices):
    """A connection that listens for changes; used by one thread at a time. Opening it raises `LedgerUnreachable`.

    with ChangeFeed(url) as feed:
        select.select([feed], [], [])
        changes = feed.new()
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, _CHANNEL)

    def new(self) -> Changes:
        """Return the changes since the last call, without waiting for any.

        Raises:
            LedgerUnreachable: the connection is lost.

        """
        return _changes(self.payloads())


def _changes(payloads: Iterable[str]) -> Changes:
    changes = Changes()
    for payload in payloads:
        kind, *names = json.loads(payload)
        if kind == "tasks":
            changes.tasks.update(names)
        elif kind == "devices":
            changes.serials.update(names)
        else:
            changes.new.append((names[0], names[1]))
    return changes
