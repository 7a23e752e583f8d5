"""The limits of accounts: one set of rules, whose last version holds, and what accounts have used of their budgets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any, cast

from sqlalchemy import Function, and_, case, distinct, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.errors import LimitsChanged
from phonefleet.ledger.tables.actions import ActionRow, LimitsRow
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.values import Account
from phonefleet.limits import Actor, Day, Kind, Policy, Rules, day_of
from phonefleet.limits.kinds import ONCE_A_TASK
from phonefleet.pacing import zone_named


@dataclass(frozen=True, slots=True)
class StoredRules:
    """The rules that hold now; version 0 is the defaults, before anybody has set any."""

    version: int = 0
    rules: Rules = field(default_factory=Rules)
    set_at: datetime | None = None

    def zone(self, fallback: tzinfo) -> tzinfo:
        """Return the time zone of days and working hours: the one that the rules name, else `fallback`."""
        return zone_named(self.rules.timezone) if self.rules.timezone else fallback


@dataclass(frozen=True, slots=True)
class Usage:
    """What an account has used of its budgets on a day; `opens_at` is the next begin of working hours, None in them."""

    account: Account
    policy: Policy
    day: Day
    used: Mapping[Kind, int]
    opens_at: datetime | None


class Limits:
    """Reads and replaces the rules, and tells what accounts have used of them."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def current(self) -> StoredRules:
        """Return the rules that hold now."""
        with self._sessions() as session:
            return current_rules(session)

    def replace(self, rules: Rules, at: datetime, instead_of: int | None = None) -> StoredRules:
        """Store rules as a new version. Raises `LimitsChanged` when the present one is not `instead_of` (None: any)."""
        with self._sessions.begin() as session:
            session.execute(text("LOCK TABLE limits IN SHARE ROW EXCLUSIVE MODE"))
            if instead_of is not None and current_rules(session).version != instead_of:
                raise LimitsChanged
            row = LimitsRow(rules=rules.model_dump(mode="json", exclude_defaults=True), set_at=at)
            session.add(row)
            session.flush()
            return StoredRules(row.version, rules, at)

    def usage(self, accounts: Sequence[Account], now: datetime, zone: tzinfo) -> list[Usage]:
        """Return what each of these accounts has used today; instants are in the time zone of the limits."""
        with self._sessions() as session:
            stored = current_rules(session)
            here = stored.zone(zone)
            day = day_of(now, here)
            used, groups = _used(session, accounts, day), _groups(session, accounts)
        today = replace(day, start=day.start.astimezone(here), end=day.end.astimezone(here))
        policies = [stored.rules.policy_for(_actor(account, groups.get(account.serial))) for account in accounts]
        return [
            Usage(account, policy, today, used[account.id], _opening(policy, now, here))
            for account, policy in zip(accounts, policies, strict=True)
        ]


def current_rules(session: Session) -> StoredRules:
    """Return the rules that hold now, within a transaction."""
    row = session.scalar(select(LimitsRow).order_by(LimitsRow.version.desc()).limit(1))
    return StoredRules() if row is None else StoredRules(row.version, Rules.model_validate(row.rules), row.set_at)


def _opening(policy: Policy, now: datetime, zone: tzinfo) -> datetime | None:
    opening = policy.hours.opening(now, zone) if policy.hours else None
    return None if opening is None or opening == now else opening.astimezone(zone)


def number_of_actions(columns: Any = ActionRow) -> Function[int]:
    """Return the SQL count of actions in a group of rows; all changes of a profile in one task count as one."""
    once_a_task = columns.kind.in_(ONCE_A_TASK)
    return func.count(distinct(case((once_a_task, columns.task_id), else_=-columns.id)))


def _used(session: Session, accounts: Sequence[Account], day: Day) -> defaultdict[int, dict[Kind, int]]:
    same_name = func.lower(ActionRow.account) == func.lower(AccountRow.username)
    query = (
        select(AccountRow.id, ActionRow.kind, number_of_actions())
        .join(ActionRow, and_(ActionRow.app == AccountRow.app, same_name))
        .where(AccountRow.id.in_([account.id for account in accounts]))
        .where(ActionRow.charged_at >= day.start, ActionRow.charged_at < day.end)
        .group_by(AccountRow.id, ActionRow.kind)
    )
    used: defaultdict[int, dict[Kind, int]] = defaultdict(dict)
    for account_id, kind, number in session.execute(query):
        used[account_id][cast("Kind", kind)] = number
    return used


def _groups(session: Session, accounts: Sequence[Account]) -> dict[str, str | None]:
    serials = {account.serial for account in accounts}
    query = select(DeviceRow.serial, DeviceRow.group_name).where(DeviceRow.serial.in_(serials))
    return {serial: group for serial, group in session.execute(query)}  # noqa: C416 - to pyright rows are no pairs


def _actor(account: Account, group: str | None) -> Actor:
    return Actor(account.username, account.app, frozenset(account.tags), group)
