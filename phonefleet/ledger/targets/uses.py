"""Remembers which files tasks have chosen, and who published them when; a file is known by its content.

A task claims its files before it touches a phone. The claim is no longer held once the task has ended without having
published: this is read from the task and its actions, so that no crash leaves a claim behind. Where a post may have
been published and nobody knows, it is held on.

When an action of the kind `post` ends as done, `Actions.end` records the use in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ARRAY, ColumnElement, Integer, Text, and_, any_, case, delete, exists, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.targets import MaterialUseRow
from phonefleet.ledger.tables.tasks import TaskRow
from phonefleet.runs.states import Status

_CLAIM_LOCK = 50810
"""Key of the advisory lock that lets one task claim files at a time."""

_UNFINISHED = (Status.PENDING, Status.RUNNING)
_DOUBTFUL = ("acting", "unknown")


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file as a request names it, and the SHA-256 of its content in hexadecimal digits."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LastUse:
    """Who published a file last, and when."""

    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tasks that publish the same material: these fields of their configuration are equal, and the account if given.

    `reuse` is what they mean that do not say when a file may be published again.
    """

    material: Mapping[str, Any]
    reuse: Literal["never", "always"] = "always"
    account: str | None = None


class MaterialUses:
    """The uses of files.

    if uses.claim(task_id, [ChosenFile("bread.jpg", digest)], None, now):
        ...  # publish it: nobody else does
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def free(self, digests: Sequence[str], since: datetime | None, task_id: int | None = None) -> set[str]:
        """Return those that nobody has published after `since` and no other task than `task_id` has claimed.

        Without `since` none that was ever published is free.
        """
        with self._sessions() as session:
            return set(digests) - _taken(session, digests, since, task_id)

    def awaited(self, waiting: Waiting) -> int:
        """Return how many files such tasks will still claim, which have not ended and have claimed nothing yet."""
        config = TaskRow.script_config
        chosen = exists().where(MaterialUseRow.task_id == TaskRow.id)
        images = case((config["content_type"].astext == "1", sql_cast(config["image_count"].astext, Integer)), else_=1)
        query = select(func.coalesce(func.sum(images), 0)).where(
            TaskRow.deleted_at.is_(None),
            TaskRow.status.in_(_UNFINISHED),
            TaskRow.script_name == "post",
            func.coalesce(config["reuse"].astext, waiting.reuse) != "always",
            *(config[field] == sql_cast(value, JSONB) for field, value in waiting.material.items()),
            ~chosen,
        )
        if waiting.account is not None:
            query = query.where(func.lower(TaskRow.username) == waiting.account.lower())
        with self._sessions() as session:
            return session.scalars(query).one()

    def claim(self, task_id: int, files: Sequence[ChosenFile], since: datetime | None, at: datetime) -> bool:
        """Claim all of the files for a task if all are free, in place of what it has claimed before; tell if so."""
        digests = [file.sha256 for file in files]
        with self._sessions.begin() as session:
            session.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))
            if _taken(session, digests, since, task_id):
                return False
            _replace(session, task_id, files, at)
            return True

    def note(self, task_id: int, files: Sequence[ChosenFile], at: datetime) -> None:
        """Record what a task is to publish, whoever else publishes it too."""
        with self._sessions.begin() as session:
            session.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))
            _replace(session, task_id, files, at)

    def of_task(self, task_id: int) -> list[ChosenFile]:
        """Return the files that a task has claimed, in their order."""
        row = MaterialUseRow
        with self._sessions() as session:
            rows = session.scalars(select(row).where(row.task_id == task_id).order_by(row.place))
            return [ChosenFile(each.path, each.sha256) for each in rows]


def last_uses(session: Session, digests: Sequence[str]) -> dict[str, LastUse]:
    """Return the last use of each of the contents that have been published."""
    row = MaterialUseRow
    query = (
        select(row.sha256, row.account, row.used_at)
        .where(row.sha256 == any_(sql_cast(list(digests), ARRAY(Text()))), row.used_at.is_not(None))
        .distinct(row.sha256)
        .order_by(row.sha256, row.used_at.desc(), row.task_id.desc())
    )
    rows = session.execute(query).tuples()
    return {sha256: LastUse(account or "", used_at) for sha256, account, used_at in rows if used_at is not None}


def _taken(session: Session, digests: Sequence[str], since: datetime | None, task_id: int | None) -> set[str]:
    row = MaterialUseRow
    used = row.used_at.is_not(None) if since is None else row.used_at > since
    others = row.task_id != task_id if task_id is not None else row.task_id.is_not(None)
    query = select(row.sha256).where(row.sha256.in_(digests), others, or_(used, _is_held()))
    return set(session.scalars(query))


def _is_held() -> ColumnElement[bool]:
    """Tell whether the task of a claim may still publish, or may have published, what it has claimed."""
    row = MaterialUseRow
    task = and_(TaskRow.id == row.task_id, TaskRow.deleted_at.is_(None), TaskRow.status.in_(_UNFINISHED))
    action = and_(ActionRow.task_id == row.task_id, ActionRow.kind == "post", ActionRow.state.in_(_DOUBTFUL))
    return and_(row.used_at.is_(None), or_(exists().where(task), exists().where(action)))


def _replace(session: Session, task_id: int, files: Sequence[ChosenFile], at: datetime) -> None:
    """Store what a task has chosen; what it has published already stays as it is."""
    row = MaterialUseRow
    session.execute(delete(row).where(row.task_id == task_id, row.used_at.is_(None)))
    rows = [
        {"task_id": task_id, "place": place, "path": file.path, "sha256": file.sha256, "claimed_at": at}
        for place, file in enumerate(files)
    ]
    session.execute(insert(row).on_conflict_do_nothing(), rows)
