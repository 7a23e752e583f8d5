"""Remembers which phones are looked at, so that their workers keep what takes the pictures running.

It knows neither pictures nor who looks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.hands_on.hints import hint
from phonefleet.ledger.tables.fleet import DeviceRow, WatchedRow


class Watching:
    """The watched phones of the ledger.

    ledger.watching.extend(["R58M123ABC"], now, until)
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def extend(self, serials: Collection[str], now: datetime, until: datetime) -> None:
        """Record that these phones are looked at until an instant, and hint so; forget those that no longer are."""
        rows = [{"serial": serial, "until": until} for serial in sorted(set(serials))]
        new = insert(WatchedRow)
        later = new.on_conflict_do_update(index_elements=["serial"], set_={"until": new.excluded.until})
        with self._sessions.begin() as session:
            session.execute(delete(WatchedRow).where(WatchedRow.until < now))
            if rows:
                session.execute(later, rows)
                hint(session)

    def of_host(self, host: str, now: datetime) -> frozenset[str]:
        """Return the serials of a host's phones that are looked at."""
        here = select(WatchedRow.serial).join(DeviceRow, DeviceRow.serial == WatchedRow.serial)
        with self._sessions() as session:
            return frozenset(session.scalars(here.where(DeviceRow.host == host, WatchedRow.until > now)))
