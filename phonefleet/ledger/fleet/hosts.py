"""Stores joined hosts: who has which token, which worker works with it, and whether it lives.

A token itself is not stored, only its digest. The worker of the main host needs no row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import HostExists, HostInUse, HostUnknown
from phonefleet.joined_hosts import AWAY_AFTER, Host, Joining
from phonefleet.ledger.fleet.addresses import ABSENT, READY
from phonefleet.ledger.fleet.recognition import mark_all_absent
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.fleet import NOBODY, AddressRow, DeviceRow
from phonefleet.ledger.tables.hosts import HostRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.words import pack, say, unpack

_HERE = HostRow.removed_at.is_(None)


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """The phone of a task, and the request that made it."""

    serial: str
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class RunPlace:
    """The phone of a run, and the host that has it in hand now; None if nobody has."""

    serial: str
    held_by: str | None


class Hosts:
    """The joined hosts of the ledger. Names are unique among those that were not removed, ignoring case.

    host = hosts.add("second", digest_of(token), clock.now())
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def add(self, name: str, token_digest: str, at: datetime) -> Host:
        """Add a host. Raises `HostExists` when there is one of this name."""
        row = HostRow(name=name, token_digest=token_digest, added_at=at)
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except IntegrityError as error:
            message = say(
                "hosts.named_already", "There is a host named {name} already: remove it first, or take another name",
                name=name,
            )  # fmt: skip
            raise HostExists(message) from error
        return _host(row)

    def all(self) -> list[Host]:
        """Return the hosts that were not removed, by name."""
        with self._sessions() as session:
            return [_host(row) for row in session.scalars(select(HostRow).where(_HERE).order_by(HostRow.name))]

    def known(self) -> Mapping[str, Host]:
        """Return every host by the digest of its token, removed ones too."""
        with self._sessions() as session:
            return {row.token_digest: _host(row) for row in session.scalars(select(HostRow))}

    def remove(self, name: str, at: datetime) -> Host:
        """Remove a host: its token ends, and its phones are absent. Raises `HostUnknown`."""
        with self._sessions.begin() as session:
            here = (_HERE, func.lower(HostRow.name) == name.lower())
            row = session.scalars(select(HostRow).where(*here).with_for_update()).one_or_none()
            if row is None:
                raise HostUnknown(say("hosts.no_host_named", "There is no host named {name}", name=name))
            row.removed_at = at
            mark_all_absent(session, row.name, at)
            return _host(row)

    def join(self, token_digest: str, joining: Joining, at: datetime) -> Host:
        """Record that the worker of an installation joins.

        Raises:
            HostInUse: the worker of another installation works with this token, and lives.
            HostUnknown: the host was removed meanwhile.

        """
        with self._sessions.begin() as session:
            row = _locked(session, token_digest)
            before = _host(row)
            if before.installation not in {None, joining.installation} and before.lives(at):
                raise HostInUse(_in_use(before, at))
            row.version, row.installation, row.clock_ahead = joining.version, joining.installation, joining.clock_ahead
            row.joined_at = row.seen_at = at
            row.away_since = row.complaint = row.complaint_message = None
            return _host(row)

    def leave(self, token_digest: str, installation: str, at: datetime) -> None:
        """Record that the worker of an installation has ended: its phones are absent, and another may join at once."""
        with self._sessions.begin() as session:
            row = _locked(session, token_digest)
            if row.installation == installation:
                row.seen_at, row.away_since = None, at
                mark_all_absent(session, row.name, at)

    def seen(self, name: str, at: datetime) -> int:
        """Record that something was heard of a host; return how often it was lost, 0 for an unknown one.

        After each loss its phones are absent until its worker reports them anew.
        """
        heard = update(HostRow).where(_HERE, HostRow.name == name).values(seen_at=at, away_since=None)
        with self._sessions.begin() as session:
            return session.scalar(heard.returning(HostRow.losses)) or 0

    def complain(self, token_digest: str, why: str) -> None:
        """Record why the worker of a host was refused; it is forgotten when it joins."""
        told = {"complaint": why, "complaint_message": pack(why)}
        with self._sessions.begin() as session:
            session.execute(update(HostRow).where(HostRow.token_digest == token_digest).values(told))

    def lose(self, now: datetime) -> list[Host]:
        """Mark the hosts as away that nothing was heard from for `AWAY_AFTER`, and their phones as absent; return them.

        Runs in their hands stay theirs: `Runs.hold` tells for how long.
        """
        silent = (_HERE, HostRow.away_since.is_(None), HostRow.seen_at < now - AWAY_AFTER)
        with self._sessions.begin() as session:
            rows = session.scalars(select(HostRow).where(*silent).with_for_update()).all()
            for row in rows:
                row.away_since, row.losses = now, row.losses + 1
                mark_all_absent(session, row.name, now)
            return [_host(row) for row in rows]

    def phones(self, name: str) -> frozenset[str]:
        """Return the serials of the phones that are, or were, at an address of a host.

        One that was carried to another host counts for both: the first may still have to say how its run ended.
        """
        had = select(AddressRow.serial).where(AddressRow.host == name, AddressRow.serial != NOBODY)
        with self._sessions() as session:
            return frozenset(session.scalars(had.union(select(DeviceRow.serial).where(DeviceRow.host == name))))

    def numbers_of_phones(self) -> dict[str, int]:
        """Return how many phones are at each host now, by its name; hosts without any are left out."""
        here = select(DeviceRow.host, func.count()).where(DeviceRow.state != ABSENT).group_by(DeviceRow.host)
        with self._sessions() as session:
            return dict(session.execute(here).tuples().all())

    def phones_elsewhere(self) -> dict[str, dict[str, str]]:
        """Return, by host, the phones that it has ready although they work elsewhere: where, by what they are called.

        Hosts without any are left out.
        """
        ready = (AddressRow.present, AddressRow.state == READY, AddressRow.host != DeviceRow.host)
        query = select(AddressRow.host, DeviceRow.alias, DeviceRow.serial, DeviceRow.host)
        query = query.join(DeviceRow, DeviceRow.serial == AddressRow.serial).where(*ready).order_by(DeviceRow.serial)
        found: dict[str, dict[str, str]] = {}
        with self._sessions() as session:
            for host, alias, serial, works_at in session.execute(query):
                found.setdefault(host, {})[alias or serial] = works_at
        return found

    def tasks(self, task_ids: Collection[int]) -> dict[int, TaskPlace]:
        """Return where tasks belong, by task; those of deleted ones too, because their runs may go on."""
        query = select(TaskRow.id, TaskRow.serial, TaskRow.request_id).where(TaskRow.id.in_(task_ids))
        with self._sessions() as session:
            return {task_id: TaskPlace(serial, request) for task_id, serial, request in session.execute(query)}

    def tasks_of_actions(self, action_ids: Collection[int]) -> dict[int, int]:
        """Return the tasks of actions of accounts, by action."""
        query = select(ActionRow.id, ActionRow.task_id).where(ActionRow.id.in_(action_ids))
        with self._sessions() as session:
            return dict(session.execute(query).tuples().all())

    def runs(self, serials: Collection[str], flow_run_ids: Collection[UUID]) -> list[UUID]:
        """Return those of these flow runs whose tasks are for one of these phones."""
        here = (TaskRow.flow_run_id.in_(flow_run_ids), TaskRow.serial.in_(serials))
        with self._sessions() as session:
            found = session.scalars(select(TaskRow.flow_run_id).where(*here))
            return [flow_run_id for flow_run_id in found if flow_run_id is not None]

    def run(self, flow_run_id: UUID, task_id: int | None, now: datetime) -> RunPlace | None:
        """Return where a flow run belongs; None for one of no task. `task_id` is the task that it was made for."""
        columns = select(TaskRow.serial, TaskRow.held_by, TaskRow.held_until)
        this = (TaskRow.flow_run_id == flow_run_id, TaskRow.id == task_id)
        with self._sessions() as session:
            for each in this if task_id is not None else this[:1]:
                if (found := session.execute(columns.where(each)).first()) is not None:
                    serial, held_by, until = found
                    return RunPlace(serial, held_by if until is not None and until > now else None)
        return None

    def has_request(self, serials: Collection[str], request_id: UUID) -> bool:
        """Tell whether one of a request's tasks is for one of these phones."""
        here = (TaskRow.request_id == request_id, TaskRow.serial.in_(serials))
        with self._sessions() as session:
            return session.scalar(select(TaskRow.id).where(*here).limit(1)) is not None


def _locked(session: Session, token_digest: str) -> HostRow:
    row = session.get(HostRow, token_digest, with_for_update=True)
    if row is None or row.removed_at is not None:
        raise HostUnknown
    return row


def _in_use(host: Host, at: datetime) -> str:
    ago = 0 if host.seen_at is None else max(int((at - host.seen_at).total_seconds()), 0)
    return say(
        "hosts.in_use",
        "The token of host {name} is in use: another worker with it was heard {ago} s ago. End that one first, or make "
        "a host of another name with `phonefleet host add`",
        name=host.name,
        ago=ago,
    )


def _host(row: HostRow) -> Host:
    return Host(
        name=row.name,
        token_digest=row.token_digest,
        added_at=row.added_at,
        version=row.version,
        installation=row.installation,
        joined_at=row.joined_at,
        seen_at=row.seen_at,
        away_since=row.away_since,
        removed_at=row.removed_at,
        clock_ahead=row.clock_ahead,
        losses=row.losses,
        complaint=unpack(row.complaint, row.complaint_message),
    )
