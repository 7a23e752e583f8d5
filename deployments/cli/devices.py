"""`phonefleet devices`: the phones."""

from __future__ import annotations

import json

import typer

from deployments.cli import options as o


def devices(api: o.ApiUrlOption = None, as_json: o.JsonOption = False) -> None:  # noqa: FBT002 - Typer's form
    """List the phones: what they are called, their state, and what they do now."""
    from deployments.cli.api_access import api_client  # noqa: PLC0415 - heavy
    from deployments.cli.console import fill, out, table  # noqa: PLC0415 - heavy

    with api_client(api) as client:
        found = client.items("/devices", "devices")
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    columns = (
        "serial",
        "alias",
        "model",
        "android_version",
        "host",
        "state",
        "battery",
        "current_task",
        "queue_length",
    )
    made = table("Phones", "serial", "alias", "model", "Android", "host", "state", "battery", "task", "waiting")
    out().print(fill(made, ([device[column] for column in columns] for device in found)))
