"""Reads the names that a form can offer: of phones and their groups, of accounts and their tags."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.fleet import NOBODY, AccountRow, DeviceRow
from phonefleet.runs.forms import MOST_CHOICES, Choices

_MAY_ACT = (AccountRow.enabled, AccountRow.serial != NOBODY)


class ChoicesReader:
    """The names of the fleet as they are now.

    choices = ledger.choices.read()
    choices.phones  # ("R58M1", "front_desk")
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def read(self) -> Choices:
        """Return the names, sorted, `MOST_CHOICES` of each kind at most; accounts that are disabled are left out.

        A phone is called by its alias, unless that is the serial of another phone.
        """
        groups = select(DeviceRow.group_name).where(DeviceRow.group_name != "").distinct()  # NULL is not kept either
        usernames = select(AccountRow.username).where(*_MAY_ACT).distinct()
        tags = select(func.unnest(AccountRow.tags)).where(*_MAY_ACT).distinct()
        with self._sessions() as session:
            return Choices(
                phones=_some(_phones(session)),
                groups=_some(session.scalars(groups)),
                usernames=_some(session.scalars(usernames)),
                tags=_some(session.scalars(tags)),
            )


def _phones(session: Session) -> list[str]:
    rows = session.execute(select(DeviceRow.serial, DeviceRow.alias)).tuples().all()
    serials = {serial for serial, _ in rows}
    return [alias if alias and alias not in serials else serial for serial, alias in rows]


def _some(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=lambda name: (name.lower(), name))[:MOST_CHOICES])
