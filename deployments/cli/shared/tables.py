"""Tables that fit narrow terminals: the least important columns are left out first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deployments.cli.shared.times import LocalTime, when, zone_name
from phonefleet.words import said, tr, tr_known

__all__ = ["Column", "fitting_table", "print_record", "print_table", "when"]

NARROW = 24
"""The width in characters that a column needs at most if it may fold."""

DASH = Text("-", style="dim")
GAP, EDGE = 3, 2
"""The width of a table's own lines, in characters: between two columns, and at both edges together."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Those with the highest `rank` are left out first, those of rank 0 never.

    `folds` allows cells of several lines, `right` aligns to the right.
    """

    title: str
    rank: int = 0
    folds: bool = False
    right: bool = False


def print_table(
    console: Console, title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str = ""
) -> list[str]:
    """Print a table, with None as a dash; return the titles of the columns that did not fit."""
    all_rows = list(rows)
    if not all_rows and empty:
        console.print(Text(empty))
        return []
    table, hidden = fitting_table(columns, all_rows, console.width)
    heading = [Text(tr_known(title), style="bold")]
    if title and any(isinstance(value, LocalTime) for row in all_rows for value in row):
        heading.append(Text(tr("(times in {zone_name})", zone_name=zone_name()), style="dim"))
    console.print(*heading)
    console.print(table)
    if hidden:
        console.print(Text(tr("Not shown for lack of width: {hidden}", hidden=", ".join(hidden)), style="dim"))
    return hidden


def fitting_table(columns: Sequence[Column], rows: Iterable[Sequence[object]], width: int) -> tuple[Table, list[str]]:
    """Return a table of at most `width` characters, and the titles of the columns that did not fit.

    A column that is empty in all rows is left out, unless its rank is 0.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    told = [place for place, column in enumerate(columns) if not column.rank or _has_any(row[place] for row in cells)]
    shown = _fitting(columns, cells, told, width)
    table = _table([columns[place] for place in shown], [[row[place] for place in shown] for row in cells])
    return table, [columns[place].title for place in told if place not in shown]


def print_record(console: Console, fields: Iterable[tuple[str, object]]) -> None:
    """Print one record, a line for each field that has a value; long lines are wrapped by the terminal."""
    told = [(tr_known(name), value) for name, value in fields if value is not None and value != ""]
    if any(isinstance(value, LocalTime) for _, value in told):
        told.append((tr("times in"), zone_name()))
    width = max((cell_len(name) for name, _ in told), default=0)
    for name, value in told:
        console.print(Text.assemble((name.ljust(width), "bold"), "  ", _cell(value)), soft_wrap=True)


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        justify = "right" if column.right else "left"
        table.add_column(tr_known(column.title), justify=justify, overflow="fold", no_wrap=not column.folds)
    for row in rows:
        table.add_row(*row)
    return table


def _has_any(cells: Iterable[Text]) -> bool:
    return any(cell is not DASH for cell in cells)


def _cell(value: object) -> Text:
    if value is None:
        return DASH
    return value if isinstance(value, Text) else Text(said(str(value)))


def _fitting(columns: Sequence[Column], rows: Sequence[Sequence[Text]], told: Sequence[int], width: int) -> list[int]:
    """Return those of the indexes `told` whose columns fit; the highest ranks are dropped first, rank 0 never."""
    shown = list(told)
    while EDGE + sum(_width(columns[place], [row[place] for row in rows]) + GAP for place in shown) > width + GAP:
        last = max(shown, key=lambda place: (columns[place].rank, place))
        if columns[last].rank == 0:
            break
        shown.remove(last)
    return shown


def _width(column: Column, cells: Iterable[Text]) -> int:
    natural = max([cell_len(tr_known(column.title)), *(cell.cell_len for cell in cells)])
    return min(natural, NARROW) if column.folds else natural
