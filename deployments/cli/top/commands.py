"""`phonefleet top`: the fleet, live in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client import Client


app = group()


@command(app, "top", "phonefleet top", "phonefleet top --once", "phonefleet top --once --json | jq .counts.failed")
def top(
    call: Call, *, once: Annotated[bool, typer.Option("--once", help="Print what there is now, and end.")] = False
) -> None:
    """Watch the fleet: phones, what each does, queues, tasks a minute, failures, held accounts; q or Ctrl-C ends it."""
    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.top.fleet_view import FleetView  # noqa: PLC0415 - heavy
    from deployments.cli.top.shown import as_data, render  # noqa: PLC0415 - heavy
    from phonefleet.clock import SystemClock  # noqa: PLC0415 - heavy

    if once:
        frame = FleetView(call.client, SystemClock()).frame()
        call.show(as_data(frame), lambda: out().print(render(frame, out().width)))
        return
    if call.as_json or not out().is_terminal:
        message = tr("JSON is of one moment") if call.as_json else tr("There is no terminal to draw on")
        message += tr(": give --once")
        raise typer.BadParameter(message)
    _live(call.client)


def _live(client: Client) -> None:
    """Show the fleet until q or a signal ends it."""
    from rich.live import Live  # noqa: PLC0415 - heavy

    from deployments.cli.shared.console import out  # noqa: PLC0415 - heavy
    from deployments.cli.shared.signals import stop_signals  # noqa: PLC0415 - heavy
    from deployments.cli.top.event_listener import listen_to  # noqa: PLC0415 - heavy
    from deployments.cli.top.fleet_view import FleetView  # noqa: PLC0415 - heavy
    from deployments.cli.top.keys import pressed_keys  # noqa: PLC0415 - heavy
    from deployments.cli.top.shown import FRAME_INTERVAL, render  # noqa: PLC0415 - heavy
    from phonefleet.clock import SystemClock  # noqa: PLC0415 - heavy

    console = out()
    with listen_to(client) as news, stop_signals() as (stop, _):
        view = FleetView(client, SystemClock())
        with pressed_keys() as pressed, Live(console=console, screen=True, auto_refresh=False) as live:
            while "q" not in pressed().lower():
                view.update(news.take(), listening=news.listening)
                live.update(render(view.frame(), console.width, console.height), refresh=True)
                if stop.wait(FRAME_INTERVAL):
                    break
