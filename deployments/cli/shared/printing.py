"""Prints user input, such as names and texts, without control characters that could manipulate the terminal."""

from __future__ import annotations

import re
import sys
from typing import Final

import typer

from phonefleet.words import said

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters that move the cursor or change the terminal's state, and Unicode's bidirectional overrides."""

_SHOWN: Final = "\ufffd"


def without_controls(text: str) -> str:
    """Replace control characters by U+FFFD, except for line breaks and tabs."""
    return _CONTROLS.sub(_SHOWN, text)


def echo(text: str, *, err: bool = False) -> None:
    """Print a text: unchanged into a pipe or file, without control characters on a terminal."""
    text = said(text)
    stream = sys.stderr if err else sys.stdout
    typer.echo(without_controls(text) if stream.isatty() else text, err=err)
