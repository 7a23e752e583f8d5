"""The time scale of a chart: maps instants to positions from 0 to 1, and chooses the ticks of the axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from deployments.cli.shared.times import day, local_instant, weekday
from phonefleet.client.answers import Plan

_STEPS = [
    *(timedelta(seconds=number) for number in (1, 2, 5, 10, 15, 30)),
    *(timedelta(minutes=number) for number in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=number) for number in (1, 2, 3, 6, 12)),
    *(timedelta(days=number) for number in (1, 2, 7, 14, 28, 91, 182, 364, 1820)),
]
_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from one instant to a later one, in the zone of all times."""

    first: datetime
    last: datetime

    def place(self, at: datetime) -> float:
        """Return the position of an instant: 0 for the first, 1 for the last; outside instants are clamped."""
        return min(1.0, max(0.0, (at - self.first) / (self.last - self.first)))

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether a span of time overlaps with the scale."""
        return start <= self.last and end >= self.first

    def ticks(self, most: int) -> Iterator[tuple[float, str]]:
        """Yield positions and labels of about `most` ticks at round times."""
        step = self._step(most)
        at = self._midnight()
        while at <= self.last:
            if at >= self.first:
                yield self.place(at), self._label(at, step)
            at += step

    def clock(self, at: datetime) -> str:
        """Return the time of day, with the date unless it is that of the scale's start."""
        return f"{at:%H:%M:%S}" if at.date() == self.first.date() else f"{day(at)} {at:%H:%M}"

    def _step(self, most: int) -> timedelta:
        wanted = (self.last - self.first) / most
        return next((step for step in _STEPS if step >= wanted), _STEPS[-1])

    def _midnight(self) -> datetime:
        return self.first.replace(hour=0, minute=0, second=0, microsecond=0)

    def _label(self, at: datetime, step: timedelta) -> str:
        if step >= timedelta(days=1):
            return f"{weekday(at)} {day(at)}" if step < timedelta(days=28) else day(at)
        when = f"{weekday(at)} " if self.first.date() != self.last.date() else ""
        return when + (f"{at:%H:%M:%S}" if step < timedelta(minutes=1) else f"{at:%H:%M}")


def scale_of(plan: Plan) -> Scale | None:
    """Return the scale of a plan: its days if it has some, else from its first to its last span; None without tasks."""
    if plan["since"] is not None and plan["until"] is not None:
        return Scale(local_instant(plan["since"]), local_instant(plan["until"]))
    instants = [
        local_instant(at) for phone in plan["phones"] for span in phone["spans"] for at in (span["start"], span["end"])
    ]
    instants += [local_instant(phone["end"]["latest"]) for phone in plan["phones"] if phone["end"]]
    if not instants:
        return None
    return Scale(min(instants), max(*instants, min(instants) + _SHORTEST))


def format_duration(duration: timedelta) -> str:
    """Return a duration in the two units that tell most of it: "1 h 20 min"."""
    seconds = max(0, round(duration.total_seconds()))
    units = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    first = next((place for place, (_, size) in enumerate(units) if seconds >= size), len(units) - 1)
    told = [(seconds // units[first][1], units[first][0])]
    if first + 1 < len(units):
        told.append((seconds % units[first][1] // units[first + 1][1], units[first + 1][0]))
    return " ".join(f"{number} {name}" for place, (number, name) in enumerate(told) if number or not place)
