"""Tables that stay readable on narrow terminals: what is least important gives way first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROW = 24
"""A column that may fold needs no more than this."""


GAP, EDGE = 3, 2
"""What the table's lines take: between two columns, and at both edges together."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the lower its `rank`, the longer it stays. `folds` allows cells of several lines."""

    title: str
    rank: int = 0
    folds: bool = False
    right: bool = False


def print_table(
    console: Console, title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str = ""
) -> list[str]:
    """Print rows of cells under the columns, None as a dash; return the titles of those that do not fit."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells and empty:
        console.print(Text(empty))
        return []
    shown = _fitting(columns, cells, console.width)
    console.print(
        _table(title, [columns[place] for place in shown], [[row[place] for place in shown] for row in cells])
    )
    hidden = [column.title for place, column in enumerate(columns) if place not in shown]
    if hidden:
        console.print(Text(f"Not shown for lack of width: {', '.join(hidden)}", style="dim"))
    return hidden


def print_record(console: Console, fields: Iterable[tuple[str, object]]) -> None:
    """Print one thing, a line for each field that has a value."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value is not None and value != "":
            table.add_row(name, _cell(value))
    console.print(table)


def _table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in columns:
        justify = "right" if column.right else "left"
        table.add_column(column.title, justify=justify, overflow="fold", no_wrap=not column.folds)
    for row in rows:
        table.add_row(*row)
    return table


def _cell(value: object) -> Text:
    if value is None:
        return Text("-", style="dim")
    return value if isinstance(value, Text) else Text(str(value))


def _fitting(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """Return the places of the columns that fit, giving up the highest rank first, but never those of rank 0."""
    shown = list(range(len(columns)))
    while EDGE + sum(_width(columns[place], [row[place] for row in rows]) + GAP for place in shown) > width + GAP:
        last = max(shown, key=lambda place: (columns[place].rank, place))
        if columns[last].rank == 0:
            break
        shown.remove(last)
    return shown


def _width(column: Column, cells: Iterable[Text]) -> int:
    natural = max([cell_len(column.title), *(cell.cell_len for cell in cells)])
    return min(natural, NARROW) if column.folds else natural
