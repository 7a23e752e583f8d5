"""Decides within a transaction whether an account may act: limits, holds, and the do-not-contact list.

Decisions about one account are serialised across hosts: each holds the account's advisory lock until its transaction
ends. Without the database there is no decision, and no action. The rules themselves are in `phonefleet.limits`.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from phonefleet.errors import AccountBarred
from phonefleet.ledger.actions.do_not_contact import refuse_contact
from phonefleet.ledger.actions.limits import current_rules, number_of_actions
from phonefleet.ledger.tables.actions import ActionRow
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.values import Intent, Refusal
from phonefleet.limits import Actor, Day, History, Refused, day_of, decide
from phonefleet.limits.kinds import CONTACTING, ONCE_A_TASK
from phonefleet.limits.rules import LONGEST_GAP
from phonefleet.words import say

_LOCK_SPACE = 50810
"""Seed of the hash that is the key of an account's advisory lock; it keeps the keys apart from other locks."""


def lock_account(session: Session, intent: Intent) -> None:
    """Take the account's advisory lock, which is held until the transaction ends; wait while another one holds it."""
    name = func.concat(intent.app, "\n", func.lower(intent.account))
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, _LOCK_SPACE))))


def refusal(session: Session, intent: Intent, at: datetime, zone: tzinfo, own: int | None = None) -> Refusal | None:
    """Return why an action is refused now, None if it is allowed; its `own` row, if it has one, is not counted.

    Raises:
        AccountBarred: the account has been held or disabled.
        DoNotContact: the person is on the do-not-contact list.

    """
    if intent.kind in CONTACTING:
        refuse_contact(session, intent)
    stored = current_rules(session)
    here = stored.zone(zone)
    policy = stored.rules.policy_for(_actor(session, intent))
    longest = max([policy.gap, *policy.gaps.values()])
    history = _history(session, intent, at, day_of(at, here), own, longest)
    decision = decide(intent.kind, history, policy, at, here)
    if not isinstance(decision, Refused):
        return None
    until = decision.until and decision.until.astimezone(here)
    return Refusal(until, decision.why, decision.limit, policy.when_met)


def out_of_hours(session: Session, intent: Intent, at: datetime, zone: tzinfo) -> Refusal | None:
    """Return why an account is out of its working hours, None when it is not. Raises `AccountBarred`."""
    stored = current_rules(session)
    here = stored.zone(zone)
    policy = stored.rules.policy_for(_actor(session, intent))
    opening = policy.hours.opening(at, here) if policy.hours else at
    if opening == at:
        return None
    return Refusal(
        opening and opening.astimezone(here),
        say("actions.works_other_times", "works at other times ({hours})", hours=policy.hours),
        "hours",
        policy.when_met,
    )


def _actor(session: Session, intent: Intent) -> Actor:
    """Return the account as overrides of the rules select it. Raises `AccountBarred`."""
    query = (
        select(AccountRow, DeviceRow.group_name)
        .outerjoin(DeviceRow, DeviceRow.serial == AccountRow.serial)
        .where(AccountRow.app == intent.app, func.lower(AccountRow.username) == func.lower(intent.account))
    )
    row = session.execute(query).first()
    if row is None:
        return Actor(intent.account, intent.app)
    account, group = row
    _refuse_if_barred(account)
    return Actor(account.username, account.app, frozenset(account.tags), group)


def _refuse_if_barred(account: AccountRow) -> None:
    if not account.enabled:
        message = say(
            "actions.been_disabled_does_not_act",
            "@{username} has been disabled and does not act: enable the account to go on",
            username=account.username,
        )
        raise AccountBarred(message)
    if account.held_since is not None:
        message = say(
            "actions.held_does_not_act_release",
            "@{username} is held and does not act ({hold_reason}): release the account to go on",
            username=account.username,
            hold_reason=account.hold_reason,
        )
        raise AccountBarred(message)


def _history(  # noqa: PLR0913, PLR0917 - all of them choose the rows
    session: Session, intent: Intent, at: datetime, today: Day, own: int | None, gap: timedelta
) -> History:
    """Count what was charged today, and find the last actions before an instant.

    Those that lie more than a gap ahead were stamped before the clock was set back: they would hide the last ones.
    """
    of_kind, not_ahead = ActionRow.kind == intent.kind, ActionRow.charged_at <= at + gap
    used_today = and_(of_kind, ActionRow.charged_at >= today.start, ActionRow.charged_at < today.end)
    longest = timedelta(seconds=LONGEST_GAP)
    query = select(
        number_of_actions().filter(used_today),
        func.max(ActionRow.charged_at).filter(of_kind, not_ahead),
        func.max(ActionRow.charged_at).filter(~of_kind, not_ahead),
    ).where(*_others(intent, own), ActionRow.charged_at >= min(today.start, at - longest))
    used, last_of_kind, last_of_others = session.execute(query).one()
    return History(used, last_of_kind, last_of_others)


def _others(intent: Intent, own: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions for the account's other actions."""
    found = [ActionRow.app == intent.app, func.lower(ActionRow.account) == func.lower(intent.account)]
    if own is not None:
        found.append(ActionRow.id != own)
    if intent.kind in ONCE_A_TASK:
        found.append(or_(ActionRow.kind != intent.kind, ActionRow.task_id != intent.task_id))
    return found
