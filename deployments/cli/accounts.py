"""`phonefleet accounts`: the accounts and the phones that they are bound to."""

from __future__ import annotations

import json

import typer

from deployments.cli import options as o


def accounts(api: o.ApiUrlOption = None, as_json: o.JsonOption = False) -> None:  # noqa: FBT002 - Typer's form
    """List the accounts: on which phone each is signed in, and why one is held."""
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy
    from deployments.cli.console import fill, out, table  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        found = client.items("/accounts", "accounts")
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    columns = ("id", "username", "platform", "device_name", "device", "status", "hold_reason")
    made = table("Accounts", "id", "username", "app", "phone", "serial", "status", "held because")
    out().print(fill(made, ([account[column] for column in columns] for account in found)))
