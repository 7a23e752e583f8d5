"""`phonefleet plan`: shows what a request's tasks would do, or what all campaigns will do in the next days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.tasks import options as t
from phonefleet.words import tr, tr_many

if TYPE_CHECKING:
    from phonefleet.client.answers import Plan

ScriptArgument = Annotated[
    str | None, typer.Argument(help="Name of the script, such as follow or unfollow; none with --days.")
]
DaysOption = Annotated[
    int | None, typer.Option("--days", metavar="N", min=1, max=31, help="Plan all campaigns, for so many days.")
]
PausedOption = Annotated[bool, typer.Option("--with-paused", help="With --days: paused campaigns, too.")]

app = group()


@command(
    app,
    "plan",
    "phonefleet plan follow -d device_serial_1 -t @example_user",
    "phonefleet plan follow -d group:shop -t person_0001 -t person_0002 --min-interval 1 --max-interval 5",
    "phonefleet plan like -u tag:spring -t sample://post/1234 --start-time 08:30 --svg plan.svg",
    "phonefleet plan --days 7 --svg week.svg",
)
def plan(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    script: ScriptArgument = None,
    device: t.DevicesOption = None,
    username: t.UsernamesOption = None,
    target: t.TargetsOption = None,
    config: t.ConfigOption = "{}",
    multi_account: t.MultiAccountOption = False,
    min_interval: t.MinIntervalOption = None,
    max_interval: t.MaxIntervalOption = None,
    unit: t.UnitOption = None,
    start_time: t.StartTimeOption = None,
    profile: t.AppOption = None,
    days: DaysOption = None,
    with_paused: PausedOption = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it into a file, too.")] = None,
) -> None:
    """Tell what the same `task create` would do, without doing it: when each phone ends, and what stands against it.

    With --days it tells what all campaigns will do in the next days.
    """
    options = t.request_fields(
        device, username, t.config_of(config, target), multi_account=multi_account,
        intervals=(min_interval, max_interval, unit), app=profile, start_time=start_time,
    )  # fmt: skip
    if days is not None:
        _refuse_others(script, device, username, target)
        found = call.client.plan_tasks(days=days, with_paused=with_paused)
        _tell_days(call, found, days, svg)
    elif script is not None:
        _tell_tasks(call, call.client.plan_tasks(script, **options), script, svg)
    else:
        message = tr("name a script, or give --days N to plan all campaigns")
        raise typer.BadParameter(message)


def _refuse_others(script: str | None, *others: list[str] | None) -> None:
    if script is not None or any(others):
        message = tr("--days plans all campaigns: leave out the script, phones, accounts and targets")
        raise typer.BadParameter(message)


def _tell_tasks(call: Call, found: Plan, script: str, svg: Path | None) -> None:
    from deployments.cli.plans.shown import print_plan  # noqa: PLC0415 - heavy

    _tell(call, found, svg, tr("{script}: {tasks} tasks", script=script, tasks=found["tasks"]), print_plan)


def _tell_days(call: Call, found: Plan, days: int, svg: Path | None) -> None:
    from deployments.cli.plans.days_shown import print_days  # noqa: PLC0415 - heavy

    _tell(
        call,
        found,
        svg,
        tr_many(
            "Campaigns over {count} day: {tasks} tasks",
            "Campaigns over {count} days: {tasks} tasks",
            count=days,
            tasks=found["tasks"],
        ),
        print_days,
    )


def _tell(call: Call, found: Plan, svg: Path | None, title: str, show: Callable[[Plan], None]) -> None:
    from deployments.cli.plans.picture import svg_of  # noqa: PLC0415 - heavy

    if svg is not None:
        svg.write_text(svg_of(found, title), encoding="utf-8")
    call.show(found, lambda: show(found))
    if svg is not None and not call.as_json:
        typer.echo(tr("Drew {svg}", svg=svg))
