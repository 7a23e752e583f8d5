"""Prints what a benchmark has measured, as one line a figure."""

from __future__ import annotations

import sys


def report(title: str, **figures: object) -> None:
    """Write the figures to the terminal, past pytest's capturing when run with -s."""
    print(f"\n{title}", file=sys.stderr)  # noqa: T201 - this is what a benchmark is for
    for name, value in figures.items():
        shown = f"{value:.3g}" if isinstance(value, float) else value
        print(f"  {name.replace('_', ' '):44} {shown}", file=sys.stderr)  # noqa: T201
