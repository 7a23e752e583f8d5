"""Draws a plan of tasks as a self-contained SVG: a bar of time for each phone."""

from __future__ import annotations

from collections.abc import Iterator

from deployments.cli.plans.bars import name_of
from deployments.cli.plans.days_picture import svg_of_days
from deployments.cli.plans.scale import scale_of
from deployments.cli.plans.shown import end_text, reasons_against, tasks_text
from deployments.cli.plans.svg import Page, Plot, hint, shorten, text_element
from deployments.cli.shared.times import local_instant, zone_name
from phonefleet.client.answers import PhonePlan, Plan
from phonefleet.words import tr

_WIDTH, _LEFT, _RIGHT = 1000, 180, 120
_TOP, _ROW, _BAR = 84, 34, 18
_MARKS = 8
_STYLE = ".asked{fill:#2563eb}.before{fill:#9ca3af}.perhaps{fill:#93c5fd;opacity:.6}"


def svg_of(plan: Plan, title: str) -> str:
    """Return the SVG document."""
    return svg_of_tasks(plan, title) if plan["since"] is None else svg_of_days(plan, title)


def svg_of_tasks(plan: Plan, title: str) -> str:
    """Return the picture of what a request would do."""
    scale = scale_of(plan)
    plot = Plot(scale, _LEFT, _WIDTH - _RIGHT) if scale else None
    height = _TOP + _ROW * len(plan["phones"]) + 40
    about = _about(plan) if scale and plan["end"] else tr("every task would fail")
    chart: list[str] = [
        *(plot.axis(_MARKS, _TOP - 13, height - 36) if plot else []),
        *(part for row, phone in enumerate(plan["phones"]) for part in _row(phone, _TOP + _ROW * row, plot)),
        *_legend(height - 14),
    ]
    return Page(_WIDTH, height, _STYLE).picture(title, about, chart)


def _about(plan: Plan) -> str:
    return tr("ends {end}, {zone}", end=end_text(plan), zone=zone_name())


def _legend(y: float) -> Iterator[str]:
    kinds = (("asked", tr("these tasks")), ("before", tr("earlier ones")), ("perhaps", tr("at the latest")))
    for place, (kind, meaning) in enumerate(kinds):
        x = _LEFT + 130 * place
        yield f'<circle class="{kind}" cx="{x + 5}" cy="{y - 4:.1f}" r="5"/>'
        yield text_element(x + 16, y, meaning, "faint")


def _row(phone: PhonePlan, y: float, plot: Plot | None) -> Iterator[str]:
    reasons = list(reasons_against(phone))
    name = text_element(16, y + _BAR - 4, shorten(name_of(phone)), "against" if reasons else "")
    yield f"<g>{hint(reasons)}{name}"
    if plot is not None:
        yield from _bars(phone, y, plot)
    yield "</g>"


def _bars(phone: PhonePlan, y: float, plot: Plot) -> Iterator[str]:
    if phone["end"]:
        until = (phone["end"]["expected"], phone["end"]["latest"])
        yield plot.bar(until, y, _BAR, tr("at the latest"), class_="perhaps")
    for span in phone["spans"]:
        kind = "asked" if span["asked"] else "before"
        yield plot.bar((span["start"], span["end"]), y, _BAR, tasks_text(span), class_=kind)
    end = plot.scale.clock(local_instant(phone["end"]["expected"])) if phone["end"] else tr("never")
    yield text_element(_WIDTH - 16, y + _BAR - 4, end, "faint", anchor="end")
