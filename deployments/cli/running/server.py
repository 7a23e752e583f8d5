"""`phonefleet license|health|events|audit|metrics|report`: the state and the history of the server."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.shared.printing import echo
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.events import Event


_TOLD = ("id", "alias", "serial", "state", "status_text", "remark", "waits_for", "deleted")
"""The fields of an event that its line shows, in this order."""


app = group()


@command(app, "license", "phonefleet license")
def license_(call: Call) -> None:
    """Tell what this installation allows."""
    found = call.client.check_license()
    limit = tr("{device_limit} phones may work at once", device_limit=found["device_limit"])
    call.tell(found, f"{found['plan_name']}: {found['message']}; {limit}")


@command(app, "health", "phonefleet health")
def health(call: Call) -> None:
    """Tell whether the API answers, its database and Prefect too (exit with 3 if not), and whether a worker runs."""
    call.client.is_alive()
    found = call.client.is_ready()
    well = tr("{url} is well: the API, the database and Prefect answer", url=call.client.url)
    call.tell(found, tr("{well}; but {remark}", well=well, remark=found["remark"]) if found["remark"] else well)


@command(app, "events", "phonefleet events", "phonefleet events --json | jq .data")
def events(
    call: Call, *, limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="Stop after so many.")] = None
) -> None:
    """Follow what happens to tasks and phones until Ctrl-C, a line for each change."""
    for event in islice(call.client.events(), limit):
        echo(json.dumps({"event": event.kind, "data": event.data}) if call.as_json else _line(event))


@command(app, "audit", "phonefleet audit --limit 50")
def audit(
    call: Call, *, limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20
) -> None:
    """List the calls that could change something, newest first, refused ones too."""
    from deployments.cli.fleet.shown import print_audit  # noqa: PLC0415 - heavy

    entries = list(islice(call.client.iter_audit(), limit))
    call.show(entries, lambda: print_audit(entries))


@command(app, "metrics", "phonefleet metrics | grep tasks")
def metrics(call: Call) -> None:
    """Print the figures for Prometheus."""
    text = call.client.metrics()
    call.tell({"metrics": text}, text.rstrip())


@command(app, "report", "phonefleet report", "phonefleet report --hours 168", "phonefleet report --send")
def report(
    call: Call,
    *,
    hours: Annotated[int, typer.Option("--hours", min=1, max=24 * 31, help="How far it looks back.")] = 24,
    send: Annotated[bool, typer.Option("--send", help="Send it, too, to where the daily report goes.")] = False,
) -> None:
    """Tell what was done, what failed and why, which accounts are held and which phones are ill.

    With PHONEFLEET_REPORT_AT, such as 08:00, it is sent every day at that time.
    """
    found = call.client.send_report(hours) if send else call.client.get_report(hours)
    call.tell(found, f"{found['title']}\n\n{found['text']}")


def _line(event: Event) -> str:
    """Return an event as one line: its kind, then its most important fields."""
    data: dict[str, Any] = event.data
    told = [f"{name} {data[name]}" for name in _TOLD if data.get(name) is not None]
    return f"{event.kind:8} {', '.join(told or [f'{name} {value}' for name, value in data.items()])}".rstrip()
