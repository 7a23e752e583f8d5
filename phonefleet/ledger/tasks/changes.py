"""A change feed of tasks and phones: PostgreSQL notifies each commit, whichever process made it (LISTEN/NOTIFY).

Triggers of the tables send the notifications (migrations 0004 and 0019); the feed listens on its own connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
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


class ChangeFeed:
    """A connection that listens for changes; used by one thread at a time. Opening it raises `LedgerUnreachable`.

    with ChangeFeed(url) as feed:
        changes = feed.next(within=timedelta(seconds=1))
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

    def next(self, within: timedelta) -> Changes:
        """Return the changes since the last call, waiting up to `within` for the first one.

        Raises:
            LedgerUnreachable: the connection is lost.

        """
        try:
            heard = self._connection.notifies(timeout=within.total_seconds(), stop_after=1)
            first = [notice.payload for notice in heard]
            more = self._connection.notifies(timeout=0, stop_after=_AT_ONCE) if first else ()
            return _changes([*first, *(notice.payload for notice in more)])
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
