"""Prints a plan of all campaigns on a terminal: a chart of the days, the campaigns, and their conflicts and limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rich.text import Text

from deployments.cli.plans.bars import BEFORE, Bar, Mark, chart_width, key, name_of, print_chart
from deployments.cli.plans.campaign_styles import CampaignStyle, active_campaigns, names_of, styles_of
from deployments.cli.plans.scale import Scale, scale_of
from deployments.cli.plans.shown import duration_text, limit_text
from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from deployments.cli.shared.times import LocalTime, local_instant, minute
from phonefleet.client.answers import CampaignPlan, Conflict, PhonePlan, Plan, Times
from phonefleet.words import tr, tr_many

_REFUSED: Mark = ("!", "bold white on red")
_MOST_REASONS = 40
_MOST_PHONES = 3
_NEXT = 8


def print_days(plan: Plan) -> None:
    """Print a plan of days."""
    looks = styles_of(plan)
    print_record(out(), _summary(plan))
    if plan["phones"] and (scale := scale_of(plan)) is not None:
        _print_chart(plan, scale, looks)
    if plan["campaigns"]:
        _print_campaigns(plan, looks)
        _print_next(plan)
        _print_reasons(plan)


def _summary(plan: Plan) -> list[tuple[str, object]]:
    working = active_campaigns(plan)
    return [
        ("days", LocalTime(tr("{first} to {last}", first=minute(plan["since"]), last=minute(plan["until"])))),
        (tr("cut short"), plan["cut"] and Text(plan["cut"], style="yellow")),
        (
            "campaigns",
            tr("{number} of {number2} have something to do", number=len(working), number2=len(plan["campaigns"])),
        ),
        (
            "tasks",
            tr_many(
                "{tasks} on {count} phone",
                "{tasks} on {count} phones",
                count=len(plan["phones"]),
                tasks=plan["tasks"],
            ),
        ),
        ("starts", when(plan["start"]["expected"]) if plan["start"] else None),
        ("ends", when(plan["end"]["expected"]) if plan["end"] else None),
    ]


def _print_chart(plan: Plan, scale: Scale, looks: dict[int, CampaignStyle]) -> None:
    width = chart_width(plan)
    print_chart(scale, width, ((phone, _bar(phone, scale, width, looks)) for phone in plan["phones"]))
    keys = [key(looks[campaign["id"]].mark, campaign["name"]) for campaign in active_campaigns(plan)]
    if any(not span["asked"] for phone in plan["phones"] for span in phone["spans"]):
        keys.append(key(BEFORE, tr("earlier tasks")))
    if any(phone["limits"] for phone in plan["phones"]):
        keys.append(key(_REFUSED, tr("meets a limit")))
    out().print(Text("  ").join(keys))


def _bar(phone: PhonePlan, scale: Scale, width: int, looks: dict[int, CampaignStyle]) -> Text:
    bar = Bar(scale, width)
    for span in phone["spans"]:
        campaign = span["campaign"]
        is_planned = span["asked"] and campaign is not None
        bar.fill(span["start"], span["end"], looks[campaign].mark if is_planned and campaign else BEFORE)
    for met in phone["limits"]:
        for at in met["at"]:
            bar.fill(at, at, _REFUSED)
    return bar.text


def _print_campaigns(plan: Plan, looks: dict[int, CampaignStyle]) -> None:
    columns = (
        Column(" "), Column("campaign"), Column("script", rank=4), Column("times", right=True),
        Column("skipped", rank=2, right=True), Column("failed", rank=2, right=True), Column("tasks", right=True),
        Column("cancelled", rank=3, right=True), Column("phones", rank=3, right=True), Column("first", rank=1),
        Column("ends", rank=1), Column("one takes", rank=5, folds=True),
    )  # fmt: skip
    print_table(out(), "Campaigns", columns, (_row(campaign, looks) for campaign in plan["campaigns"]))


def _row(campaign: CampaignPlan, looks: dict[int, CampaignStyle]) -> tuple[object, ...]:
    start, end = _minute(campaign["start"]), _minute(campaign["end"])
    return (
        Text.assemble(looks[campaign["id"]].mark) if campaign["tasks"] else None, campaign["name"],
        campaign["script_name"], campaign["fired"], campaign["skipped"] or None, campaign["failed"] or None,
        campaign["tasks"], campaign["cancelled"] or None, campaign["phones"],
        "paused" if campaign["paused"] and not campaign["fired"] else start, end,
        campaign["estimate"] and duration_text(campaign["estimate"]),
    )  # fmt: skip


def _minute(times: Times | None) -> str | None:
    return minute(times["expected"]) if times else None


def _print_next(plan: Plan) -> None:
    names = [(firing, campaign["name"]) for campaign in plan["campaigns"] for firing in campaign["firings"]]
    names.sort(key=lambda each: local_instant(each[0]["begins_at"]))
    columns = (Column("begins"), Column("due", rank=2), Column("campaign"), Column("tasks", right=True), Column("ends"))
    rows = (
        (
            when(firing["begins_at"]), when(firing["due_at"]), name,
            firing["tasks"] if firing["outcome"] == "fired" else firing["outcome"], when(firing["end"]),
        )
        for firing, name in names[:_NEXT]
    )  # fmt: skip
    if names:
        print_table(out(), tr("Next times"), columns, rows)


def _print_reasons(plan: Plan) -> None:
    reasons = list(_reasons(plan))
    if not reasons:
        return
    print_table(out(), tr("Against it"), (Column("who"), Column("reason", folds=True)), islice(reasons, _MOST_REASONS))
    if len(reasons) > _MOST_REASONS:
        more = tr("and {number} more reasons: --json tells all", number=len(reasons) - _MOST_REASONS)
        out().print(Text(more, style="dim"))


def _why(conflict: Conflict) -> str:
    """Return a conflict with the names of the first of its phones."""
    names = [phone["alias"] or phone["serial"] for phone in conflict["phones"]]
    more = ", …" if len(names) > _MOST_PHONES else ""
    return f"{conflict['why']} ({', '.join(names[:_MOST_PHONES])}{more})" if names else conflict["why"]


def _reasons(plan: Plan) -> Iterator[tuple[str, str]]:
    names = names_of(plan)
    for refusal in plan["refusals"]:
        _, key, *place = refusal["field"].split(".")
        if int(key) not in names:  # a refusal of a campaign in the list is among its conflicts
            yield (
                tr("campaign {key}", key=key),
                tr(
                    "cannot be read, and is never due: {place} {reason}",
                    place=".".join(place),
                    reason=refusal["reason"],
                ),
            )
    for campaign in plan["campaigns"]:
        yield from ((campaign["name"], _why(conflict)) for conflict in campaign["conflicts"])
    for phone in plan["phones"]:
        yield from ((name_of(phone), conflict) for conflict in phone["conflicts"])
        for met in phone["limits"]:
            of = f"“{names[met['campaign']]}”: " if met["campaign"] in names else ""
            yield name_of(phone), f"{of}{limit_text(met)}"
