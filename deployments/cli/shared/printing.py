"""Printing what others have written, such as names, remarks and texts: it never steers the terminal."""

from __future__ import annotations

import re
import sys
from typing import Final

import typer

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What could move a terminal's cursor, change its state, or let a text seem to say something else."""

_SHOWN: Final = "\ufffd"


def without_controls(text: str) -> str:
    """Return a text as a terminal may show it: line breaks and tabs stay, other controls do not."""
    return _CONTROLS.sub(_SHOWN, text)


def echo(text: str, *, err: bool = False) -> None:
    """Print a text as it is, for programs; on a terminal without controls."""
    stream = sys.stderr if err else sys.stdout
    typer.echo(without_controls(text) if stream.isatty() else text, err=err)
