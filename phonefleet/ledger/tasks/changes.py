"""A change feed of tasks and phones: PostgreSQL notifies each commit, whichever process made it (LISTEN/NOTIFY).

Triggers of the tables send the notifications (migrations 0004 and 0019); the feed listens on its own connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.connecting import KEEPALIVE

_CHANNEL = "phonefleet_changes"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of changed tasks and serials of changed phones; `new` holds the first and last id of each batch of tasks."""

    tasks: set[int] = field(default_factory=set[int])
    serials: set[str] = field(default_factory=set[str])
    new: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def __bool__(self) -> bool:
        """Whether anything has changed."""
        return bool(self.tasks or self.serials or self.new)


class ChangeFeed:
    """A connection that listens for changes; used by one thread at a time. Opening it raises `LedgerUnreachable`.

    with ChangeFeed(url) as feed:
        select.select([feed], [], [])
        changes = feed.new()
    """

    def __init__(self, url: str) -> None:
        dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with ExitStack() as stack:
            try:
                connection = psycopg.connect(make_conninfo(dsn, **KEEPALIVE), autocommit=True)
                stack.callback(connection.close)
                connection.execute(f"LISTEN {_CHANNEL}")
            except psycopg.Error as error:
                raise LedgerUnreachable from error
            stack.pop_all()
        self._connection = connection

    def fileno(self) -> int:
        """Return the connection's socket: once it can be read from, `new` returns something."""
        return self._connection.fileno()

    def new(self) -> Changes:
        """Return the changes since the last call, without waiting for any.

        Raises:
            LedgerUnreachable: the connection is lost.

        """
        try:
            return _changes([notice.payload for notice in self._connection.notifies(timeout=0, stop_after=_AT_ONCE)])
        except psycopg.Error as error:
            raise LedgerUnreachable from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
