"""Stores which selectors of an app profile were seen to work, on which phone and for which version of the app.

It knows nothing of what a selector is; a fingerprint identifies its rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.fleet import VerificationRow

_KEY = ("serial", "app", "app_version", "selector")


@dataclass(frozen=True, slots=True)
class Verification:
    """One selector that found something on a phone."""

    serial: str
    app: str
    app_version: str
    selector: str
    fingerprint: str
    verified_at: datetime


class Verifications:
    """The verifications of the ledger: at most one for a selector of a profile on a phone with a version of the app."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def record(self, serial: str, app: str, app_version: str, fingerprints: Mapping[str, str], at: datetime) -> None:
        """Record, or renew, that selectors found something; `fingerprints` is by the selector's name."""
        rows = [
            {"serial": serial, "app": app, "app_version": app_version, "selector": name, "fingerprint": fingerprint}
            | {"verified_at": at}
            for name, fingerprint in sorted(fingerprints.items())
        ]
        new = insert(VerificationRow)
        renewed = {"fingerprint": new.excluded.fingerprint, "verified_at": new.excluded.verified_at}
        if rows:
            with self._sessions.begin() as session:
                session.execute(new.on_conflict_do_update(index_elements=_KEY, set_=renewed), rows)

    def forget(self, serial: str, app: str) -> int:
        """Delete the verifications of a profile on a phone; return how many there were."""
        mine = (VerificationRow.serial == serial, VerificationRow.app == app)
        with self._sessions.begin() as session:
            return len(session.execute(delete(VerificationRow).where(*mine).returning(VerificationRow.selector)).all())

    def fingerprints(self, serial: str, app: str, app_version: str) -> dict[str, str]:
        """Return the fingerprints of the verified selectors, by name, on a phone with a version of the app."""
        with self._sessions() as session:
            found = session.execute(_FINGERPRINTS, {"phone": serial, "of": app, "version": app_version})
            return {row.selector: row.fingerprint for row in found}

    def of_app(self, app: str, serial: str | None = None) -> list[Verification]:
        """Return the verifications of a profile, of one phone or of all."""
        row = VerificationRow
        query = select(row).where(row.app == app).order_by(row.serial, row.app_version, row.selector)
        if serial is not None:
            query = query.where(row.serial == serial)
        with self._sessions() as session:
            return [_verification(found) for found in session.scalars(query)]


def _verification(row: VerificationRow) -> Verification:
    return Verification(
        serial=row.serial,
        app=row.app,
        app_version=row.app_version,
        selector=row.selector,
        fingerprint=row.fingerprint,
        verified_at=row.verified_at,
    )


_V = table_of(VerificationRow).c
_FINGERPRINTS: Final = select(_V.selector, _V.fingerprint).where(
    _V.serial == bindparam("phone"), _V.app == bindparam("of"), _V.app_version == bindparam("version")
)
