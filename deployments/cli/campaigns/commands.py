"""`phonefleet campaign …`: what phones do again and again."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.groups import group
from deployments.cli.shared.options import seconds_of
from deployments.cli.tasks import options as t
from phonefleet.errors import Permanent
from phonefleet.text import whole_number
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Campaign

app = group("Let phones do something again and again.", no_args_is_help=True)

CampaignArgument = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Number or name of a campaign.")]
CronOption = Annotated[
    str | None, typer.Option("--cron", metavar="EXPRESSION", help='minute hour day month weekday: "0 9 * * mon-fri"')
]
EveryOption = Annotated[
    float | None,
    typer.Option("--every", metavar="DURATION", parser=seconds_of, help="Such as 1h30m, instead of --cron."),
]
RuleOption = Annotated[str | None, typer.Option("--rrule", metavar="RULE", help="Of RFC 5545, instead of --cron.")]
ZoneOption = Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Such as Europe/Berlin.")]
JitterOption = Annotated[
    float | None,
    typer.Option("--jitter", metavar="DURATION", parser=seconds_of, help="Longest delay, drawn each time: 10m."),
]
DaysOption = Annotated[
    list[str] | None, typer.Option("--working-day", metavar="DAY", help="Such as monday; repeatable; all if none.")
]
StartOption = Annotated[str | None, typer.Option("--start", metavar="TIME", help="ISO 8601 with offset.")]
EndOption = Annotated[str | None, typer.Option("--end", metavar="TIME", help="ISO 8601 with offset.")]
OverlapOption = Annotated[
    Literal["skip", "queue", "cancel"] | None,
    typer.Option("--overlap", help="While tasks of before go on: skip, queue, or cancel those."),
]
CatchUpOption = Annotated[
    Literal["none", "last", "all"] | None,
    typer.Option("--catch-up", help="Which times are made up for after everything was down."),
]
OrderOption = Annotated[
    bool | None, typer.Option("--random-order/--given-order", help="Draw the order of each phone's tasks.")
]


@command(app, "list", "phonefleet campaign list")
def list_(call: Call, *, limit: Annotated[int, typer.Option("--limit", "-n", min=1)] = 1000) -> None:
    """List campaigns, by name."""
    found = list(islice(call.client.iter_campaigns(), limit))
    call.show(found, lambda: _shown().print_campaigns(found))


@command(app, "show", 'phonefleet campaign show "Morning follows"')
def show(call: Call, *, campaign: CampaignArgument) -> None:
    """Show a campaign, when it is due, and what became of its last due times."""
    found = call.client.get_campaign(_id_of(call, campaign))
    call.show(found, lambda: _shown().print_campaign(found))


@command(
    app,
    "create",
    'phonefleet campaign create "Morning follows" follow -d device_serial_1 -t @example_user '
    '--cron "0 9 * * mon-fri" --timezone Europe/Berlin --jitter 600',
    "phonefleet campaign create Likes like -u shop_001 -t sample://post/1 --every 3600 --overlap skip",
)
def create(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name of its own.")],
    script: t.ScriptArgument,
    device: t.DevicesOption = None,
    username: t.UsernamesOption = None,
    target: t.TargetsOption = None,
    config: t.ConfigOption = "{}",
    multi_account: t.MultiAccountOption = False,
    min_interval: t.MinIntervalOption = None,
    max_interval: t.MaxIntervalOption = None,
    unit: t.UnitOption = None,
    profile: t.AppOption = None,
    cron: CronOption = None,
    every: EveryOption = None,
    rrule: RuleOption = None,
    timezone: ZoneOption = None,
    jitter: JitterOption = None,
    working_day: DaysOption = None,
    start: StartOption = None,
    end: EndOption = None,
    overlap: OverlapOption = None,
    catch_up: CatchUpOption = None,
    random_order: OrderOption = None,
    paused: Annotated[bool, typer.Option("--paused", help="Enter it, and let it begin later.")] = False,
) -> None:
    """Enter a campaign; from now on it makes tasks whenever it is due."""
    request = t.request_fields(
        device, username, t.config_of(config, target), multi_account=multi_account,
        intervals=(min_interval, max_interval, unit), app=profile,
    )  # fmt: skip
    task = {"script_name": script, **{name: value for name, value in request.items() if value is not None}}
    made = call.client.create_campaign(
        name, task, _schedule(cron, every, rrule, timezone), jitter=jitter, working_days=_days(working_day),
        start=start, end=end, overlap=overlap, catch_up=catch_up, random_order=random_order, paused=paused,
    )  # fmt: skip
    call.tell(made, tr("Campaign {number}: {next}", number=made["id"], next=_next(made)))


@command(
    app,
    "set",
    'phonefleet campaign set "Morning follows" --cron "30 9 * * *" --jitter 300',
    'phonefleet campaign set "Morning follows" --working-day monday --working-day friday',
)
def set_(  # noqa: PLR0913 - a command line has as many options as it has
    call: Call,
    *,
    campaign: CampaignArgument,
    cron: CronOption = None,
    every: EveryOption = None,
    rrule: RuleOption = None,
    timezone: ZoneOption = None,
    jitter: JitterOption = None,
    working_day: DaysOption = None,
    any_day: Annotated[bool, typer.Option("--any-day", help="Let all days be working days.")] = False,
    start: StartOption = None,
    end: EndOption = None,
    overlap: OverlapOption = None,
    catch_up: CatchUpOption = None,
    random_order: OrderOption = None,
    target: t.TargetsOption = None,
) -> None:
    """Change a campaign; what is left out stays. Targets replace those that it has."""
    from phonefleet.client.connection import UNSET  # noqa: PLC0415 - heavy

    held = call.client.get_campaign(_id_of(call, campaign))
    task = {**held["task"], "script_config": {**held["task"]["script_config"], **t.config_of("{}", target)}}
    same = {"timezone": timezone or held["schedule"]["timezone"]}
    begun = {name: value for name, value in held["schedule"].items() if value is not None} | same
    other = _schedule(cron, every, rrule, same["timezone"]) if (cron, every, rrule) != (None, None, None) else begun
    changed = call.client.change_campaign(
        held["id"], schedule=other, jitter=jitter, task=task if target else None, overlap=overlap, catch_up=catch_up,
        working_days=None if any_day else _days(working_day) or UNSET, start=start or UNSET, end=end or UNSET,
        random_order=random_order,
    )  # fmt: skip
    call.tell(changed, tr("Campaign {number}: {next}", number=changed["id"], next=_next(changed)))


@command(app, "pause", 'phonefleet campaign pause "Morning follows"')
def pause(call: Call, *, campaign: CampaignArgument) -> None:
    """Let nothing be due until the campaign is resumed; the tasks that it has made go on."""
    done = call.client.pause_campaign(_id_of(call, campaign))
    call.tell(done, tr("Campaign {number} is paused", number=done["id"]))


@command(app, "resume", 'phonefleet campaign resume "Morning follows"')
def resume(call: Call, *, campaign: CampaignArgument) -> None:
    """Let a campaign be due again from now on."""
    done = call.client.resume_campaign(_id_of(call, campaign))
    call.tell(done, tr("Campaign {number}: {next}", number=done["id"], next=_next(done)))


@command(app, "run", 'phonefleet campaign run "Morning follows"')
def run(call: Call, *, campaign: CampaignArgument) -> None:
    """Make the tasks of a campaign now, besides those of its schedule."""
    done = call.client.run_campaign(_id_of(call, campaign))
    call.tell(done, done["remark"])


@command(app, "delete", 'phonefleet campaign delete "Morning follows"')
def delete(call: Call, *, campaign: CampaignArgument) -> None:
    """Delete a campaign; the tasks that it has made go on."""
    call.tell(call.client.delete_campaign(_id_of(call, campaign)), tr("Deleted {campaign}", campaign=campaign))


@command(
    app,
    "apply",
    "phonefleet campaign apply campaigns.yaml --dry-run",
    "phonefleet campaign apply campaigns.yaml --prune",
)
def apply(
    call: Call,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file; - reads what is piped in.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Delete the campaigns that the file does not name.")] = False,
) -> None:
    """Make campaigns be as a file declares them, by name: all or, if anything is wrong, none."""
    from deployments.cli.campaigns.file import CampaignsFile  # noqa: PLC0415 - heavy
    from phonefleet.client import ApiError  # noqa: PLC0415 - heavy

    declared = CampaignsFile(file)
    try:
        found = call.client.apply_campaigns(declared.campaigns, prune=prune, dry_run=dry_run)
    except ApiError as error:
        raise declared.refusal(error) from error
    call.show(found, lambda: _shown().print_changes(found))


def _id_of(call: Call, campaign: str) -> int:
    if campaign.isdecimal():
        return int(campaign)
    found = call.client.list_campaigns(name=campaign)["campaigns"]
    if not found:
        message = tr("There is no campaign named {campaign}: see `phonefleet campaign list`", campaign=campaign)
        raise Permanent(message)
    return found[0]["id"]


def _schedule(cron: str | None, every: float | None, rrule: str | None, timezone: str | None) -> dict[str, Any]:
    fields = {"cron": cron, "interval": whole_number(every), "rrule": rrule, "timezone": timezone}
    return {name: value for name, value in fields.items() if value is not None}


def _days(given: list[str] | None) -> Any:
    return [day.lower() for day in given] if given else None


def _next(campaign: Campaign) -> str:
    if campaign["paused"]:
        return "paused"
    return (
        tr("next due at {next_due}", next_due=campaign["next_due"][0])
        if campaign["next_due"]
        else tr("not due any more")
    )


def _shown() -> ModuleType:
    from deployments.cli.campaigns import shown as campaigns_shown  # noqa: PLC0415 - heavy

    return campaigns_shown
