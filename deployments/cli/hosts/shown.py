"""Prints hosts on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_table, when
from phonefleet.client.answers import JoinedHost
from phonefleet.words import tr


def print_hosts(hosts: Sequence[JoinedHost]) -> None:
    """Print a table of hosts."""
    columns = (
        Column("host"),
        Column("state"),
        Column("phones"),
        Column("heard", rank=1),
        Column("version", rank=3),
        Column("since", rank=4),
        Column("remark", rank=2),
    )
    rows = (
        (
            one["name"],
            one["state"],
            str(one["phones"]),
            when(one["seen_at"]),
            one["version"] or "",
            when(one["added_at"]),
            one["remark"] or "",
        )
        for one in hosts
    )
    print_table(out(), "Hosts", columns, rows, empty=tr("No other host has joined."))
