"""Prints a plan of tasks on a terminal: when it ends, a bar of time for each phone, and its conflicts and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.text import Text

from deployments.cli.plans.bars import BEFORE, Bar, chart_width, key, name_of, print_chart
from deployments.cli.plans.scale import Scale, format_duration, scale_of
from deployments.cli.shared.console import out
from deployments.cli.shared.tables import Column, print_record, print_table, when
from deployments.cli.shared.times import local_instant, minute
from phonefleet.client.answers import Estimate, LimitMet, PhonePlan, Plan, Span
from phonefleet.words import tr, tr_many

_LONG = 600
"""Durations above this, in seconds, are written in minutes and hours."""

_ASKED, _PERHAPS = ("█", "cyan"), ("░", "yellow")


def print_plan(plan: Plan) -> None:
    """Print a plan."""
    print_record(out(), _summary(plan))
    if (scale := scale_of(plan)) is not None:
        _print_chart(plan, scale)
    if reasons := list(_reasons(plan)):
        print_table(out(), tr("Against it"), (Column("phone"), Column("reason", folds=True)), reasons)


def reasons_against(phone: PhonePlan) -> Iterator[str]:
    """Yield the conflicts and limits of a phone's tasks, each as a sentence."""
    yield from phone["conflicts"]
    yield from (limit_text(met) for met in phone["limits"])


def end_text(plan: Plan) -> str | None:
    """Return when a plan ends, as text; None if no task would run."""
    if plan["end"] is None or plan["start"] is None:
        return None
    expected = local_instant(plan["end"]["expected"])
    lasts = format_duration(expected - local_instant(plan["start"]["expected"]))
    earliest, latest = (_clock(plan["end"][bound], expected) for bound in ("earliest", "latest"))
    return tr(
        "{expected} after {lasts} (earliest {earliest}, latest {latest})",
        expected=f"{expected:%Y-%m-%d %H:%M:%S}",
        lasts=lasts,
        earliest=earliest,
        latest=latest,
    )


def _clock(text: str, near: datetime) -> str:
    """Return the time of day, with the date unless it is that of `near`."""
    at = local_instant(text)
    return f"{at:%H:%M:%S}" if at.date() == near.date() else f"{at:%Y-%m-%d %H:%M}"


def _summary(plan: Plan) -> list[tuple[str, object]]:
    phones = len(plan["phones"])
    return [
        ("tasks", tr_many("{tasks} on {count} phone", "{tasks} on {count} phones", count=phones, tasks=plan["tasks"])),
        ("starts", when(plan["start"]["expected"]) if plan["start"] else tr("never: every task would fail")),
        ("ends", end_text(plan)),
        *((tr("one takes"), told) for told in dict.fromkeys(map(_estimate, plan["phones"]))),
        *(("refused", Text(f"{each['field']} {each['reason']}", style="red")) for each in plan["refusals"]),
    ]  # fmt: skip


def _estimate(phone: PhonePlan) -> str | None:
    return phone["estimate"] and duration_text(phone["estimate"], name_of(phone))


def duration_text(found: Estimate, phone: str | None = None) -> str:
    """Return how long a task takes, and from which tasks that is known, as text."""
    least, most, average = (_time(found[bound]) for bound in ("earliest", "latest", "expected"))
    if found["basis"] == "default":
        return tr("about {average}, a usual figure: none has run here yet", average=average)
    whose = tr("on {phone}", phone=phone or tr("it")) if found["basis"] == "phone" else tr("on all phones")
    return tr(
        "{least} to {most}, on average {average}, as {samples} earlier ones {whose}",
        least=least,
        most=most,
        average=average,
        samples=found["samples"],
        whose=whose,
    )


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds < _LONG else format_duration(timedelta(seconds=seconds))


def _print_chart(plan: Plan, scale: Scale) -> None:
    width = chart_width(plan)
    rows = ((phone, _bar(phone, scale, width)) for phone in plan["phones"])
    print_chart(scale, width, rows)
    legend = [key(_ASKED, tr("these tasks")), key(BEFORE, tr("earlier ones")), key(_PERHAPS, tr("at the latest"))]
    out().print(Text("  ").join(legend))


def _bar(phone: PhonePlan, scale: Scale, width: int) -> Text:
    bar = Bar(scale, width)
    if phone["end"]:
        bar.fill(phone["end"]["expected"], phone["end"]["latest"], _PERHAPS)
    for span in phone["spans"]:
        bar.fill(span["start"], span["end"], _ASKED if span["asked"] else BEFORE)
    return bar.text


def _reasons(plan: Plan) -> Iterator[tuple[str, str]]:
    for phone in plan["phones"]:
        for reason in reasons_against(phone):
            yield name_of(phone), reason


def tasks_text(span: Span) -> str:
    """Return how many tasks a span of time holds."""
    if span["asked"]:
        return tr_many("{count} task", "{count} tasks", count=span["tasks"])
    return tr_many("{count} earlier task", "{count} earlier tasks", count=span["tasks"])


def limit_text(met: LimitMet) -> str:
    """Return the effect of a limit on tasks, as a sentence."""
    tasks = tr_many("{count} task", "{count} tasks", count=met["tasks"])
    if met["fails"]:
        return tr("{tasks} would fail: @{account} {why}", tasks=tasks, account=met["account"], why=met["why"])
    return tr(
        "{tasks} would wait until {until}: @{account} {why}",
        tasks=tasks,
        until=minute(met["until"]),
        account=met["account"],
        why=met["why"],
    )
