"""What people see: consoles for stdout and stderr, and the one way to report an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text


def out() -> Console:
    """Return the console of results."""
    return Console(highlight=False)


def err() -> Console:
    """Return the console of remarks and errors."""
    return Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """Print an error in red on stderr."""
    err().print(Text(f"Error: {message}", style="red"), soft_wrap=True)


def teller(console: Console) -> Callable[[str], None]:
    """Return a function that prints one remark a line, never broken in two."""

    def tell(message: str) -> None:
        console.print(Text(message), soft_wrap=True)

    return tell


def table(title: str, *columns: str) -> Table:
    """Return an empty table."""
    made = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def fill(made: Table, rows: Iterable[Iterable[object]]) -> Table:
    """Add rows; None shows as a dash."""
    for row in rows:
        made.add_row(*("-" if cell is None else str(cell) for cell in row))
    return made
