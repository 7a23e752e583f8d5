"""Stores the list of the media library's files, with their kinds and tags. The files themselves are in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy import ARRAY, ColumnElement, Text, delete, func, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.tables.targets import MaterialRow
from phonefleet.ledger.targets.uses import LastUse, last_uses
from phonefleet.ledger.values import Page

_NEVER = datetime.min.replace(tzinfo=UTC)
MediaKind = Literal["image", "video"]


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """A file to add to the library: `path` is relative to its folder, `size` in bytes."""

    path: str
    kind: MediaKind
    media_type: str
    size: int
    sha256: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material(NewMaterial):
    """A file of the library."""

    id: int = 0
    added_at: datetime = _NEVER
    used_by: str | None = None
    """The account that published it last."""

    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MaterialFilter:
    """Which files to list: of a kind, and with all of the tags."""

    kind: MediaKind | None = None
    tags: Sequence[str] = ()


class Materials:
    """The files of the library; files of the same content are one."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def add(self, new: NewMaterial, at: datetime) -> tuple[Material, bool]:
        """Add a file and tell whether it is new; an existing one of the same content gets the tags instead."""
        row = MaterialRow
        values = {name: getattr(new, name) for name in ("path", "kind", "media_type", "size", "sha256")}
        entered = insert(row).values(**values, tags=list(new.tags), added_at=at)
        with self._sessions.begin() as session:
            created = session.scalar(entered.on_conflict_do_nothing(index_elements=["sha256"]).returning(row.id))
            if created is None and new.tags:
                _add_tags(session, new)
            found = session.scalars(select(row).where(row.sha256 == new.sha256)).one()
            return _materials(session, [found])[0], created is not None

    def get(self, material_id: int) -> Material | None:
        """Return one file, None when there is none with this id."""
        with self._sessions() as session:
            row = session.get(MaterialRow, material_id)
            return None if row is None else _materials(session, [row])[0]

    def page(self, wanted: MaterialFilter, number: int = 1, size: int = 20) -> Page[Material]:
        """Return one page of the files, oldest first."""
        query = select(MaterialRow).where(*_conditions(wanted))
        with self._sessions() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            rows = session.scalars(query.order_by(MaterialRow.id).offset((number - 1) * size).limit(size))
            return Page(_materials(session, rows.all()), total)

    def all(self, wanted: MaterialFilter) -> list[Material]:
        """Return all files that pass a filter, oldest first."""
        query = select(MaterialRow).where(*_conditions(wanted)).order_by(MaterialRow.id)
        with self._sessions() as session:
            return _materials(session, session.scalars(query).all())

    def digests(self, kind: MediaKind) -> dict[str, str]:
        """Return the SHA-256 of each file of a kind, by its path."""
        query = select(MaterialRow.path, MaterialRow.sha256).where(MaterialRow.kind == kind)
        with self._sessions() as session:
            return dict(session.execute(query).tuples().all())

    def set_tags(self, material_id: int, tags: Sequence[str]) -> Material | None:
        """Replace a file's tags; None when there is no such file."""
        with self._sessions.begin() as session:
            session.execute(update(MaterialRow).where(MaterialRow.id == material_id).values(tags=list(tags)))
        return self.get(material_id)

    def remove(self, material_id: int) -> bool:
        """Remove a file from the list; tell whether it was there."""
        with self._sessions.begin() as session:
            gone = delete(MaterialRow).where(MaterialRow.id == material_id).returning(MaterialRow.id)
            return session.scalar(gone) is not None


def _add_tags(session: Session, new: NewMaterial) -> None:
    row = session.scalars(select(MaterialRow).where(MaterialRow.sha256 == new.sha256).with_for_update()).one()
    row.tags = list(dict.fromkeys([*row.tags, *new.tags]))


def _conditions(wanted: MaterialFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(MaterialRow.kind == wanted.kind)
    if wanted.tags:
        conditions.append(MaterialRow.tags.op("@>")(sql_cast(list(wanted.tags), ARRAY(Text()))))
    return conditions


def _materials(session: Session, rows: Sequence[MaterialRow]) -> list[Material]:
    uses = last_uses(session, [row.sha256 for row in rows])
    return [_material(row, uses.get(row.sha256)) for row in rows]


def _material(row: MaterialRow, last: LastUse | None) -> Material:
    return Material(
        path=row.path,
        kind=cast("MediaKind", row.kind),
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        tags=tuple(row.tags),
        id=row.id,
        added_at=row.added_at,
        used_by=last and last.account,
        used_at=last and last.at,
    )
