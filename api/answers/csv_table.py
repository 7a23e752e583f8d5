"""Writes and reads CSV tables (RFC 4180), protected against formula injection by spreadsheets.

Tables are read with commas, semicolons or tabs between the cells: where the comma is in numbers, spreadsheets write
semicolons. It knows nothing of what the cells mean.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from phonefleet.errors import Permanent
from phonefleet.words import say

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""The beginning of a cell that a spreadsheet would run as a formula, with or without apostrophes before it."""

_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = "sep="
"""How Excel begins a file whose first line names the delimiter."""

_MOST_LINES_ABOVE = 100
"""Lines among which the heading is looked for."""


class TableBroken(Permanent):
    """The file cannot be read as a table."""

    def __init__(self, line: int, field: str, reason: str) -> None:
        super().__init__(say("answers.in_line", "line {line}: {field} {reason}", line=line, field=field, reason=reason))
        self.line, self.field, self.reason = line, field, reason


@dataclass(frozen=True, slots=True)
class Record:
    """One record and its first line, from 1; `cells` by column, None where their number is not that of the heading."""

    line: int
    cells: dict[str, str] | None


def write_table(heading: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as CSV text with CRLF line ends; cells that look like formulas get an apostrophe before them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row] for row in rows)
    return out.getvalue()


def read_table(text: str, required: Iterable[str], possible: Iterable[str]) -> Iterator[Record]:
    """Yield the records below the heading, without empty lines and without the apostrophes of `write_table`.

    Raises:
        TableBroken: it is no CSV, or its heading lacks a required column, repeats one, or has an unknown one.

    """
    required, known = set(required), {*required, *possible}
    text = text.removeprefix("\ufeff")
    records = _records(text, _delimiter(text, known))
    _, names = next(records, (1, list[str]()))
    if names and names[0].lower().startswith(_SEPARATOR_LINE):
        _, names = next(records, (1, list[str]()))
    heading = _names(names)
    _check(heading, required, known)
    for line, cells in records:
        whole = len(cells) == len(heading)
        yield Record(line, dict(zip(heading, map(_plain, cells), strict=True)) if whole else None)


def _delimiter(text: str, known: set[str]) -> str:
    """Return the character that divides the heading into the most columns that are known; a comma where none does."""
    lines = [line for line in text.splitlines()[:_MOST_LINES_ABOVE] if line.strip()]
    heading = next((line for line in lines if not line.lower().startswith(_SEPARATOR_LINE)), "")
    rows = {each: next(csv.reader([heading], delimiter=each), list[str]()) for each in _DELIMITERS}
    return max(_DELIMITERS, key=lambda each: sum(name in known for name in _names(rows[each])))


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableBroken(line, "row", say("answers.not_csv", "is not CSV: {error}", error=error)) from error


def _check(heading: Sequence[str], required: set[str], known: set[str]) -> None:
    for name in heading:
        if name not in known:
            raise TableBroken(
                1,
                name[:50] or "heading",
                say("answers.not_column", "is not a column; there are {known}", known=", ".join(sorted(known))),
            )
        if heading.count(name) > 1:
            raise TableBroken(1, name, say("answers.stands_heading_twice", "stands in the heading twice"))
    for name in sorted(required - set(heading)):
        raise TableBroken(1, name, say("answers.missing_heading", "is missing in the heading"))


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
