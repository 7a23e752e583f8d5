"""How a plan looks on a terminal: when it ends, a bar of time for each phone, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich import box
from rich.table import Table
from rich.text import Text

from deployments.cli.console import out
from deployments.cli.plan_scale import Scale, instant, lasting, scale_of
from deployments.cli.tables import Column, print_record, print_table, when
from phonefleet.client.plan_answers import LimitMet, PhonePlan, Plan

_NARROWEST = 20
_MARK_WIDTH = 14
_ASKED, _BEFORE, _PERHAPS = ("█", "cyan"), ("▒", "dim"), ("░", "yellow")


def print_plan(plan: Plan) -> None:
    """Print a plan."""
    print_record(out(), _summary(plan))
    if (scale := scale_of(plan)) is not None:
        _print_chart(plan, scale)
    if reasons := list(_reasons(plan)):
        print_table(out(), "Against it", (Column("phone"), Column("reason", folds=True)), reasons)


def name_of(phone: PhonePlan) -> str:
    """Return what people call a phone."""
    return phone["alias"] or phone["serial"]


def against(phone: PhonePlan) -> Iterator[str]:
    """Yield what stands against the tasks of a phone, each as a sentence."""
    yield from phone["conflicts"]
    yield from (_limit(met) for met in phone["limits"])


def ends(plan: Plan) -> str | None:
    """Return when a plan ends, in words."""
    if plan["end"] is None or plan["start"] is None:
        return None
    expected = instant(plan["end"]["expected"])
    lasts = lasting(expected - instant(plan["start"]["expected"]))
    earliest, latest = (_clock(plan["end"][bound], expected) for bound in ("earliest", "latest"))
    return f"{expected:%Y-%m-%d %H:%M:%S} after {lasts} (earliest {earliest}, latest {latest})"


def _clock(text: str, near: datetime) -> str:
    """Return the time of day, with the date when it is another one."""
    at = instant(text)
    return f"{at:%H:%M:%S}" if at.date() == near.date() else f"{at:%Y-%m-%d %H:%M}"


def _summary(plan: Plan) -> list[tuple[str, object]]:
    phones = len(plan["phones"])
    return [
        ("tasks", f"{plan['tasks']} on {phones} phone{'s' * (phones != 1)}"),
        ("starts", when(plan["start"]["expected"]) if plan["start"] else "never: every task would fail"),
        ("ends", ends(plan)),
        *(("one takes", told) for told in dict.fromkeys(_estimate(phone) for phone in plan["phones"])),
        *(("refused", Text(f"{each['field']} {each['reason']}", style="red")) for each in plan["refusals"]),
    ]  # fmt: skip


def _estimate(phone: PhonePlan) -> str:
    found = phone["estimate"]
    if found["basis"] == "default":
        return f"about {found['expected']:.3g} s, a usual figure: none has run here yet"
    whose = f"on {name_of(phone)}" if found["basis"] == "phone" else "on all phones"
    spread = f"{found['earliest']:.3g} to {found['latest']:.3g} s, on average {found['expected']:.3g} s"
    return f"{spread}, as {found['samples']} earlier ones {whose}"


def _print_chart(plan: Plan, scale: Scale) -> None:
    console = out()
    names = max(len(name_of(phone)) for phone in plan["phones"])
    width = max(_NARROWEST, console.width - names - 28)
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("phone", "tasks", _axis(scale, width), "end"):
        table.add_column(title, justify="right" if title in {"tasks", "end"} else "left", no_wrap=True)
    for phone in plan["phones"]:
        end = scale.clock(instant(phone["end"]["expected"])) if phone["end"] else "never"
        table.add_row(Text(name_of(phone)), str(phone["tasks"]), _bar(phone, scale, width), end)
    console.print(table)
    legend = [_key(_ASKED, "these tasks"), _key(_BEFORE, "earlier ones"), _key(_PERHAPS, "at the latest")]
    console.print(Text("  ").join(legend))


def _key(mark: tuple[str, str], meaning: str) -> Text:
    return Text.assemble(mark, f" {meaning}")


def _axis(scale: Scale, width: int) -> str:
    """Return the clock times above the bars, each beginning at its place."""
    line = ""
    for place, label in scale.marks(max(1, width // _MARK_WIDTH)):
        column = round(place * width)
        if (not line or len(line) < column) and column + len(label) <= width:
            line = line.ljust(column) + label
    return line.ljust(width)


def _bar(phone: PhonePlan, scale: Scale, width: int) -> Text:
    marks: list[tuple[str, str]] = [(" ", "")] * width
    if phone["end"]:
        _fill(marks, scale, phone["end"]["expected"], phone["end"]["latest"], _PERHAPS)
    for span in phone["spans"]:
        _fill(marks, scale, span["start"], span["end"], _ASKED if span["asked"] else _BEFORE)
    return Text.assemble(*marks)


def _fill(marks: list[tuple[str, str]], scale: Scale, start: str, end: str, mark: tuple[str, str]) -> None:
    """Mark a time, however short it is."""
    first = min(int(scale.place(instant(start)) * len(marks)), len(marks) - 1)
    last = max(first + 1, round(scale.place(instant(end)) * len(marks)))
    marks[first:last] = [mark] * (last - first)


def _reasons(plan: Plan) -> Iterator[tuple[str, str]]:
    for phone in plan["phones"]:
        for reason in against(phone):
            yield name_of(phone), reason


def _limit(met: LimitMet) -> str:
    tasks = f"{met['tasks']} task{'s' * (met['tasks'] != 1)}"
    if met["fails"]:
        return f"{tasks} would fail: @{met['account']} {met['why']}"
    return f"{tasks} would wait until {(when(met['until']) or '')[:16]}: @{met['account']} {met['why']}"
