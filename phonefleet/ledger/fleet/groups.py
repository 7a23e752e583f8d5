"""Finds phones by group and accounts by tag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ARRAY, Text, cast, func, select
from sqlalchemy.orm import Session, sessionmaker

from phonefleet.ledger.fleet.account_list import as_account
from phonefleet.ledger.tables.fleet import AccountRow, DeviceRow
from phonefleet.ledger.values import Account


class Groups:
    """The groups of phones and the tags of accounts, as they are now."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def phones(self, groups: Collection[str]) -> dict[str, list[str]]:
        """Return the serials of the enabled phones of each existing group, which may have none."""
        query = select(DeviceRow.group_name, DeviceRow.serial, DeviceRow.enabled)
        found: defaultdict[str, list[str]] = defaultdict(list)
        with self._sessions() as session:
            for group, serial, enabled in session.execute(
                query.where(DeviceRow.group_name.in_(groups)).order_by(DeviceRow.serial)
            ):
                found[group or ""] += [serial] if enabled else []
        return dict(found)

    def accounts(self, tags: Sequence[str], app: str) -> dict[str, list[Account]]:
        """Return the accounts of an app that have each of these tags, by tag, held and disabled ones too."""
        query = (
            select(AccountRow)
            .where(AccountRow.app == app, AccountRow.tags.op("&&")(cast(list(tags), ARRAY(Text))))
            .order_by(AccountRow.id)
        )
        with self._sessions() as session:
            accounts = [as_account(row) for row in session.scalars(query)]
        found = {tag: [account for account in accounts if tag in account.tags] for tag in tags}
        return {tag: bearers for tag, bearers in found.items() if bearers}

    def group_names(self) -> list[str]:
        """Return the names of all groups of phones, sorted."""
        query = select(DeviceRow.group_name).distinct().where(DeviceRow.group_name.is_not(None))
        with self._sessions() as session:
            return sorted(name for name in session.scalars(query) if name)

    def tag_names(self, app: str) -> list[str]:
        """Return all tags of an app's accounts, sorted."""
        query = select(func.unnest(AccountRow.tags).label("tag")).where(AccountRow.app == app).distinct()
        with self._sessions() as session:
            return sorted(session.scalars(query))
