"""How a report reads: a title of one line, and a text of some twenty, for mail, chats and terminals alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from textwrap import shorten

from phonefleet.limits.kinds import KINDS, counted
from phonefleet.masking import hidden
from phonefleet.reports.day import Report

_MOST = 10
"""Lines of one kind; the rest is counted."""

_LONGEST_REASON = 160


def title_of(report: Report) -> str:
    """Return the report in one line: "Phonefleet: 120 tasks completed, 3 failed, 1 account is held"."""
    told = [f"{_tasks(report.completed)} completed", f"{report.failed} failed"]
    if report.held:
        told.append(f"{len(report.held)} account{_s(report.held)} held")
    if report.ill:
        told.append(f"{len(report.ill)} phone{_s(report.ill)} ill")
    return f"Phonefleet: {', '.join(told)}"


def text_of(report: Report, zone: tzinfo) -> str:
    """Return the report as plain text; times are in `zone`, which its first line names."""
    begin, end = report.begin.astimezone(zone), report.end.astimezone(zone)
    lines = [f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} ({zone})", "", *_done(report)]
    for heading, found in (
        ("Why tasks failed", _failures(report)),
        ("Accounts on hold, each waits for a person", _held(report, zone)),
        ("Phones that can do nothing", _ill(report, zone)),
    ):
        if found:
            lines += ["", f"{heading}:", *found[:_MOST]]
            lines += [f"- and {len(found) - _MOST} more"] if len(found) > _MOST else []
    if not report.needs_a_person:
        lines += ["", "Nothing waits for a person."]
    return "\n".join(lines)


def _done(report: Report) -> Iterator[str]:
    stopped = f", {report.stopped} stopped" if report.stopped else ""
    yield f"Tasks: {report.completed} completed, {report.failed} failed{stopped}"
    yield f"Now: {report.running} running, {report.pending} waiting"
    done = ", ".join(counted(report.actions[kind], kind) for kind in KINDS if report.actions.get(kind))
    yield f"Done: {done or 'nothing that others notice'}"


def _failures(report: Report) -> list[str]:
    return [
        f"- {one.tasks} x {one.script_name}: {_short(one.remark)} (latest: task {one.latest_task_id})"
        for one in report.failures
    ]


def _held(report: Report, zone: tzinfo) -> list[str]:
    return [
        f"- @{one.username} ({one.app}{f', on {one.phone}' if one.phone else ''}) "
        f"since {one.since.astimezone(zone):%Y-%m-%d %H:%M}: {_short(one.reason)}"
        for one in report.held
    ]


def _ill(report: Report, zone: tzinfo) -> list[str]:
    return [
        f"- {one.name}: {one.state}, last seen {one.last_seen.astimezone(zone):%Y-%m-%d %H:%M}"
        + (f": {_short(one.reason)}" if one.reason else "")
        for one in report.ill
    ]


def _short(text: str) -> str:
    return shorten(hidden(text), _LONGEST_REASON, placeholder=" …")


def _tasks(number: int) -> str:
    return f"{number} task{'s' * (number != 1)}"


def _s(things: tuple[object, ...]) -> str:
    return " is" if len(things) == 1 else "s are"
