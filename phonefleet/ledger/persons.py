"""Persons and their sessions: who has which token, and which browser is logged in with it.

Neither a token nor the secret of a session is stored, only its digest. A session stands for the token that it was begun
with: it ends when the person gets another token or is removed, and it follows a change of the role at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import LastAdministrator, PersonExists, PersonUnknown
from phonefleet.ledger.tables.persons import PersonRow, SessionRow
from phonefleet.persons import Person, Role, folded, one_form
from phonefleet.words import say


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody who may call, by the digest of the token, and the running sessions: digest to token's digest."""

    persons: Mapping[str, Person]
    sessions: Mapping[str, str]


class Persons:
    """Adds, changes and removes persons, and begins and ends their sessions.

    `others_administer` says whether somebody can administer who is no person here; if not, the last one must stay.

        persons.add("anna", Role.OPERATE, digest_of(token), clock.now())
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def add(self, name: str, role: Role, token_digest: str, at: datetime) -> Person:
        """Add a person.

        Raises:
            PersonExists: there is one of this name; case does not matter.

        """
        person = Person(one_form(name), role, token_digest, at, at)
        row = insert(PersonRow).values(
            folded_name=folded(name), name=person.name, role=role.value, token_digest=token_digest,
            created_at=at, token_made_at=at,
        )  # fmt: skip
        try:
            with self._sessions.begin() as session:
                session.execute(row)
        except IntegrityError as error:
            message = say("ledger.person_named_already", "There is a person named {person} already", person=person.name)
            raise PersonExists(message) from error
        return person

    def all(self) -> list[Person]:
        """Return everybody, by name."""
        with self._sessions() as session:
            return [_person(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.folded_name))]

    def have_an_administrator(self) -> bool:
        """Tell whether one of them administers."""
        return any(person.role is Role.ADMINISTER for person in self.all())

    def known(self, now: datetime) -> Known:
        """Return who may call at this instant. A session whose person was removed while this reads leads to nobody."""
        running = select(SessionRow).where(SessionRow.expires_at > now)
        with self._sessions() as session:
            sessions = {row.digest: row.token_digest for row in session.scalars(running)}
            return Known({row.token_digest: _person(row) for row in session.scalars(select(PersonRow))}, sessions)

    def set_role(self, name: str, role: Role, *, others_administer: bool = True) -> Person:
        """Give a person another role.

        Raises:
            PersonUnknown: there is none of this name.
            LastAdministrator: nobody would be left who may administer.

        """
        with self._sessions.begin() as session:
            row = _found(session, name)
            if role is not Role.ADMINISTER and not others_administer:
                _keep_an_administrator(session, row)
            row.role = role.value
            return _person(row)

    def set_token(self, name: str, token_digest: str, at: datetime) -> Person:
        """Give a person another token; the old one ends, and all sessions that stand for it. Raises `PersonUnknown`."""
        with self._sessions.begin() as session:
            row = _found(session, name)
            session.execute(delete(SessionRow).where(SessionRow.token_digest == row.token_digest))
            row.token_digest, row.token_made_at = token_digest, at
            return _person(row)

    def remove(self, name: str, *, others_administer: bool = True) -> None:
        """Remove a person with all sessions. Raises as `set_role` does."""
        with self._sessions.begin() as session:
            row = _found(session, name)
            if not others_administer:
                _keep_an_administrator(session, row)
            session.execute(delete(SessionRow).where(SessionRow.token_digest == row.token_digest))
            session.delete(row)

    def begin_session(self, digest: str, token_digest: str, expires_at: datetime) -> None:
        """Begin a session that stands for a token until it expires."""
        row = insert(SessionRow).values(digest=digest, token_digest=token_digest, expires_at=expires_at)
        with self._sessions.begin() as session:
            session.execute(row)

    def end_session(self, digest: str) -> bool:
        """End a session; return whether there was one."""
        return bool(self._delete(SessionRow.digest == digest))

    def forget_sessions(self, expired_before: datetime) -> int:
        """Delete the sessions that expired before an instant, and return how many there were."""
        return self._delete(SessionRow.expires_at < expired_before)

    def _delete(self, which: ColumnElement[bool]) -> int:
        with self._sessions.begin() as session:
            return len(session.scalars(delete(SessionRow).where(which).returning(SessionRow.digest)).all())


def _found(session: Session, name: str) -> PersonRow:
    row = session.scalars(
        select(PersonRow).where(PersonRow.folded_name == folded(name)).with_for_update()
    ).one_or_none()
    if row is None:
        message = say("ledger.no_person_named", "There is no person named {name}", name=name)
        raise PersonUnknown(message)
    return row


def _keep_an_administrator(session: Session, row: PersonRow) -> None:
    """Refuse to go on when nobody but this row's person administers; two such changes at once wait for each other."""
    administrators = select(PersonRow).where(PersonRow.role == Role.ADMINISTER.value)
    everyone = session.scalars(administrators.order_by(PersonRow.folded_name).with_for_update()).all()
    if [one.folded_name for one in everyone] == [row.folded_name]:
        raise LastAdministrator


def _person(row: PersonRow) -> Person:
    return Person(row.name, Role(row.role), row.token_digest, row.created_at, row.token_made_at)
