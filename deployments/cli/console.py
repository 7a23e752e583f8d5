"""What people see: consoles for stdout and stderr, and the one way to report an error."""

from __future__ import annotations

import os
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

WIDTH = 140
"""Of what is not printed on a terminal, so that tables stay whole."""


def out() -> Console:
    """Return the console of results."""
    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH
    return console


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
