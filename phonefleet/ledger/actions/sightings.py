"""Stores what the screen showed before an action's first touch, so that a later look can tell whether it happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased, sessionmaker

from phonefleet.ledger.tables.actions import ActionRow, SightingRow
from phonefleet.ledger.tables.texts import TextRow
from phonefleet.text import bare_name


@dataclass(frozen=True, slots=True)
class OthersSince:
    """How many actions of the kind other tasks of the account have done since a sighting.

    `all` counts all of them, `equal` those for the same target whose text reads the same, `here` those in the same
    place. `perhaps` and `perhaps_equal` count actions in that place of which nobody knows whether they happened.
    """

    all: int = 0
    equal: int = 0
    here: int = field(default=0, compare=False)
    perhaps: int = field(default=0, compare=False)
    perhaps_equal: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OtherText:
    """The text `ours` of an action, and the target and text of another task's; `certain` if that one happened."""

    ours: str
    target: str
    text: str
    certain: bool


class Sightings:
    """The sightings of the ledger: one of a kind for a target in a task, the last one before the first touch."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def keep(self, task_id: int, kind: str, target: str, content: str, at: datetime) -> None:
        """Store what the screen shows now, in place of the sighting of an earlier try without a touch."""
        seen = {"content": content, "seen_at": at}
        new = insert(SightingRow).values(task_id=task_id, kind=kind, target=target, **seen)
        key = ["task_id", "kind", "target"]
        with self._sessions.begin() as session:
            session.execute(new.on_conflict_do_update(index_elements=key, set_=seen))

    def find(self, task_id: int, kind: str, target: str) -> str | None:
        """Return what the screen showed before the first touch; None when there is no sighting."""
        key = (SightingRow.task_id == task_id, SightingRow.kind == kind, SightingRow.target == target)
        with self._sessions() as session:
            return session.scalar(select(SightingRow.content).where(*key))

    def others_since(
        self,
        task_id: int,
        kind: str,
        target: str,
        *,
        look: Callable[[str], str] = str,
        places: Collection[str] = (),
    ) -> OthersSince:
        """Count the actions of this kind that other tasks of the account have done since the sighting.

        `look` turns a text into what the screen shows of it; `places` are further targets that lead to the same place.
        """
        others = self.other_texts(task_id, kind, target)
        found = [_Other(_folded(one.target), look(one.text) == look(one.ours), one.certain) for one in others]
        return _counted(found, _folded(target), {_folded(place) for place in (target, *places)})

    def other_texts(self, task_id: int, kind: str, target: str) -> list[OtherText]:
        """Return the texts of what other tasks of the account have done of this kind since the sighting."""
        mine, its_text, other, their_text = aliased(ActionRow), aliased(TextRow), aliased(ActionRow), aliased(TextRow)
        seen = aliased(SightingRow)
        query = (
            select(its_text.content, other.target, their_text.content, other.state)
            .select_from(mine)
            .join(its_text, and_(its_text.task_id == mine.task_id, _same(its_text, mine)))
            .join(seen, and_(seen.task_id == mine.task_id, _same(seen, mine)))
            .join(other, and_(_by_another_task(other, mine), other.acting_at > seen.seen_at))
            .join(their_text, and_(their_text.task_id == other.task_id, _same(their_text, other)))
            .where(mine.task_id == task_id, mine.kind == kind, mine.target == target)
        )
        with self._sessions() as session:
            rows = session.execute(query).tuples().all()
        return [OtherText(ours, to, theirs, state == "done") for ours, to, theirs, state in rows]


@dataclass(frozen=True, slots=True)
class _Other:
    """An action of another task: its target, whether its text reads like ours, and whether it certainly happened."""

    target: str
    alike: bool
    certain: bool


def _counted(others: Sequence[_Other], target: str, places: Collection[str]) -> OthersSince:
    certain = [each for each in others if each.certain]
    perhaps = [each for each in others if not each.certain and each.target in places]
    return OthersSince(
        all=len(certain),
        equal=sum(each.alike and each.target == target for each in certain),
        here=sum(each.target in places for each in certain),
        perhaps=len(perhaps),
        perhaps_equal=sum(each.alike and each.target == target for each in perhaps),
    )


def _folded(target: str) -> str:
    return bare_name(target).casefold()


def _by_another_task(other: Any, mine: Any) -> ColumnElement[bool]:
    return and_(
        other.kind == mine.kind,
        other.task_id != mine.task_id,
        other.app == mine.app,
        func.lower(other.account) == func.lower(mine.account),
        other.state.in_(("done", "acting", "unknown")),
    )


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    return and_(one.kind == other.kind, one.target == other.target)
