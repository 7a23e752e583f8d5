"""Prints persons on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_table, when
from phonefleet.client.answers import KnownPerson
from phonefleet.words import tr


def print_persons(persons: Sequence[KnownPerson]) -> None:
    """Print a table of persons."""
    columns = (Column("person"), Column("role"), Column("token of", rank=1), Column("since", rank=2))
    rows = ((one["name"], one["role"], when(one["token_made_at"]), when(one["created_at"])) for one in persons)
    print_table(out(), "Persons", columns, rows, empty=tr("No person has a token yet."))
