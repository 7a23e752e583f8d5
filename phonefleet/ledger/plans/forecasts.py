"""What a plan needs to know: how long tasks took, what waits on phones, who acts there and what accounts did last."""

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
"""How many recent tasks tell how long the next one takes, of a phone and of a script."""

_LONGEST_TURN = 10.0
"""In seconds: what lies longer between two tasks is no time that the first one costs."""

_REST = 60.0
"""In seconds: a phone that has done nothing for so long has to open the app again."""

_FEW = 10
"""So few tasks on phones that had not rested tell less than all tasks."""

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
"""The newest first. A task costs its own time and what its phone needs to come to it, but not the wait before it.

Of tasks that were tried again this is all that they took, because the next ones will be, too. Those that were put off
while others ran on their phone tell nothing. The last column tells whether the phone had rested before.
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
    """How long recent tasks took, the newest first: of a script and app on a phone, and on all phones."""

    of_phone: dict[tuple[str, str, str | None], list[timedelta]] = field(
        default_factory=lambda: defaultdict[tuple[str, str, str | None], list[timedelta]](list)
    )
    of_script: dict[tuple[str, str | None], list[timedelta]] = field(
        default_factory=lambda: defaultdict[tuple[str, str | None], list[timedelta]](list)
    )

    def without_first_ones(self, unrested: Durations) -> Durations:
        """Return the durations on phones that had not rested, wherever these are not too few; else all of them."""
        return Durations(
            self.of_phone | {key: found for key, found in unrested.of_phone.items() if len(found) > _FEW},
            self.of_script | {key: found for key, found in unrested.of_script.items() if len(found) > _FEW},
        )


class Forecasts:
    """Reads for plans; it changes nothing."""

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
        """Return these phones as they are now."""
        with self._sessions() as session:
            return {listed.device.serial: listed for listed in devices_of(session, serials, now)}

    def queues(self, serials: Sequence[str]) -> dict[str, list[Task]]:
        """Return the tasks of each of these phones that have not ended, by the instant that they are due."""
        query = select(TaskRow).where(
            TaskRow.deleted_at.is_(None), TaskRow.status.in_(UNFINISHED), TaskRow.serial.in_(serials)
        )
        found: defaultdict[str, list[Task]] = defaultdict(list)
        with self._sessions() as session:
            for row in session.scalars(query.order_by(TaskRow.scheduled_for, TaskRow.id)):
                found[row.serial].append(as_task(row))
        return dict(found)

    def phones_of_campaigns(self, campaigns: Collection[int]) -> dict[int, list[str]]:
        """Return the phones on which tasks of each of these campaigns have not ended."""
        query = select(TaskRow.campaign_id, TaskRow.serial).distinct().order_by(TaskRow.serial)
        here = (TaskRow.deleted_at.is_(None), TaskRow.status.in_(UNFINISHED), TaskRow.campaign_id.in_(campaigns))
        found: defaultdict[int, list[str]] = defaultdict(list)
        with self._sessions() as session:
            for campaign, serial in session.execute(query.where(*here)):
                found[cast("int", campaign)].append(serial)
        return dict(found)

    def acting(self, serials: Sequence[str], app: str) -> dict[str, str]:
        """Return the account that acted last in an app on each of these phones where one did."""
        values = {"serials": list(serials), "app": app, "number": LOOKED_AT}
        with self._sessions() as session:
            rows = session.execute(_ACTING, values)
            return {serial: username for serial, username in rows}  # noqa: C416 - to pyright rows are no pairs

    def last_actions(self, usernames: Collection[str], app: str, since: datetime) -> dict[str, dict[Kind, datetime]]:
        """Return when each of these accounts last did something of each kind that counts, by folded name."""
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
