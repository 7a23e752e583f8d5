"""Stores campaigns, and the firing of each due time. When a campaign is due is computed by `phonefleet.schedules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import CampaignExists
from phonefleet.ledger.tables.campaigns import CampaignRow, FiringRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.tasks.bulk import insert_tasks
from phonefleet.ledger.tasks.tasks import UNFINISHED
from phonefleet.ledger.values import NewTask
from phonefleet.words import pack, say, unpack

Outcome = Literal["fired", "skipped", "missed", "failed"]
FIRINGS_KEPT = 1000
"""How many firings of each campaign are kept, however old they are. Ten times as many due times as are made up for."""

_FORGET_FIRINGS = text("""
    DELETE FROM campaign_firings WHERE id IN (
        SELECT old.id FROM campaigns JOIN LATERAL (
            SELECT due_at FROM campaign_firings WHERE campaign_id = campaigns.id
            ORDER BY due_at DESC OFFSET :kept LIMIT 1
        ) AS last_kept ON true JOIN campaign_firings AS old
            ON old.campaign_id = campaigns.id AND old.due_at < least(last_kept.due_at, :before)
        LIMIT :at_most
    ) RETURNING id
""")
BUSY = say("campaigns.skipped_tasks_earlier_time_not", "skipped: the tasks of an earlier time have not ended")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `synced_version` is the version that Prefect was told last, `seen` what its deployment was then."""

    id: int
    name: str
    settings: dict[str, Any]
    paused: bool
    version: int
    synced_version: int
    deployment_id: UUID | None
    seen: dict[str, Any] | None
    note: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Firing:
    """What became of a due time: `outcome`, with a sentence in `remark` and the number of tasks it created."""

    campaign_id: int
    due_at: datetime
    fired_at: datetime
    flow_run_id: UUID | None
    outcome: Outcome
    remark: str
    tasks: int


class Campaigns:
    """The campaigns of the ledger; fires each due time once."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def create(self, name: str, settings: Mapping[str, Any], at: datetime, *, paused: bool = False) -> Campaign:
        """Store a new campaign. Raises `CampaignExists` when another has its name."""
        values = {"name": name, "settings": dict(settings), "paused": paused, "created_at": at, "updated_at": at}
        with self._sessions.begin() as session:
            row = session.scalar(insert(CampaignRow).values(values).on_conflict_do_nothing().returning(CampaignRow))
            if row is None:
                raise CampaignExists
            return _campaign(row)

    def all(self) -> list[Campaign]:
        """Return the campaigns, by name."""
        query = select(CampaignRow).where(CampaignRow.deleted_at.is_(None)).order_by(CampaignRow.name)
        with self._sessions() as session:
            return [_campaign(row) for row in session.scalars(query)]

    def to_sync(self) -> list[Campaign]:
        """Return the campaigns to sync with Prefect: the existing ones, and deleted ones whose deployment remains."""
        known = or_(CampaignRow.deleted_at.is_(None), CampaignRow.deployment_id.is_not(None))
        with self._sessions() as session:
            return [
                _campaign(row) for row in session.scalars(select(CampaignRow).where(known).order_by(CampaignRow.id))
            ]

    def get(self, campaign_id: int) -> Campaign | None:
        """Return a campaign, None when there is none with this id."""
        query = select(CampaignRow).where(CampaignRow.id == campaign_id, CampaignRow.deleted_at.is_(None))
        with self._sessions() as session:
            row = session.scalar(query)
        return None if row is None else _campaign(row)

    def change(
        self,
        campaign_id: int,
        at: datetime,
        *,
        settings: Mapping[str, Any] | None = None,
        paused: bool | None = None,
        instead_of: int | None = None,
    ) -> Campaign | None:
        """Change a campaign; None when there is none, or its version is not `instead_of` (None: any)."""
        values: dict[str, Any] = {"version": CampaignRow.version + 1, "updated_at": at, "note": None}
        values |= {} if settings is None else {"settings": dict(settings)}
        values |= {} if paused is None else {"paused": paused}
        return self._update(campaign_id, values, instead_of)

    def delete(self, campaign_id: int, at: datetime) -> bool:
        """Delete a campaign; its firings and tasks stay. Tell whether it existed."""
        return self._update(campaign_id, {"deleted_at": at, "paused": True}) is not None

    def synced(self, campaign_id: int, version: int, deployment_id: UUID | None, seen: dict[str, Any] | None) -> None:
        """Record that Prefect was told a version of a campaign, and what its deployment is now."""
        values = {"synced_version": version, "deployment_id": deployment_id, "seen": seen}
        with self._sessions.begin() as session:
            session.execute(update(CampaignRow).where(CampaignRow.id == campaign_id).values(values))

    def take_over(self, campaign: Campaign, at: datetime, note: str | None, **values: Any) -> Campaign | None:
        """Store what was changed in Prefect; None, and no change, when the campaign was changed here meanwhile."""
        next_version = campaign.version + 1
        taken = {**values, "note": note, "updated_at": at, "version": next_version, "synced_version": next_version}
        return self._update(campaign.id, taken, campaign.version)

    def finish(self, campaign: Campaign, at: datetime, note: str) -> None:
        """Pause a campaign that has ended, with a note, unless it was changed meanwhile."""
        values = {"paused": True, "note": note, "updated_at": at, "version": CampaignRow.version + 1}
        self._update(campaign.id, values, campaign.version)

    def set_note(self, campaign_id: int, note: str | None) -> None:
        """Set or remove a campaign's note for people, without a new version: Prefect is not told."""
        self._update(campaign_id, {"note": note})

    def set_note_and_resync(self, campaign_id: int, note: str) -> None:
        """Set a campaign's note for people, with a new version: Prefect is told the campaign again."""
        self._update(campaign_id, {"note": note, "version": CampaignRow.version + 1})

    def fire(self, firing: Firing, batch: Sequence[NewTask] = (), *, skip_when_busy: bool = False) -> Firing:
        """Store a firing with its tasks in one transaction; if its due time was fired before, return that firing.

        With `skip_when_busy` it is stored as skipped while earlier tasks of the campaign are unfinished.
        """
        with self._sessions.begin() as session:
            session.execute(select(CampaignRow.id).where(CampaignRow.id == firing.campaign_id).with_for_update())
            earlier = _firing(session, firing.campaign_id, firing.due_at)
            if earlier is not None:
                return earlier
            busy = skip_when_busy and _unfinished(session, firing.campaign_id)
            session.add(row := _row_of(firing, 0 if busy else len(batch)))
            if busy:
                row.outcome, row.remark, row.remark_message = "skipped", BUSY, pack(BUSY)
            else:
                insert_tasks(session, batch)
            session.flush()
            return _as_firing(row)

    def firing(self, campaign_id: int, due_at: datetime) -> Firing | None:
        """Return the firing of a due time, None when it has none."""
        with self._sessions() as session:
            return _firing(session, campaign_id, due_at)

    def dealt_with(self, campaign_id: int, due_times: Sequence[datetime]) -> set[datetime]:
        """Return those of these due times that have a firing."""
        query = select(FiringRow.due_at).where(FiringRow.campaign_id == campaign_id, FiringRow.due_at.in_(due_times))
        with self._sessions() as session:
            return set(session.scalars(query))

    def firings(self, campaign_id: int, limit: int) -> list[Firing]:
        """Return the last firings of a campaign, the latest first."""
        query = select(FiringRow).where(FiringRow.campaign_id == campaign_id).order_by(FiringRow.due_at.desc())
        with self._sessions() as session:
            return [_as_firing(row) for row in session.scalars(query.limit(limit))]

    def last_firings(self, campaign_ids: Sequence[int]) -> dict[int, Firing]:
        """Return the last firing of each of these campaigns that has one, by its id."""
        newest = select(func.max(FiringRow.id)).where(FiringRow.campaign_id.in_(campaign_ids))
        latest = select(FiringRow).where(FiringRow.id.in_(newest.group_by(FiringRow.campaign_id)))
        with self._sessions() as session:
            return {row.campaign_id: _as_firing(row) for row in session.scalars(latest)}

    def forget_firings(self, before: datetime, at_most: int = 1000) -> int:
        """Delete the firings of due times before an instant, so many at most; return how many there were.

        Each campaign's last `FIRINGS_KEPT` stay: by them the API knows after a start what has been fired.
        """
        values = {"before": before, "at_most": at_most, "kept": FIRINGS_KEPT - 1}
        with self._sessions.begin() as session:
            return len(session.execute(_FORGET_FIRINGS, values).all())

    def unfinished(self, campaign_id: int) -> list[int]:
        """Return the ids of the campaign's unfinished tasks, in order."""
        with self._sessions() as session:
            return _unfinished(session, campaign_id)

    def _update(self, campaign_id: int, values: dict[str, Any], version: int | None = None) -> Campaign | None:
        if packed := pack(values.get("note")):
            values = {**values, "note_message": packed}
        row = update(CampaignRow).where(CampaignRow.id == campaign_id, CampaignRow.deleted_at.is_(None))
        row = row if version is None else row.where(CampaignRow.version == version)
        with self._sessions.begin() as session:
            changed = session.scalar(row.values(values).returning(CampaignRow))
            return None if changed is None else _campaign(changed)


def _firing(session: Session, campaign_id: int, due_at: datetime) -> Firing | None:
    query = select(FiringRow).where(FiringRow.campaign_id == campaign_id, FiringRow.due_at == due_at)
    row = session.scalar(query)
    return None if row is None else _as_firing(row)


def _unfinished(session: Session, campaign_id: int) -> list[int]:
    query = select(TaskRow.id).where(TaskRow.deleted_at.is_(None), TaskRow.campaign_id == campaign_id)
    return list(session.scalars(query.where(TaskRow.status.in_(UNFINISHED)).order_by(TaskRow.id)))


def _row_of(firing: Firing, tasks: int) -> FiringRow:
    return FiringRow(
        campaign_id=firing.campaign_id,
        due_at=firing.due_at,
        fired_at=firing.fired_at,
        flow_run_id=firing.flow_run_id,
        outcome=firing.outcome,
        remark=firing.remark,
        remark_message=pack(firing.remark),
        tasks=tasks,
    )


def _as_firing(row: FiringRow) -> Firing:
    outcome = cast("Outcome", row.outcome)
    remark = unpack(row.remark, row.remark_message) or row.remark
    return Firing(row.campaign_id, row.due_at, row.fired_at, row.flow_run_id, outcome, remark, row.tasks)


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        id=row.id,
        name=row.name,
        settings=row.settings,
        paused=row.paused,
        version=row.version,
        synced_version=row.synced_version,
        deployment_id=row.deployment_id,
        seen=row.seen,
        note=unpack(row.note, row.note_message),
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
    )
