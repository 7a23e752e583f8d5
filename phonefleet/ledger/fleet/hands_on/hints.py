"""Hints to workers that persons look at phones, or take them over, so that these need not wait for their turn.

A hint says only that it is worth to look: what there is to see stands in `watched` and `takeovers`. So a hint that is
lost costs a moment, and one too many a query.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonefleet.ledger.notices import Notices

CHANNEL: Final = "phonefleet_hints"
ATTENTION: Final = "attention"
"""The payload: persons want something of phones."""


def hint(session: Session) -> None:
    """Tell all who listen, once the session's transaction is committed."""
    session.execute(select(func.pg_notify(CHANNEL, ATTENTION)))


class HintFeed(Notices):
    """A connection that hears hints; used by one thread at a time. Opening it raises `LedgerUnreachable`.

    with HintFeed(url) as feed:
        await feed.readable()
        if feed.came():
            attention.refresh()
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, CHANNEL)

    def came(self) -> bool:
        """Tell whether there were hints since the last call, without waiting for any. Raises `LedgerUnreachable`."""
        return ATTENTION in self.payloads()
