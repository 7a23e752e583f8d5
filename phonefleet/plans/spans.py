"""Spans of time in which a phone works, each with its number of tasks, and merging them for display."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a phone does tasks one after the other; `asked` tells planned tasks from those already queued."""

    start: datetime
    end: datetime
    asked: bool
    tasks: int = 1
    campaign: int | None = None


def merged(spans: Sequence[Span], most: int) -> list[Span]:
    """Merge neighbours of the same kind between which little time lies, into about `most` spans."""
    if not spans:
        return []
    return _merged(spans, (spans[-1].end - spans[0].start) / most)


def merged_apart(spans: Sequence[Span], slight: timedelta) -> list[Span]:
    """Merge the spans of each campaign between which at most `slight` lies, whatever other spans lie there."""
    kinds: defaultdict[tuple[bool, int | None], list[Span]] = defaultdict(list)
    for span in spans:
        kinds[span.asked, span.campaign].append(span)
    return sorted((piece for each in kinds.values() for piece in _merged(each, slight)), key=lambda span: span.start)


def _merged(spans: Sequence[Span], slight: timedelta) -> list[Span]:
    found = [spans[0]]
    for span in spans[1:]:
        last = found[-1]
        alike = (span.asked, span.campaign) == (last.asked, last.campaign)
        if alike and span.start - last.end <= max(slight, timedelta(0)):
            found[-1] = Span(last.start, span.end, last.asked, last.tasks + span.tasks, last.campaign)
        else:
            found.append(span)
    return found
