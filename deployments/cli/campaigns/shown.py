"""Prints campaigns on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.text import Text

from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from phonefleet.client.answers import Campaign, CampaignDetail, CampaignsApplied, Difference, Schedule
from phonefleet.words import tr

_STYLES = {"create": "green", "change": "yellow", "delete": "red", "keep": "dim"}


def print_campaigns(campaigns: Sequence[Campaign]) -> None:
    """Print a table of campaigns."""
    columns = (
        Column("id", right=True), Column("name"), Column("script", rank=2), Column("due"), Column("next", rank=1),
        Column("last", rank=3), Column("note", rank=4, folds=True),
    )  # fmt: skip
    rows = (
        (
            one["id"], one["name"], one["task"]["script_name"], due(one["schedule"]), _next(one),
            one["last_firing"] and one["last_firing"]["remark"], one["note"],
        )
        for one in campaigns
    )  # fmt: skip
    print_table(out(), "Campaigns", columns, rows, empty=tr("There are no campaigns."))


def print_campaign(campaign: CampaignDetail) -> None:
    """Print one campaign and what became of its last due times."""
    task = campaign["task"]
    print_record(
        out(),
        [
            ("id", campaign["id"]), ("name", campaign["name"]), ("script", task["script_name"]),
            ("on", ", ".join(_phones(campaign))), ("as", ", ".join(task.get("usernames") or [])),
            ("config", task.get("script_config")), ("due", due(campaign["schedule"])),
            ("jitter", f"{campaign['jitter']:g} s" if campaign["jitter"] else None),
            ("working days", ", ".join(campaign["working_days"] or [])),
            ("start", when(campaign["start"])), ("end", when(campaign["end"])),
            ("order", "drawn" if campaign["random_order"] else None),
            ("overlap", campaign["overlap"]), ("catch up", campaign["catch_up"]), ("next", _next(campaign)),
            ("in Prefect", campaign["deployment_url"]), ("note", campaign["note"]),
        ],
    )  # fmt: skip
    columns = (Column("due"), Column("fired", rank=1), Column("outcome"), Column("remark", folds=True))
    rows = ((when(one["due_at"]), when(one["fired_at"]), one["outcome"], one["remark"]) for one in campaign["firings"])
    print_table(out(), tr("Last times"), columns, rows, empty=tr("It has not been due yet."))


def _phones(campaign: Campaign) -> list[str]:
    """Return what a campaign names as its phones; those that it names by their serials go by their aliases."""
    aliases = {phone["serial"]: phone["alias"] for phone in campaign["phones"]}
    named: list[str] = campaign["task"].get("serials") or []
    return [aliases.get(name) or name for name in named]


def print_changes(found: CampaignsApplied) -> None:
    """Print the changes of `campaign apply`, or those of its dry run."""
    for change in found["changes"]:
        out().print(Text(f"{change['action']:7}{change['name']}", style=_STYLES[change["action"]]))
        for line in _lines(change["differences"] if change["action"] == "change" else []):
            out().print(line, soft_wrap=True)
    if not found["applied"]:
        out().print(Text(tr("Nothing was changed: this is a dry run."), style="dim"))


def _lines(differences: Sequence[Difference]) -> Iterator[Text]:
    for each in differences:
        yield Text(f"         {each['field']}: {each['before']} → {each['after']}")


def due(schedule: Schedule) -> str:
    """Return a schedule as text: "0 9 * * mon-fri Europe/Berlin", "every 1:00:00"."""
    every = tr("every {timedelta}", timedelta=timedelta(seconds=schedule["interval"])) if schedule["interval"] else None
    return f"{schedule['cron'] or schedule['rrule'] or every} {schedule['timezone'] or ''}".rstrip()


def _next(campaign: Campaign) -> str | None:
    return "paused" if campaign["paused"] else when(campaign["next_due"][0]) if campaign["next_due"] else None
