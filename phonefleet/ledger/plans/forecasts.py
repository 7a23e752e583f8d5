"""Queries for plans: durations of earlier tasks, the queues of phones, the acting accounts and their last actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.device_list import ListedDevice, devices_of
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.ledger.tasks.tasks import UNFINISHED, as_task
from phonefleet.ledger.values import Task
from phonefleet.limits import Kind

LOOKED_AT = 200
"""How many recent tasks of a phone, and of a script, durations are taken from."""

_LONGEST_TURN = 10.0
"""In seconds: at most so much of the pause before a task counts as part of its duration."""

_REST = 60.0
"""In seconds: a phone that was idle for longer has to open the app again, so its next task takes longer."""

_FEW = 10
"""Durations on phones that were not idle are used alone if there are more than this many."""

_DURATIONS = text("""
    WITH recent AS (
        SELECT task.* FROM unnest(CAST(:serials AS text[])) AS phone(serial) CROSS JOIN LATERAL (
            SELECT id, serial, script_name, app, wait_seconds, scheduled_for, start_time, end_time
            FROM tasks WHERE deleted_at IS NULL AND serial = phone.serial AND status = 2 ORDER BY id DESC LIMIT :number
        ) AS task
        UNION
        SELECT task.* FROM unnest(CAST(:scripts AS text[])) AS script(name) CROSS JOIN LATERAL (
            SELECT id, serial, script_name, app, wait_seconds, scheduled_for, start_time, end_time
            FROM tasks WHERE deleted_at IS NULL AND script_name = script.name AND status = 2
            ORDER BY id DESC LIMIT :number
        ) AS task
    ), placed AS (
        SELECT *, lag(end_time) OVER turn AS previous_end, lead(start_time) OVER turn AS next_start
        FROM recent WINDOW turn AS (PARTITION BY serial ORDER BY start_time, id)
    )
    SELECT serial, script_name, app, CAST(
        extract(epoch FROM end_time - start_time) - wait_seconds
        + greatest(0, least(:turn, extract(epoch FROM start_time - greatest(previous_end, scheduled_for))))
    AS double precision), COALESCE(extract(epoch FROM start_time - previous_end) > :rest, true)
    FROM placed
    WHERE script_name = ANY(:scripts) AND start_time IS NOT NULL AND end_time IS NOT NULL
        AND (next_start IS NULL OR next_start >= end_time)
    ORDER BY id DESC
""")
"""The durations of recent completed tasks in seconds, the newest first.

A duration is the task's own time and the pause before it (`_LONGEST_TURN` at most), without the wait that was asked
for. Of a retried task it includes all tries, as they are likely to be repeated. Tasks that waited for a limit while
others ran on their phone are left out. The last column tells whether the phone was idle before.
"""

_ACTING = text("""
    SELECT phone.serial, action.account FROM unnest(CAST(:serials AS text[])) AS phone(serial) CROSS JOIN LATERAL (
        SELECT actions.account FROM (
            SELECT id FROM tasks WHERE deleted_at IS NULL AND serial = phone.serial ORDER BY id DESC LIMIT :number
        ) AS task JOIN actions ON actions.task_id = task.id
        WHERE actions.account IS NOT NULL AND actions.app = :app ORDER BY actions.id DESC LIMIT 1
    ) AS action
""")


@dataclass(frozen=True, slots=True)
class Durations:
    """How long recent tasks took, the newest first.

    `of_phone` is by serial, script and app; `of_script` by script and app, for all phones.
    """

    of_phone: dict[tuple[str, str, str | None], list[timedelta]] = field(
        default_factory=lambda: defaultdict[tuple[str, str, str | None], list[timedelta]](list)
    )
    of_script: dict[tuple[str, str | None], list[timedelta]] = field(
        default_factory=lambda: defaultdict[tuple[str, str | None], list[timedelta]](list)
    )

    def without_first_ones(self, unrested: Durations) -> Durations:
        """Return, for each key, the durations on phones that were not idle, or all where there are too few of those."""
        return Durations(
            self.of_phone | {key: found for key, found in unrested.of_phone.items() if len(found) > _FEW},
            self.of_script | {key: found for key, found in unrested.of_script.items() if len(found) > _FEW},
        )


class Forecasts:
    """The queries for plans; they change nothing."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def durations(self, serials: Sequence[str], scripts: Collection[str]) -> Durations:
        """Return how long recent completed tasks of these scripts took, on these phones and on all."""
        limits = {"number": LOOKED_AT, "turn": _LONGEST_TURN, "rest": _REST}
        values = {"serials": list(serials), "scripts": sorted(scripts), **limits}
        everything, unrested = Durations(), Durations()
        with self._sessions() as session:
            for serial, script, app, seconds, rested in session.execute(_DURATIONS, values):
                for found in (everything,) if rested else (everything, unrested):
                    found.of_phone[serial, script, app].append(timedelta(seconds=seconds))
                    found.of_script[script, app].append(timedelta(seconds=seconds))
        return everything.without_first_ones(unrested)

    def phones(self, serials: Sequence[str], now: datetime) -> dict[str, ListedDevice]:
        """Return these phones with their present states, by serial."""
        with self._sessions() as session:
            return {listed.device.serial: listed for listed in devices_of(session, serials, now)}

    def queues(self, serials: Sequence[str]) -> dict[str, list[Task]]:
        """Return the unfinished tasks of each of these phones, ordered by `scheduled_for`."""
        query = select(TaskRow).where(
            TaskRow.deleted_at.is_(None), TaskRow.status.in_(UNFINISHED), TaskRow.serial.in_(serials)
        )
        found: defaultdict[str, list[Task]] = defaultdict(list)
        with self._sessions() as session:
            for row in session.scalars(query.order_by(TaskRow.scheduled_for, TaskRow.id)):
                found[row.serial].append(as_task(row))
        return dict(found)

    def phones_of_campaigns(self, campaigns: Collection[int]) -> dict[int, list[str]]:
        """Return the serials of the phones with unfinished tasks of each of these campaigns, by campaign id."""
        query = select(TaskRow.campaign_id, TaskRow.serial).distinct().order_by(TaskRow.serial)
        here = (TaskRow.deleted_at.is_(None), TaskRow.status.in_(UNFINISHED), TaskRow.campaign_id.in_(campaigns))
        found: defaultdict[int, list[str]] = defaultdict(list)
        with self._sessions() as session:
            for campaign, serial in session.execute(query.where(*here)):
                found[cast("int", campaign)].append(serial)
        return dict(found)

    def acting(self, serials: Sequence[str], app: str) -> dict[str, str]:
        """Return the username of the account that acted last in an app on each of these phones, by serial."""
        values = {"serials": list(serials), "app": app, "number": LOOKED_AT}
        with self._sessions() as session:
            rows = session.execute(_ACTING, values)
            return {serial: username for serial, username in rows}  # noqa: C416 - to pyright rows are no pairs

    def last_actions(self, usernames: Collection[str], app: str, since: datetime) -> dict[str, dict[Kind, datetime]]:
        """Return when each of these accounts was last charged for each kind of action, by username in lower case."""
        folded = func.lower(ActionRow.account)
        query = (
            select(folded, ActionRow.kind, func.max(ActionRow.charged_at))
            .where(ActionRow.app == app, folded.in_({name.lower() for name in usernames}))
            .where(ActionRow.charged_at >= since)
            .group_by(folded, ActionRow.kind)
        )
        found: defaultdict[str, dict[Kind, datetime]] = defaultdict(dict)
        with self._sessions() as session:
            for name, kind, at in session.execute(query):
                found[name][cast("Kind", kind)] = cast("datetime", at)
        return dict(found)
