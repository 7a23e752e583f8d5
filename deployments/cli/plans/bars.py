"""A Gantt chart on a terminal: a time axis, and below it a bar for each phone."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Table
from rich.text import Text

from deployments.cli.plans.scale import Scale
from deployments.cli.shared.console import out
from deployments.cli.shared.times import local_instant
from phonefleet.client.answers import PhonePlan, Plan
from phonefleet.words import mark, tr, tr_known

Mark = tuple[str, str]
"""A character and its style."""

BEFORE: Mark = ("▒", "dim")
_NARROWEST = 20
_MARK_WIDTH = 14
_BESIDES = 28
"""The width of the other columns, without that of the names, in characters."""


class Bar:
    """One bar of the chart, `width` characters wide."""

    def __init__(self, scale: Scale, width: int) -> None:
        self._scale = scale
        self._marks: list[Mark] = [(" ", "")] * width

    def fill(self, start: str, end: str, mark: Mark) -> None:
        """Mark a span of time with at least one character; parts outside of the scale are cut off."""
        first_at, last_at, width = local_instant(start), local_instant(end), len(self._marks)
        if self._scale.overlaps(first_at, last_at):
            first = min(int(self._scale.place(first_at) * width), width - 1)
            last = max(first + 1, round(self._scale.place(last_at) * width))
            self._marks[first:last] = [mark] * (last - first)

    @property
    def text(self) -> Text:
        """The bar as styled text."""
        return Text.assemble(*self._marks)


def name_of(phone: PhonePlan) -> str:
    """Return the phone's alias, or its serial."""
    return phone["alias"] or phone["serial"]


def chart_width(plan: Plan) -> int:
    """Return how wide the bars may be on this terminal, in characters."""
    names = max(len(name_of(phone)) for phone in plan["phones"])
    return max(_NARROWEST, out().width - names - _BESIDES)


def print_chart(scale: Scale, width: int, rows: Iterable[tuple[PhonePlan, Text]]) -> None:
    """Print the chart: phones with their bars, which are `width` characters wide."""
    table = Table(header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for title in (mark("phone"), mark("tasks"), _axis(scale, width), mark("end")):
        table.add_column(tr_known(title), justify="right" if title in {"tasks", "end"} else "left", no_wrap=True)
    for phone, bar in rows:
        end = scale.clock(local_instant(phone["end"]["expected"])) if phone["end"] else tr("never")
        table.add_row(Text(name_of(phone)), str(phone["tasks"]), bar, end)
    out().print(table)


def key(mark: Mark, meaning: str) -> Text:
    """Return an entry of the legend."""
    return Text.assemble(mark, f" {meaning}")


def _axis(scale: Scale, width: int) -> str:
    """Return the axis: the times above the bars, each beginning at its column."""
    line = ""
    for place, label in scale.ticks(max(1, width // _MARK_WIDTH)):
        column = round(place * width)
        if (not line or len(line) < column) and column + len(label) <= width:
            line = line.ljust(column) + label
    return line.ljust(width)
