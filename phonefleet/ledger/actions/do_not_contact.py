"""The do-not-contact list: people whom no account of an app, or of any app, may contact. Names ignore case."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Text, any_, cast, delete, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import DoNotContact
from phonefleet.ledger.tables.actions import DoNotContactRow
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.values import Intent, Page
from phonefleet.limits.people import named_in
from phonefleet.words import say

_EVERY_APP = ""
_KEY = ["folded_name", "app"]


@dataclass(frozen=True, slots=True)
class DoNotContactEntry:
    """A person who must not be contacted by the accounts of `app`; None means of any app."""

    username: str
    app: str | None
    reason: str | None
    since: datetime


class DoNotContactList:
    """Adds, finds and removes entries of the list."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def put(self, people: Sequence[DoNotContactEntry]) -> tuple[int, int]:
        """Add people or replace their reasons, all or none; return how many were added and how many replaced.

        Replacing keeps the old `since`; of two entries for one person the later one counts.
        """
        rows = {(person.username.casefold(), person.app or _EVERY_APP): person for person in people}
        if not rows:
            return 0, 0
        new = insert(DoNotContactRow).values([_columns(key, person) for key, person in sorted(rows.items())])
        changes = {"reason": new.excluded.reason, "username": new.excluded.username}
        changed = new.on_conflict_do_update(index_elements=_KEY, set_=changes)
        with self._sessions.begin() as session:
            made = session.scalars(changed.returning(literal_column("xmax = 0", Boolean()))).all()
        return made.count(True), made.count(False)

    def remove(self, usernames: Collection[str], app: str | None = None) -> set[str]:
        """Remove people, of one app or of all; return the casefolded names that were on the list."""
        conditions = [_is_one_of({name.casefold() for name in usernames})]
        if app is not None:
            conditions.append(DoNotContactRow.app == app)
        with self._sessions.begin() as session:
            gone = delete(DoNotContactRow).where(*conditions).returning(DoNotContactRow.folded_name)
            return set(session.scalars(gone))

    def page(
        self, number: int = 1, size: int = 20, username: str | None = None, app: str | None = None
    ) -> Page[DoNotContactEntry]:
        """Return one page of the list, by name; with `app` the entries that hold for it."""
        conditions: list[ColumnElement[bool]] = []
        if username is not None:
            conditions.append(DoNotContactRow.folded_name == username.casefold())
        if app is not None:
            conditions.append(_holds_for(app))
        query = select(DoNotContactRow).where(*conditions).order_by(DoNotContactRow.folded_name, DoNotContactRow.app)
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(DoNotContactRow).where(*conditions)) or 0
            rows = session.scalars(query.offset((number - 1) * size).limit(size))
            return Page([_entry(row) for row in rows], total)

    def among(self, targets: Collection[str], app: str) -> dict[str, DoNotContactEntry]:
        """Return the entries that forbid these targets (usernames, addresses of posts) to an app, by target."""
        people = {target: named_in(target) for target in targets}
        names = {name for name in people.values() if name is not None}
        query = select(DoNotContactRow).where(_is_one_of(names), _holds_for(app)).order_by(DoNotContactRow.app)
        with self._sessions() as session:
            found = {row.folded_name: _entry(row) for row in session.scalars(query)}
        return {target: found[name] for target, name in people.items() if name in found}


def refuse_contact(session: Session, intent: Intent) -> None:
    """Raise `DoNotContact` when the person that an action concerns is on the list."""
    query = select(DoNotContactRow).where(_is_one_of(names_in(intent)), _holds_for(intent.app)).limit(1)
    row = session.scalar(query)
    if row is not None:
        because = say("actions.because", ": {reason}", reason=row.reason) if row.reason else ""
        message = say(
            "actions.do_not_contact_list_since",
            "@{username} is on the do-not-contact list since {since}{because}",
            username=row.username,
            since=f"{row.since:%Y-%m-%d}",
            because=because,
        )
        raise DoNotContact(message)


def names_in(intent: Intent) -> set[str]:
    """Return the names of the people that an action concerns, as the list has them."""
    return {name for name in (named_in(intent.target), named_in(intent.person or "")) if name}


def on_list(names: ColumnElement[Any], app: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    """Yield the SQL conditions for the entries that forbid people, an array of names, to an app."""
    columns = table_of(DoNotContactRow).c
    yield columns.folded_name == any_(names)
    yield or_(columns.app == _EVERY_APP, columns.app == app)


def _is_one_of(names: Collection[str]) -> ColumnElement[bool]:
    return DoNotContactRow.folded_name == any_(cast(sorted(names), ARRAY(Text)))


def _holds_for(app: str) -> ColumnElement[bool]:
    return DoNotContactRow.app.in_((_EVERY_APP, app))


def _columns(key: tuple[str, str], person: DoNotContactEntry) -> dict[str, Any]:
    folded_name, app = key
    return {
        "folded_name": folded_name,
        "app": app,
        "username": person.username,
        "reason": person.reason,
        "since": person.since,
    }


def _entry(row: DoNotContactRow) -> DoNotContactEntry:
    return DoNotContactEntry(row.username, row.app or None, row.reason, row.since)
