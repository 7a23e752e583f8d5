"""Resolves the names of phones: a serial, an alias, or an adb address that a phone has or had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from phonefleet.errors import NameUnclear
from phonefleet.ledger.tables.fleet import NOBODY, AccountRow, AddressRow, DeviceRow
from phonefleet.text import bare_name, full_name
from phonefleet.words import joined, say

RANKED: LiteralString = """
    SELECT DISTINCT name, serial, (SELECT alias FROM devices WHERE devices.serial = ranked.serial) FROM (
        SELECT name, serial, rank, min(rank) OVER (PARTITION BY name) AS best FROM (
            SELECT name, serial, 1 AS rank FROM unnest(CAST({names} AS text[])) AS name JOIN devices ON serial = name
            UNION ALL
            SELECT name, serial, 2 FROM unnest(CAST({names} AS text[])) AS name JOIN devices ON alias = name
            UNION ALL
            SELECT name, serial, CASE WHEN present THEN 3 ELSE 4 END
            FROM unnest(CAST({names} AS text[])) AS name JOIN addresses ON address = name WHERE serial <> ''
        ) AS meant
    ) AS ranked WHERE rank = best ORDER BY name, serial
"""
"""SQL for the phones that names may mean: by serial, else by alias, else by a present, else by a former address."""

_RANKED = text(RANKED.format(names=":names"))


class Names(dict[str, str]):
    """The serials that names mean, by name; `unclear` maps a name that may mean several phones to their serials."""

    def __init__(
        self,
        found: Mapping[str, str] | None = None,
        unclear: Mapping[str, tuple[str, ...]] | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(found or {})
        self.unclear = dict(unclear or {})
        self.aliases = dict(aliases or {})

    def why_unclear(self, name: str) -> str:
        """Return one sentence about an unclear name, with the phones that it may mean by their aliases."""
        return why_unclear(name, [full_name(serial, self.aliases.get(serial)) for serial in self.unclear[name]])

    def serial_of(self, name: str) -> str | None:
        """Return the serial that a name means, None when there is none. Raises `NameUnclear`."""
        if name in self.unclear:
            raise NameUnclear(self.why_unclear(name))
        return self.get(name)


def resolve(session: Session, names: Sequence[str]) -> Names:
    """Return the serials that names mean, without unknown names."""
    return meant(session.execute(_RANKED, {"names": list(names)}).tuples()) if names else Names()


def accounts_called(session: Session, name: str, app: str | None = None) -> list[AccountRow]:
    """Return the accounts with a username, `@` and case do not matter, that are bound to a phone; of one app or any."""
    here = [func.lower(AccountRow.username) == bare_name(name).lower(), AccountRow.serial != NOBODY]
    if app is not None:
        here.append(AccountRow.app == app)
    return list(session.scalars(select(AccountRow).where(*here).order_by(AccountRow.id)))


def is_name_of_others(session: Session, name: str, serial: str) -> bool:
    """Tell whether a name is the serial, or a present or former address, of another phone than this one."""
    own = select(DeviceRow.serial).where(DeviceRow.serial == name, DeviceRow.serial != serial)
    at = select(AddressRow.serial).where(AddressRow.address == name, AddressRow.serial.not_in([serial, NOBODY]))
    return session.scalars(own.union(at).limit(1)).first() is not None


def meant(rows: Iterable[tuple[str, str, str | None]]) -> Names:
    """Return the names from rows of `RANKED`."""
    phones: dict[str, list[str]] = {}
    aliases: dict[str, str] = {}
    for name, serial, alias in rows:
        aliases |= {serial: alias} if alias else {}
        phones.setdefault(name, []).append(serial)
    found = {name: serials[0] for name, serials in phones.items() if len(serials) == 1}
    return Names(found, {name: tuple(serials) for name, serials in phones.items() if len(serials) > 1}, aliases)


def why_unclear(name: str, phones: Sequence[str]) -> str:
    """Return one sentence about a name that may mean several phones."""
    return say(
        "ledger.address_say_them_own_name",
        "{name} was the address of {phones}: say which of them by its own name",
        name=name,
        phones=joined(say("ledger.and_of", " and of "), phones),
    )
