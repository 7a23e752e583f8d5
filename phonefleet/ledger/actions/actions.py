"""Records the actions of accounts. The intent is stored before the phone is touched, so that nothing happens twice."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal, cast

from sqlalchemy import and_, case, null, select, update
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import OutcomeUnknown
from phonefleet.ledger.actions.charging import lock_account, out_of_hours, refusal
from phonefleet.ledger.actions.published import record_use
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tasks.holding import record_touch
from phonefleet.ledger.values import Action, ActionState, Intent, Refusal
from phonefleet.words import pack, say, unpack

EndState = Literal["done", "already", "unknown", "failed"]

_UNTOUCHED = ActionRow.acting_at.is_(None)


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

    def intend(self, intent: Intent, at: datetime, zone: tzinfo) -> Action | Refusal:
        """Record an intent and charge it to the budget; or return an earlier try's action, or why it is refused now.

        An action that has happened, or may have, is returned without a new decision; `acting` decides a repetition.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: the person is on the do-not-contact list.
            OutcomeUnknown: another account may have done it in an earlier try.

        """
        this = (ActionRow.task_id == intent.task_id, ActionRow.kind == intent.kind, ActionRow.target == intent.target)
        with self._sessions.begin() as session:
            lock_account(session, intent)
            row = session.scalar(select(ActionRow).where(*this))
            if row is not None and row.state in _ENDED_WELL:
                return _action(row)
            if row is not None and row.acting_at is not None:
                return _same_account(_action(row), intent)
            if refused := refusal(session, intent, at, zone, row and row.id):
                return refused
            row = _intended(row, intent, at)
            session.add(row)
            session.flush()
            return _action(row)

    def forecast(self, intent: Intent, at: datetime, zone: tzinfo, *, hours_only: bool) -> Refusal | None:
        """Return why an action of this kind would be refused now, None if it would not; nothing is charged.

        With `hours_only` only working hours are asked about.

        Raises:
            AccountBarred: the account has been held or disabled.

        """
        look = out_of_hours if hours_only else refusal
        with self._sessions() as session:
            return look(session, intent, at, zone)

    def acting(self, action_id: int, intent: Intent, at: datetime, zone: tzinfo) -> Refusal | None:
        """Record that the next touch does the action, so it may have happened from now on; return why it is refused.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: the person is on the do-not-contact list.
            PhoneElsewhere: another host has the run by now, or the phone.

        """
        changed = update(ActionRow).where(ActionRow.id == action_id)
        acting = changed.values(state="acting", acting_at=at, charged_at=at, ended_at=None)
        with self._sessions.begin() as session:
            lock_account(session, intent)
            if refused := refusal(session, intent, at, zone, action_id):
                return refused
            record_touch(session, acting, intent.task_id, intent.host, at)
            return None

    def end(self, action_id: int, state: EndState, at: datetime, detail: str | None = None) -> None:
        """Record how an action ended; one that ended without a touch is taken off the budget.

        The files of a post are recorded as used when it is done.
        """
        gives_back = state in {"already", "failed"}
        charged_at = case((_UNTOUCHED, null()), else_=ActionRow.charged_at) if gives_back else ActionRow.charged_at
        changed = update(ActionRow).where(ActionRow.id == action_id)
        with self._sessions.begin() as session:
            session.execute(
                changed.values(
                    state=state, ended_at=at, detail=detail, detail_message=pack(detail), charged_at=charged_at
                )
            )
            if state == "done":
                record_use(session, action_id, at)

    def release(self, action_id: int) -> None:
        """Take an action off the budget if no touch was made yet; one that may have happened stays charged."""
        changed = update(ActionRow).where(and_(ActionRow.id == action_id, _UNTOUCHED))
        with self._sessions.begin() as session:
            session.execute(changed.values(charged_at=None))

    def of_task(self, task_id: int) -> list[Action]:
        """Return the actions of a task, in the order in which they were intended."""
        query = select(ActionRow).where(ActionRow.task_id == task_id).order_by(ActionRow.id)
        with self._sessions() as session:
            return [_action(row) for row in session.scalars(query)]


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


def _intended(row: ActionRow | None, intent: Intent, at: datetime) -> ActionRow:
    """Return the row of an intent: a new one, or that of an earlier try without a touch."""
    if row is None:
        row = ActionRow(task_id=intent.task_id, kind=intent.kind, app=intent.app, target=intent.target, intended_at=at)
    row.account, row.state, row.charged_at, row.ended_at, row.detail = intent.account, "intended", at, None, None
    return row


def _action(row: ActionRow) -> Action:
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
