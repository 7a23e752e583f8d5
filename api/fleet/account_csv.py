"""Accounts as CSV: writes a row for each account, and parses and checks the rows of an import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from api.answers.csv_table import Record, TableBroken, read_table, write_table
from api.answers.errors import reasons
from api.answers.fields import NewUsername, Tags
from api.fleet.account_schemas import LineError
from phonefleet.ledger import Account
from phonefleet.ledger.fleet.account_import import AccountEntry
from phonefleet.ledger.names import Names
from phonefleet.text import is_storable
from phonefleet.words import say

MOST_ROWS = 10_000
COLUMNS = ("username", "platform", "serial", "enabled", "tags", "logined", "hold_reason", "held_since")
_REQUIRED = ("username", "serial")
_READ_ONLY = frozenset({"logined", "hold_reason", "held_since"})
"""Columns that an export has and an import ignores: they are states that no file can set."""
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What cells may refer to: phones by any name, and app profiles; `app` is the profile of rows that name none."""

    phones: Names
    apps: frozenset[str]
    app: str


def _yes_no(cell: object) -> object:
    if isinstance(cell, str) and cell.strip().lower() in _YES_NO:
        return _YES_NO[cell.strip().lower()]
    message = say("fleet.neither_true_nor_false", "is neither true nor false")
    raise ValueError(message)


def _split(cell: object) -> object:
    """Return the tags of a cell, separated by semicolons; by commas where semicolons separate the cells."""
    return [tag.strip() for tag in re.split("[;,]", cell) if tag.strip()] if isinstance(cell, str) else cell


class _Row(BaseModel):
    """The cells of a row; an empty cell counts as not given."""

    model_config = ConfigDict(frozen=True)

    username: NewUsername
    serial: str
    platform: str | None = None
    enabled: Annotated[bool, BeforeValidator(_yes_no)] | None = None
    tags: Annotated[Tags, BeforeValidator(_split)] | None = None


def account_table(accounts: Iterable[Account]) -> str:
    """Return accounts as CSV, the heading first."""
    return write_table(COLUMNS, map(_cells, accounts))


def read_records(text: str) -> list[Record]:
    """Return the records of a file of accounts. Raises `TableBroken`."""
    records: list[Record] = []
    for record in read_table(text, _REQUIRED, COLUMNS):
        if len(records) == MOST_ROWS:
            raise TableBroken(
                record.line, "file", say("fleet.more_than_rows", "has more than {most_rows} rows", most_rows=MOST_ROWS)
            )
        records.append(record)
    return records


def named_phones(records: Iterable[Record]) -> set[str]:
    """Return the names in the column of phones, without empty ones."""
    names = {(record.cells or {}).get("serial", "").strip() for record in records}
    return {name for name in names if name and is_storable(name)}


def read_entries(records: Iterable[Record], known: ImportContext) -> tuple[list[AccountEntry], list[LineError]]:
    """Return the accounts of the valid rows, and the errors of the others; an account's second row is an error."""
    entries: dict[tuple[str, str], tuple[int, AccountEntry]] = {}
    errors: list[LineError] = []
    for record in records:
        entry, wrong = _entry(record, known)
        if entry is not None:
            line, _ = entries.setdefault((entry.app, entry.username.lower()), (record.line, entry))
            wrong = (
                []
                if line == record.line
                else [("username", say("fleet.stands_line_already", "stands on line {line} already", line=line))]
            )
        errors += [LineError(line=record.line, field=field, reason=reason) for field, reason in wrong]
    return [entry for _, entry in entries.values()], errors


def _entry(record: Record, known: ImportContext) -> tuple[AccountEntry | None, list[tuple[str, str]]]:
    if record.cells is None:
        return None, [("row", say("fleet.more_fewer_cells_than_heading", "has more or fewer cells than the heading"))]
    given = {name: cell for name, cell in record.cells.items() if cell.strip() and name not in _READ_ONLY}
    try:
        row = _Row.model_validate(given)
    except ValidationError as error:
        return None, reasons(error.errors(include_url=False, include_input=False))
    serial, app = known.phones.get(row.serial.strip()), (row.platform or known.app).strip()
    if serial is not None and app in known.apps:
        return AccountEntry(app, row.username, serial, row.enabled, row.tags), []
    wrong = [] if serial is not None else [("serial", _no_phone(row.serial.strip(), known.phones))]
    return None, [
        *wrong,
        *(
            []
            if app in known.apps
            else [("platform", say("fleet.not_name_app_profile", "is not the name of an app profile"))]
        ),
    ]


def _no_phone(name: str, phones: Names) -> str:
    return (
        phones.why_unclear(name)
        if name in phones.unclear
        else say("fleet.never_seen_any_host", "was never seen by any host")
    )


def _cells(account: Account) -> Iterator[str]:
    yield account.username
    yield account.app
    yield account.serial
    yield str(account.enabled).lower()
    yield ";".join(account.tags)
    yield str(account.signed_in).lower()
    yield account.hold_reason or ""
    yield account.held_since.isoformat() if account.held_since else ""
