"""The options of a request for tasks, which creating and planning share."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

ScriptArgument = Annotated[str, typer.Argument(help="Name of the script, such as follow or unfollow.")]
DevicesOption = Annotated[
    list[str] | None,
    typer.Option("--device", "-d", metavar="SERIAL", help="Serial or alias of a phone, or group:NAME; repeatable."),
]
UsernamesOption = Annotated[
    list[str] | None,
    typer.Option("--username", "-u", help="Account to act as, or tag:NAME, instead of a phone; repeatable."),
]
TargetsOption = Annotated[
    list[str] | None, typer.Option("--target", "-t", help="User, or address of a post: one task each; repeatable.")
]
ConfigOption = Annotated[str, typer.Option("--config", metavar="JSON", help="The whole script_config.")]
MultiAccountOption = Annotated[bool, typer.Option("--multi-account", help="One task for each account of each phone.")]
MinIntervalOption = Annotated[float, typer.Option("--min-interval", min=0, help="Shortest wait between tasks.")]
MaxIntervalOption = Annotated[float, typer.Option("--max-interval", min=0, help="Longest wait between tasks.")]
UnitOption = Annotated[Literal["minutes", "seconds"], typer.Option("--interval-unit")]
StartTimeOption = Annotated[str | None, typer.Option("--start-time", help="HH:MM or ISO 8601; now if left out.")]
AppOption = Annotated[str | None, typer.Option("--app", help="App profile to drive.")]
