"""Records the actions of accounts. The intent is stored before the phone is touched, so that nothing happens twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, Literal, cast

from sqlalchemy import DateTime, Row, Text, Update, bindparam, case, insert, null, select, update
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import OutcomeUnknown
from phonefleet.ledger.actions.charging import Charging, lock_account
from phonefleet.ledger.actions.published import record_use
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tasks.holding import record_touch
from phonefleet.ledger.values import Action, ActionState, Intent, Refusal
from phonefleet.words import pack, say, unpack

EndState = Literal["done", "already", "unknown", "failed"]


class Actions:
    """The actions of the ledger: at most one of a kind for a target in a task, each within its account's limits.

    An action is charged to the budget with its intent. The charge stays if the action may have happened, and is taken
    back if it ended without a touch. `zone` is the time zone of days and hours, unless the limits name their own.

        intent = Intent(task_id=7, kind="follow", app="sample", account="ada", target="grace")
        action = ledger.actions.intend(intent, now, zone)
        if isinstance(action, Action) and ledger.actions.acting(action.id, intent, now, zone) is None:
            ...  # touch the phone
            ledger.actions.end(action.id, "done", now)
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._charging = Charging()

    def intend(self, intent: Intent, at: datetime, zone: tzinfo) -> Action | Refusal:
        """Record an intent and charge it to the budget; or return an earlier try's action, or why it is refused now.

        An action that has happened, or may have, is returned without a new decision; `acting` decides a repetition.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: the person is on the do-not-contact list.
            OutcomeUnknown: another account may have done it in an earlier try.

        """
        with self._sessions.begin() as session:
            lock_account(session, intent)
            row = session.execute(_THIS, _key_of(intent)).first()
            if row is not None and row.state in _ENDED_WELL:
                return _action(row)
            if row is not None and row.acting_at is not None:
                return _same_account(_action(row), intent)
            own = None if row is None else row.id
            if refused := self._charging.refusal(session, intent, at, zone, own):
                return refused
            return _action(_intended(session, row, intent, at))

    def forecast(self, intent: Intent, at: datetime, zone: tzinfo, *, hours_only: bool) -> Refusal | None:
        """Return why an action of this kind would be refused now, None if it would not; nothing is charged.

        With `hours_only` only working hours are asked about.

        Raises:
            AccountBarred: the account has been held or disabled.

        """
        look = self._charging.out_of_hours if hours_only else self._charging.refusal
        with self._sessions() as session:
            return look(session, intent, at, zone)

    def acting(self, action_id: int, intent: Intent, at: datetime, zone: tzinfo) -> Refusal | None:
        """Record that the next touch does the action, so it may have happened from now on; return why it is refused.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: the person is on the do-not-contact list.
            PhoneElsewhere: another host has the run by now, or the phone.

        """
        with self._sessions.begin() as session:
            lock_account(session, intent)
            if refused := self._charging.refusal(session, intent, at, zone, action_id):
                return refused
            record_touch(session, _ACTING, intent.task_id, intent.host, at, {"this": action_id, "at": at})
            return None

    def end(self, action_id: int, state: EndState, at: datetime, detail: str | None = None) -> None:
        """Record how an action ended; one that ended without a touch is taken off the budget.

        The files of a post are recorded as used when it is done.
        """
        told = {"this": action_id, "end": state, "at": at, "told": detail, "packed": pack(detail)}
        if state != "done":
            self._change(_GIVEN_BACK if state in {"already", "failed"} else _ENDED, told)
        elif not self._change(_DONE_ALONE, told):
            with self._sessions.begin() as session:
                session.execute(_ENDED, told)
                record_use(session, action_id, at)

    def release(self, action_id: int) -> None:
        """Take an action off the budget if no touch was made yet; one that may have happened stays charged."""
        self._change(_RELEASED, {"this": action_id})

    def of_task(self, task_id: int) -> list[Action]:
        """Return the actions of a task, in the order in which they were intended."""
        with self._sessions() as session:
            return [_action(row) for row in session.execute(_OF_TASK, {"task_id": task_id})]

    def _change(self, changed: Update, parameters: Mapping[str, Any]) -> bool:
        """Make one statement, which is a transaction by itself; tell whether it has changed something."""
        with self._sessions() as session:
            return session.execute(changed, parameters).first() is not None


_ENDED_WELL = ("done", "already")


def _same_account(action: Action, intent: Intent) -> Action:
    if action.account is not None and action.account.casefold() != intent.account.casefold():
        message = say(
            "actions.earlier_try_may_done_look",
            "an earlier try as @{account} may have done {kind} {target}: look at that account",
            account=action.account,
            kind=action.kind,
            target=action.target,
        )
        raise OutcomeUnknown(message)
    return action


def _key_of(intent: Intent) -> dict[str, Any]:
    return {"task_id": intent.task_id, "kind": intent.kind, "target": intent.target}


def _intended(session: Session, row: Row[Any] | None, intent: Intent, at: datetime) -> Row[Any]:
    """Record an intent: as a new row, or in that of an earlier try without a touch."""
    if row is not None:
        return session.execute(_ANEW, {"this": row.id, "by": intent.account, "at": at}).one()
    values = {**_key_of(intent), "app": intent.app, "account": intent.account, "intended_at": at, "charged_at": at}
    return session.execute(_NEW, values).one()


def _action(row: Row[Any]) -> Action:
    return Action(
        id=row.id,
        task_id=row.task_id,
        kind=row.kind,
        account=row.account,
        target=row.target,
        state=cast("ActionState", row.state),
        intended_at=row.intended_at,
        acting_at=row.acting_at,
        ended_at=row.ended_at,
        detail=unpack(row.detail, row.detail_message),
    )


_T = table_of(ActionRow)
_UNTOUCHED = _T.c.acting_at.is_(None)
_MINE = update(_T).where(_T.c.id == bindparam("this")).returning(_T.c.id)
_AT = bindparam("at", type_=DateTime(timezone=True))
_COLUMNS = ("task_id", "kind", "target")
_THIS: Final = select(_T).where(*[_T.c[name] == bindparam(name, type_=_T.c[name].type) for name in _COLUMNS])
_OF_TASK: Final = select(_T).where(_T.c.task_id == bindparam("task_id")).order_by(_T.c.id)
_GIVEN = (*_COLUMNS, "app", "account", "intended_at", "charged_at")
_NEW: Final = insert(_T).values(**{name: bindparam(name) for name in _GIVEN}, state="intended").returning(_T)
_ANEW: Final = (
    update(_T)
    .where(_T.c.id == bindparam("this"))
    .returning(_T)
    .values(account=bindparam("by", type_=Text()), state="intended", charged_at=_AT, ended_at=null(), detail=null())
)
_ACTING: Final = _MINE.values(state="acting", acting_at=_AT, charged_at=_AT, ended_at=null())
_ENDED: Final = _MINE.values(
    state=bindparam("end", type_=Text()), ended_at=_AT, detail=bindparam("told", type_=Text()),
    detail_message=bindparam("packed", type_=_T.c.detail_message.type),
)  # fmt: skip
_DONE_ALONE: Final = _ENDED.where(_T.c.kind != "post")
_GIVEN_BACK: Final = _ENDED.values(charged_at=case((_UNTOUCHED, null()), else_=_T.c.charged_at))
_RELEASED: Final = _MINE.where(_UNTOUCHED).values(charged_at=null())
