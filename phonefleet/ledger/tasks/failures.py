"""Groups failed tasks by kind: what went wrong, in which script, with which version of the app.

A run stores its kind with its result, under `failure`; the kind of what has none (a crashed worker, a task of an
earlier version) is read from its remark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.runs.failure_kinds import kind_of
from phonefleet.runs.states import Status
from phonefleet.words import BESIDE, say, unpack

_MOST_GROUPS = 5_000
"""How many different remarks are read; those of the latest failures count."""

NAMED = 500
"""How many tasks of a kind are named, the latest ones."""

_SILENT = say("failures.silent", "it does not say why")


@dataclass(frozen=True, slots=True)
class FailureKind:
    """Failures of one kind. `error` is the name of its class, "" for an unknown one; `remark` is that of the latest.

    `task_ids` are the latest ones, at most `NAMED`, the latest first; `tasks`, `phones` and `accounts` count all.
    """

    script_name: str
    error: str
    kind: str
    app: str
    app_version: str
    remark: str
    tasks: int
    phones: int
    accounts: int
    first_at: datetime
    last_at: datetime
    task_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Failed tasks with the same remark."""

    script_name: str
    error: str | None
    kind: str | None
    app: str | None
    app_version: str | None
    remark: str | None
    kind_message: dict[str, Any] | None
    remark_message: dict[str, Any] | None
    task_ids: Sequence[int]
    serials: Sequence[str]
    usernames: Sequence[str | None]
    first_at: datetime
    last_at: datetime

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes the kind."""
        return self.script_name, self.error or "", self.told, self.app or "", self.app_version or ""

    @property
    def told(self) -> str:
        """What went wrong, with gaps."""
        return unpack(self.kind, self.kind_message) or kind_of(self.why)

    @property
    def why(self) -> str:
        """What the latest one says."""
        return unpack(self.remark, self.remark_message) or _SILENT


class Failures:
    """The failures of the ledger."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def by_kind(self, begin: datetime, end: datetime, script_name: str | None = None) -> list[FailureKind]:
        """Return what failed from `begin` until `end` and has not been retried since, the most frequent kind first.

        Tasks that a person has stopped are no failures.
        """
        failure = TaskRow.result["failure"]
        about = (
            TaskRow.script_name,
            failure["error"].astext,
            failure["kind"].astext,
            func.coalesce(failure["app"].astext, TaskRow.app),
            failure["app_version"].astext,
            TaskRow.remark,
        )
        latest = TaskRow.id.desc()
        of_tasks = (
            func.array_agg(aggregate_order_by(failure["kind" + BESIDE], latest), type_=ARRAY(JSONB))[1],
            func.array_agg(aggregate_order_by(TaskRow.remark_message, latest), type_=ARRAY(JSONB))[1],
            func.array_agg(aggregate_order_by(TaskRow.id, latest)),
            func.array_agg(TaskRow.serial.distinct()),
            func.array_agg(TaskRow.username.distinct()),
            func.min(TaskRow.end_time),
            func.max(TaskRow.end_time),
        )
        failed = (
            TaskRow.deleted_at.is_(None),
            TaskRow.status == Status.FAILED,
            TaskRow.state_type.is_distinct_from("CANCELLED"),
            TaskRow.end_time >= begin,
            TaskRow.end_time < end,
        )
        of_script = () if script_name is None else (TaskRow.script_name == script_name,)
        rows = select(*about, *of_tasks).where(*failed, *of_script).group_by(*about)
        with self._sessions() as session:
            found = session.execute(rows.order_by(func.max(TaskRow.end_time).desc()).limit(_MOST_GROUPS))
            return _folded(_Alike(*row) for row in found)


def _folded(found: Iterable[_Alike]) -> list[FailureKind]:
    """Return one kind for all that are of it; `found` has the latest first."""
    kinds: defaultdict[tuple[str, str, str, str, str], list[_Alike]] = defaultdict(list)
    for alike in found:
        kinds[alike.key].append(alike)
    folded = [_kind(key, alikes) for key, alikes in kinds.items()]
    return sorted(folded, key=lambda kind: (kind.tasks, kind.last_at), reverse=True)


def _kind(key: tuple[str, str, str, str, str], alikes: Sequence[_Alike]) -> FailureKind:
    script_name, error, _, app, app_version = key
    task_ids = sorted((task_id for alike in alikes for task_id in alike.task_ids), reverse=True)
    return FailureKind(
        script_name=script_name,
        error=error,
        kind=alikes[0].told,
        app=app,
        app_version=app_version,
        remark=alikes[0].why,
        tasks=len(task_ids),
        phones=len({serial for alike in alikes for serial in alike.serials}),
        accounts=len({name.lower() for alike in alikes for name in alike.usernames if name}),
        first_at=min(alike.first_at for alike in alikes),
        last_at=max(alike.last_at for alike in alikes),
        task_ids=task_ids[:NAMED],
    )
