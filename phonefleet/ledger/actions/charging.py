"""Decides within a transaction whether an account may act: limits, holds, and the do-not-contact list.

Decisions about one account are serialised across hosts: each holds the account's advisory lock until its transaction
ends. Without the database there is no decision, and no action. The rules themselves are in `phonefleet.limits`.

Every run decides several times, so the statements are made once, and what they find is decided about here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ARRAY, DateTime, Row, Text, and_, bindparam, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session

from phonefleet.errors import AccountBarred
from phonefleet.ledger.actions.do_not_contact import names_in, on_list, refuse_contact
from phonefleet.ledger.actions.limits import StoredRules, current_rules, number_of_actions
from phonefleet.ledger.tables.actions import ActionRow, LimitsRow
from phonefleet.ledger.tables.base import table_of
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.values import Intent, Refusal
from phonefleet.limits import Actor, History, Policy, Refused, day_of, decide
from phonefleet.limits.kinds import CONTACTING, ONCE_A_TASK
from phonefleet.limits.rules import LONGEST_GAP
from phonefleet.words import say

_LOCK_SPACE = 50810
"""Seed of the hash that is the key of an account's advisory lock; it keeps the keys apart from other locks."""

_NONE = 0
"""No id of a row: identities begin with 1."""

_INSTANT = DateTime(timezone=True)


class Charging:
    """Decides about actions; it keeps the rules that it has read last, and asks each time whether they still hold.

    with sessions.begin() as session:
        lock_account(session, intent)
        refused = charging.refusal(session, intent, now, zone)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules = StoredRules()

    def refusal(
        self, session: Session, intent: Intent, at: datetime, zone: tzinfo, own: int | None = None
    ) -> Refusal | None:
        """Return why an action is refused now, None if it is allowed; its `own` row, if it has one, is not counted.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: the person is on the do-not-contact list.

        """
        policy, here = self._holds_for(session, intent, contacts=intent.kind in CONTACTING, zone=zone)
        decision = decide(intent.kind, _history(session, intent, at, here, own, policy), policy, at, here)
        if not isinstance(decision, Refused):
            return None
        until = decision.until and decision.until.astimezone(here)
        return Refusal(until, decision.why, decision.limit, policy.when_met)

    def out_of_hours(self, session: Session, intent: Intent, at: datetime, zone: tzinfo) -> Refusal | None:
        """Return why an account is out of its working hours, None when it is not. Raises `AccountBarred`."""
        policy, here = self._holds_for(session, intent, contacts=False, zone=zone)
        opening = policy.hours.opening(at, here) if policy.hours else at
        if opening == at:
            return None
        return Refusal(
            opening and opening.astimezone(here),
            say("actions.works_other_times", "works at other times ({hours})", hours=policy.hours),
            "hours",
            policy.when_met,
        )

    def _holds_for(self, session: Session, intent: Intent, *, contacts: bool, zone: tzinfo) -> tuple[Policy, tzinfo]:
        """Return the limits of an intent's account and the time zone of its days.

        Raises:
            AccountBarred: the account has been held or disabled.
            DoNotContact: `contacts`, and the person is on the do-not-contact list.

        """
        people = sorted(names_in(intent)) if contacts else []
        found = session.execute(_FACTS, {"app": intent.app, "account": intent.account, "people": people}).one()
        if found.listed:
            refuse_contact(session, intent)
        stored = self._current(session, found.version, found.set_at)
        return stored.rules.policy_for(_actor(intent, found)), stored.zone(zone)

    def _current(self, session: Session, version: int | None, set_at: datetime | None) -> StoredRules:
        """Return the rules of a version: a version that was stored is never changed."""
        with self._lock:
            kept = self._rules
        if (kept.version, kept.set_at) != (version or _NONE, set_at):
            kept = current_rules(session)
            with self._lock:
                self._rules = kept
        return kept


def lock_account(session: Session, intent: Intent) -> None:
    """Take the account's advisory lock, which is held until the transaction ends; wait while another one holds it."""
    session.execute(_LOCK, {"app": intent.app, "account": intent.account})


def _actor(intent: Intent, found: Row[Any]) -> Actor:
    """Return the account as overrides of the rules select it. Raises `AccountBarred`."""
    if found.username is None:
        return Actor(intent.account, intent.app)
    _refuse_if_barred(found)
    return Actor(found.username, intent.app, frozenset(found.tags), found.group_name)


def _refuse_if_barred(account: Row[Any]) -> None:
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
    session: Session, intent: Intent, at: datetime, here: tzinfo, own: int | None, policy: Policy
) -> History:
    """Count what was charged today, and find the last actions before an instant.

    Those that lie more than a gap ahead were stamped before the clock was set back: they would hide the last ones.
    """
    today, longest = day_of(at, here), max([policy.gap, *policy.gaps.values()])
    parameters: Mapping[str, Any] = {
        "app": intent.app,
        "account": intent.account,
        "kind": intent.kind,
        "own": own or _NONE,
        "same_task": intent.task_id if intent.kind in ONCE_A_TASK else _NONE,
        "begin": today.start,
        "end": today.end,
        "soon": at + longest,
        "oldest": min(today.start, at - timedelta(seconds=LONGEST_GAP)),
    }
    used, last_of_kind, last_of_others = session.execute(_HISTORY, parameters).one()
    return History(used, last_of_kind, last_of_others)


def _facts() -> Any:
    """Return the query for what holds for an account: the version of the rules, the account, who is not contacted."""
    limits, accounts, devices = table_of(LimitsRow).c, table_of(AccountRow), table_of(DeviceRow)
    last = select(limits.version, limits.set_at).order_by(limits.version.desc()).limit(1).subquery()
    called = and_(
        accounts.c.app == bindparam("app", type_=Text()),
        func.lower(accounts.c.username) == func.lower(bindparam("account", type_=Text())),
    )
    listed = exists().where(*on_list(bindparam("people", type_=ARRAY(Text())), bindparam("app", type_=Text())))
    always = select(literal(1).label("one")).subquery()
    columns = accounts.c
    return select(
        last.c.version, last.c.set_at, listed.label("listed"), devices.c.group_name,
        columns.username, columns.tags, columns.enabled, columns.held_since, columns.hold_reason,
    ).select_from(
        always.outerjoin(last, true())
        .outerjoin(accounts, called)
        .outerjoin(devices, devices.c.serial == accounts.c.serial)
    )  # fmt: skip


def _past() -> Any:
    """Return the query for what an account was charged for."""
    actions = table_of(ActionRow).c
    kind = bindparam("kind", type_=Text())
    of_kind, not_ahead = actions.kind == kind, actions.charged_at <= bindparam("soon", type_=_INSTANT)
    since, before = bindparam("begin", type_=_INSTANT), bindparam("end", type_=_INSTANT)
    used_today = and_(of_kind, actions.charged_at >= since, actions.charged_at < before)
    return select(
        number_of_actions(actions).filter(used_today),
        func.max(actions.charged_at).filter(of_kind, not_ahead),
        func.max(actions.charged_at).filter(~of_kind, not_ahead),
    ).where(
        actions.app == bindparam("app", type_=Text()),
        func.lower(actions.account) == func.lower(bindparam("account", type_=Text())),
        actions.id != bindparam("own"),
        or_(~of_kind, actions.task_id != bindparam("same_task")),
        actions.charged_at >= bindparam("oldest", type_=_INSTANT),
    )


_LOCKED = func.concat(bindparam("app", type_=Text()), "\n", func.lower(bindparam("account", type_=Text())))
_LOCK: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCKED, _LOCK_SPACE)))
_FACTS: Final = _facts()
_HISTORY: Final = _past()
