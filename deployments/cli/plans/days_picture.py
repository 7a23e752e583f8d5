"""Draws a plan of all campaigns as SVG: days from left to right, a row for each phone, a colour for each campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from xml.sax.saxutils import escape

from deployments.cli.plans.bars import name_of
from deployments.cli.plans.campaign_styles import CampaignStyle, active_campaigns, names_of, styles_of
from deployments.cli.plans.scale import Scale
from deployments.cli.plans.shown import limit_text, reasons_against, tasks_text
from deployments.cli.plans.svg import Page, Plot, hint, shorten, text_element
from deployments.cli.shared.times import local_instant, weekday, zone_name
from phonefleet.client.answers import PhonePlan, Plan, Span
from phonefleet.words import tr

_WIDTH, _LEFT, _RIGHT = 1200, 180, 70
_ROW, _BAR, _LINE = 26, 16, 20
_MARKS = 10
_LETTER = 7.6
"""The average width of a letter, in pixels."""

_MOST_CONFLICTS = 12
_LONGEST_CONFLICT = 160
_SATURDAY = 5
_STYLE = ".before{fill:#cbd5e1}.refused{fill:#dc2626}.rest{fill:#f8fafc}line.day{stroke:#94a3b8}"


def svg_of_days(plan: Plan, title: str) -> str:
    """Return the SVG document."""
    scale = Scale(local_instant(plan["since"] or ""), local_instant(plan["until"] or ""))
    plot = Plot(scale, _LEFT, _WIDTH - _RIGHT)
    legend, places = _legend(plan)
    top = 66 + _LINE * len(legend) + 26
    bottom = top + _ROW * len(plan["phones"])
    conflicts = _conflicts(plan)
    chart: list[str] = [
        *(part for row, line in enumerate(legend) for part in _keys(line, 74 + _LINE * row)),
        *_weekends(plot, top - 4, bottom),
        *plot.axis(_MARKS, top - 11, bottom),
        *_midnights(plot, top - 4, bottom),
        *(part for row, phone in enumerate(plan["phones"]) for part in _row(phone, top + _ROW * row, plot, places)),
        *(text_element(16, bottom + 26 + _LINE * row, text, "against") for row, text in enumerate(conflicts)),
    ]
    return Page(_WIDTH, bottom + 30 + _LINE * len(conflicts), _STYLE).picture(title, _about(plan), chart)


def _about(plan: Plan) -> str:
    first, last = (local_instant(at or "") for at in (plan["since"], plan["until"]))
    told = tr(
        "{first} to {last} ({zone})",
        first=f"{weekday(first)} {first:%Y-%m-%d %H:%M}",
        last=f"{weekday(last)} {last:%Y-%m-%d %H:%M}",
        zone=zone_name(),
    )
    return f"{told}; {plan['cut']}" if plan["cut"] else told


# --- the legend --------------------------------------------------------------------------------------------

_Key = tuple[str, str]
"""An entry of the legend: SVG attributes and their meaning."""


def _legend(plan: Plan) -> tuple[list[list[_Key]], dict[int, tuple[CampaignStyle, str]]]:
    """Return the lines of the legend, and the look and name of each campaign."""
    looks, names = styles_of(plan), names_of(plan)
    keys: list[_Key] = [
        (f'fill="{looks[campaign["id"]].web_colour}"', shorten(campaign["name"], 40))
        for campaign in active_campaigns(plan)
    ]
    keys += [('class="before"', tr("earlier tasks")), ('class="refused"', tr("meets a limit"))]
    return _wrapped(keys), {key: (looks[key], name) for key, name in names.items()}


def _wrapped(keys: Sequence[_Key]) -> list[list[_Key]]:
    lines: list[list[_Key]] = [[]]
    for each in keys:
        if lines[-1] and sum(map(_width, [*lines[-1], each])) > _WIDTH - 32:
            lines.append([])
        lines[-1].append(each)
    return lines


def _width(key: _Key) -> float:
    return 34 + _LETTER * len(key[1])


def _keys(line: Sequence[_Key], y: float) -> Iterator[str]:
    x = 16.0
    for key in line:
        yield f'<circle {key[0]} cx="{x + 5:.1f}" cy="{y - 4:.1f}" r="5"/>'
        yield text_element(x + 16, y, key[1], "")
        x += _width(key)


# --- the days ----------------------------------------------------------------------------------------------


def _days(plot: Plot) -> Iterator[datetime]:
    """Yield the midnights within the scale, and the one before its start."""
    midnight = plot.scale.first.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight <= plot.scale.last:
        yield midnight
        midnight += timedelta(days=1)


def _weekends(plot: Plot, top: float, bottom: float) -> Iterator[str]:
    for midnight in _days(plot):
        if midnight.weekday() >= _SATURDAY:
            yield _shade(plot, midnight, midnight + timedelta(days=1), top, bottom)


def _midnights(plot: Plot, top: float, bottom: float) -> Iterator[str]:
    for midnight in _days(plot):
        if midnight >= plot.scale.first:
            x = plot.x(plot.scale.place(midnight))
            yield f'<line class="day" x1="{x:.1f}" y1="{top:.1f}" x2="{x:.1f}" y2="{bottom:.1f}"/>'


def _shade(plot: Plot, start: datetime, end: datetime, top: float, bottom: float) -> str:
    left, right = (plot.x(plot.scale.place(at)) for at in (start, end))
    place = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect class="rest" {place}/>'


def _row(phone: PhonePlan, y: float, plot: Plot, places: dict[int, tuple[CampaignStyle, str]]) -> Iterator[str]:
    reasons = hint(islice(reasons_against(phone), 8))
    name = text_element(16, y + _BAR - 3, shorten(name_of(phone)), "against" if phone["conflicts"] else "")
    yield f"<g>{reasons}{name}"
    for span in phone["spans"]:
        if plot.scale.overlaps(local_instant(span["start"]), local_instant(span["end"])):
            yield _bar(span, y, plot, places)
    for met in phone["limits"]:
        for at in met["at"]:
            yield _refusal(plot.at(at), y, limit_text(met))
    yield text_element(_WIDTH - 16, y + _BAR - 3, str(phone["tasks"]), "faint", anchor="end")
    yield "</g>"


def _bar(span: Span, y: float, plot: Plot, places: dict[int, tuple[CampaignStyle, str]]) -> str:
    times = (span["start"], span["end"])
    campaign = span["campaign"]
    if not span["asked"] or campaign is None:
        return plot.bar(times, y, _BAR, tasks_text({**span, "asked": False}), class_="before")
    look, name = places[campaign]
    first, last = (f"{weekday(at)} {at:%H:%M}" for at in map(local_instant, times))
    told = tr("{name}: {tasks}, {first} to {last}", name=name, tasks=tasks_text(span), first=first, last=last)
    return plot.bar(times, y, _BAR, told, fill=look.web_colour)


def _refusal(x: float, y: float, told: str) -> str:
    """Return a red triangle above the bar, where a task meets a limit."""
    points = f"{x - 4:.1f},{y - 5:.1f} {x + 4:.1f},{y - 5:.1f} {x:.1f},{y + 3:.1f}"
    return f'<polygon class="refused" points="{points}"><title>{escape(told)}</title></polygon>'


def _conflicts(plan: Plan) -> list[str]:
    told = [f"{one['name']} {conflict['why']}" for one in plan["campaigns"] for conflict in one["conflicts"]]
    more = [tr("and {number} more", number=len(told) - _MOST_CONFLICTS)] if len(told) > _MOST_CONFLICTS else []
    return [shorten(each, _LONGEST_CONFLICT) for each in told[:_MOST_CONFLICTS]] + more
