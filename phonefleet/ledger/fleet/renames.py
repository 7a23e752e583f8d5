"""Stores changes of usernames: recorded before they are tried, and then applied to the account's tasks and actions.

A process may die between the touch that changes a username and its record. So the candidates are stored first, and the
next run on the phone finds out which one the account has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.account_list import named
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.fleet import AccountRow, RenameRow
from phonefleet.ledger.tables.tasks import TaskRow

_LONGEST_CHAIN = 20
_LOWEST_ENDED = 2
"""The lowest status of a task that has ended."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A change of a username; `after` is None until the outcome is known, and when the username stayed as it was."""

    task_id: int
    app: str
    serial: str
    before: str
    candidates: tuple[str, ...]
    after: str | None = None
    ended: bool = False


class Renames:
    """The renames of the ledger: at most one for each task."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def begin(self, rename: Rename) -> None:
        """Record a rename before it is tried; usernames of other known accounts are left out of the candidates."""
        with self._sessions.begin() as session:
            known = select(func.lower(AccountRow.username)).where(AccountRow.app == rename.app)
            taken = set(session.scalars(known.where(named(rename.candidates))))
            values = {
                "app": rename.app,
                "serial": rename.serial,
                "before": rename.before,
                "candidates": [name for name in rename.candidates if name.lower() not in taken],
                "after": None,
                "ended_at": None,
            }
            new = insert(RenameRow).values(task_id=rename.task_id, **values)
            session.execute(new.on_conflict_do_update(index_elements=["task_id"], set_=values))

    def of_task(self, task_id: int) -> Rename | None:
        """Return the rename of a task, None when it has none."""
        with self._sessions() as session:
            row = session.get(RenameRow, task_id)
            return None if row is None else _rename(row)

    def unfinished(self, serial: str, app: str) -> list[Rename]:
        """Return the renames on a phone whose outcome is not known yet."""
        with self._sessions() as session:
            return [_rename(row) for row in session.execute(_UNFINISHED, {"phone": serial, "of": app})]

    def end(self, rename: Rename, after: str | None, at: datetime) -> None:
        """Record the username that the account has now, None for the old one; its tasks and actions get it too."""
        this = RenameRow.task_id == rename.task_id
        with self._sessions.begin() as session:
            session.execute(update(RenameRow).where(this).values(after=after, ended_at=at))
            if after is not None and after.lower() != rename.before.lower():
                _rename_everywhere(session, rename.app, rename.before, after)

    def current_username(self, username: str, app: str) -> str:
        """Return the present username of the account that had this one; one that an account has now is returned."""
        with self._sessions() as session:
            for _ in range(_LONGEST_CHAIN):
                if _bearer(session, app, username) is not None:
                    return username
                query = select(RenameRow.after).where(RenameRow.app == app, _same_name(RenameRow.before, username))
                ended = query.where(RenameRow.after.is_not(None)).order_by(RenameRow.ended_at.desc()).limit(1)
                username = session.scalar(ended) or username
            return username


def _rename_everywhere(session: Session, app: str, before: str, after: str) -> None:
    """Give the account's row, actions and unfinished tasks the new username.

    Its id, hold and tags stay. A row of the new username, made when the phone was read meanwhile, is deleted.
    """
    if _bearer(session, app, before) is not None:
        session.execute(delete(AccountRow).where(AccountRow.app == app, _same_name(AccountRow.username, after)))
        session.execute(
            update(AccountRow)
            .where(AccountRow.app == app, _same_name(AccountRow.username, before))
            .values(username=after, signed_in=True)
        )
    session.execute(
        update(ActionRow).where(ActionRow.app == app, _same_name(ActionRow.account, before)).values(account=after)
    )
    session.execute(
        update(TaskRow)
        .where(TaskRow.app == app, _same_name(TaskRow.username, before), TaskRow.status < _LOWEST_ENDED)
        .values(username=after)
    )


def _bearer(session: Session, app: str, username: str) -> int | None:
    return session.scalar(select(AccountRow.id).where(AccountRow.app == app, _same_name(AccountRow.username, username)))


def _same_name(column: Any, name: str) -> ColumnElement[bool]:
    return func.lower(column) == name.lower()


def _rename(row: RenameRow | Row[Any]) -> Rename:
    return Rename(
        row.task_id, row.app, row.serial, row.before, tuple(row.candidates), row.after, ended=row.ended_at is not None
    )


_RENAMES = table_of(RenameRow)
_UNFINISHED: Final = (
    select(_RENAMES)
    .where(_RENAMES.c.serial == bindparam("phone"), _RENAMES.c.app == bindparam("of"), _RENAMES.c.ended_at.is_(None))
    .order_by(_RENAMES.c.task_id)
)
