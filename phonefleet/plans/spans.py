"""When a phone works: spans of time, each with how many tasks fall into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks that a phone does one after the other: those that a plan is about, or those that wait already."""

    start: datetime
    end: datetime
    asked: bool
    tasks: int = 1


def merged(spans: Sequence[Span], most: int) -> list[Span]:
    """Return spans in few pieces: neighbours of a kind are one when little or nothing lies between them."""
    if not spans:
        return []
    slight = (spans[-1].end - spans[0].start) / most
    found = [spans[0]]
    for span in spans[1:]:
        last = found[-1]
        if span.asked == last.asked and span.start - last.end <= max(slight, timedelta(0)):
            found[-1] = Span(last.start, span.end, last.asked, last.tasks + span.tasks)
        else:
            found.append(span)
    return found
