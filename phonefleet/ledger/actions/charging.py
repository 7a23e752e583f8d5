"""Takes an action's place in the budget of its account, within the transaction that records what is about to happen.

Decisions about one account come one after the other, whichever host they are made on: each holds the account's lock
until its transaction ends. Without the database there is no decision, and nothing happens.
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

_LOCK_SPACE = 50810
"""Seed of the hash that is an account's lock, to keep clear of other advisory locks."""


def lock_account(session: Session, intent: Intent) -> None:
    """Wait until nobody else decides about the account; it is ours until the transaction ends."""
    name = func.concat(intent.app, "\n", func.lower(intent.account))
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, _LOCK_SPACE))))


def refusal(session: Session, intent: Intent, at: datetime, zone: tzinfo, own: int | None = None) -> Refusal | None:
    """Return what forbids an action now, None if nothing does; its `own` row, where there is one, does not count.

    Raises:
        AccountBarred: the account has been held or disabled.
        DoNotContact: nobody may contact the person that the action concerns.

    """
    if intent.kind in CONTACTING:
        refuse_contact(session, intent)
    stored = current_rules(session)
    here = stored.zone(zone)
    policy = stored.rules.policy_for(_actor(session, intent))
    history = _history(session, intent, at, day_of(at, here), own)
    decision = decide(intent.kind, history, policy, at, here)
    if not isinstance(decision, Refused):
        return None
    until = decision.until and decision.until.astimezone(here)
    return Refusal(until, decision.why, decision.limit, policy.when_met)


def out_of_hours(session: Session, intent: Intent, at: datetime, zone: tzinfo) -> Refusal | None:
    """Return why an account does not work now, whatever it is to do; None when it does. Raises `AccountBarred`."""
    stored = current_rules(session)
    here = stored.zone(zone)
    policy = stored.rules.policy_for(_actor(session, intent))
    opening = policy.hours.opening(at, here) if policy.hours else at
    if opening == at:
        return None
    return Refusal(
        opening and opening.astimezone(here), f"works at other times ({policy.hours})", "hours", policy.when_met
    )


def _actor(session: Session, intent: Intent) -> Actor:
    """Return what the rules may say about the account. Raises `AccountBarred`."""
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
        message = f"@{account.username} has been disabled and does not act: enable the account to go on"
        raise AccountBarred(message)
    if account.held_since is not None:
        message = f"@{account.username} is held and does not act ({account.hold_reason}): release the account to go on"
        raise AccountBarred(message)


def _history(session: Session, intent: Intent, at: datetime, today: Day, own: int | None) -> History:
    of_kind = ActionRow.kind == intent.kind
    used_today = and_(of_kind, ActionRow.charged_at >= today.start, ActionRow.charged_at < today.end)
    longest = timedelta(seconds=LONGEST_GAP)
    query = select(
        number_of_actions().filter(used_today),
        func.max(ActionRow.charged_at).filter(of_kind),
        func.max(ActionRow.charged_at).filter(~of_kind),
    ).where(*_others(intent, own), ActionRow.charged_at >= min(today.start, at - longest))
    used, last_of_kind, last_of_others = session.execute(query).one()
    return History(used, last_of_kind, last_of_others)


def _others(intent: Intent, own: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions of what the account has done besides this action."""
    found = [ActionRow.app == intent.app, func.lower(ActionRow.account) == func.lower(intent.account)]
    if own is not None:
        found.append(ActionRow.id != own)
    if intent.kind in ONCE_A_TASK:
        found.append(or_(ActionRow.kind != intent.kind, ActionRow.task_id != intent.task_id))
    return found
