"""`phonefleet license|health|events|audit|metrics`: the state and the history of the server."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.printing import echo

if TYPE_CHECKING:
    from phonefleet.client.events import Event


_TOLD = ("id", "alias", "serial", "state", "status_text", "remark", "waits_for", "deleted")
"""The fields of an event that its line shows, in this order."""


def register(app: typer.Typer) -> None:
    """Add the commands to the root."""
    command(app, "license", "phonefleet license")(license_)
    command(app, "health", "phonefleet health")(health)
    command(app, "events", "phonefleet events", "phonefleet events --json | jq .data")(events)
    command(app, "audit", "phonefleet audit --limit 50")(audit)
    command(app, "metrics", "phonefleet metrics | grep tasks")(metrics)


def license_(call: Call) -> None:
    """Tell what this installation allows."""
    found = call.client.check_license()
    limit = f"{found['device_limit']} phones may work at once"
    call.tell(found, f"{found['plan_name']}: {found['message']}; {limit}")


def health(call: Call) -> None:
    """Tell whether the API answers, its database and Prefect too (exit with 3 if not), and whether a worker runs."""
    call.client.is_alive()
    found = call.client.is_ready()
    well = f"{call.client.url} is well: the API, the database and Prefect answer"
    call.tell(found, f"{well}; but {found['remark']}" if found["remark"] else well)


def events(
    call: Call, *, limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="Stop after so many.")] = None
) -> None:
    """Follow what happens to tasks and phones until Ctrl-C, a line for each change."""
    for event in islice(call.client.events(), limit):
        echo(json.dumps({"event": event.kind, "data": event.data}) if call.as_json else _line(event))


def audit(
    call: Call, *, limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20
) -> None:
    """List the calls that could change something, newest first, refused ones too."""
    from deployments.cli.fleet.shown import print_audit  # noqa: PLC0415 - heavy

    entries = list(islice(call.client.iter_audit(), limit))
    call.show(entries, lambda: print_audit(entries))


def metrics(call: Call) -> None:
    """Print the figures for Prometheus."""
    text = call.client.metrics()
    call.tell({"metrics": text}, text.rstrip())


def _line(event: Event) -> str:
    """Return an event as one line: its kind, then its most important fields."""
    data: dict[str, Any] = event.data
    told = [f"{name} {data[name]}" for name in _TOLD if data.get(name) is not None]
    return f"{event.kind:8} {', '.join(told or [f'{name} {value}' for name, value in data.items()])}".rstrip()
