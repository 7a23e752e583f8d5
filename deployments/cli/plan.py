"""`phonefleet plan`: what tasks would do, before anybody asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli import task_options as t
from deployments.cli.calling import Call, command


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    command(
        app,
        "plan",
        "phonefleet plan follow -d device_serial_1 -t @example_user",
        "phonefleet plan follow -d group:shop -t person_0001 -t person_0002 --min-interval 1 --max-interval 5",
        "phonefleet plan like -u tag:spring -t sample://post/1234 --start-time 08:30 --svg plan.svg",
    )(plan)


def plan(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    script: t.ScriptArgument,
    device: t.DevicesOption = None,
    username: t.UsernamesOption = None,
    target: t.TargetsOption = None,
    config: t.ConfigOption = "{}",
    multi_account: t.MultiAccountOption = False,
    min_interval: t.MinIntervalOption = 0,
    max_interval: t.MaxIntervalOption = 0,
    unit: t.UnitOption = "minutes",
    start_time: t.StartTimeOption = None,
    profile: t.AppOption = None,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it into a file, too.")] = None,
) -> None:
    """Tell what the same `task create` would do, without doing it: when each phone ends, and what stands against it."""
    options = t.asked(
        device, username, t.config_of(config, target), multi_account=multi_account,
        intervals=(min_interval, max_interval, unit), app=profile, start_time=start_time,
    )  # fmt: skip
    found = call.client.plan_tasks(script, **options)
    if svg is not None:
        from deployments.cli.plan_svg import svg_of  # noqa: PLC0415 - heavy

        svg.write_text(svg_of(found, f"{script}: {found['tasks']} tasks"), encoding="utf-8")
    from deployments.cli.plan_shown import print_plan  # noqa: PLC0415 - heavy

    call.show(found, lambda: print_plan(found))
    if svg is not None and not call.as_json:
        typer.echo(f"Drew {svg}")
