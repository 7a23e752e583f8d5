"""How a report reads: a title of one line, and a text of some twenty, for mail, chats and terminals alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from textwrap import shorten

from phonefleet.limits.kinds import KINDS, counted
from phonefleet.masking import hidden
from phonefleet.reports.day import Report
from phonefleet.words import joined, say, say_many

_MOST = 10
"""Lines of one kind; the rest is counted."""

_LONGEST_REASON = 160


def title_of(report: Report) -> str:
    """Return the report in one line: "Phonefleet: 120 tasks completed, 3 failed, 1 account is held"."""
    told = [
        say_many("report.completed", "{count} task completed", "{count} tasks completed", count=report.completed),
        say("report.failed", "{number} failed", number=report.failed),
    ]
    if report.held:
        held = len(report.held)
        told.append(say_many("report.held", "{count} account is held", "{count} accounts are held", count=held))
    if report.ill:
        told.append(say_many("report.ill", "{count} phone is ill", "{count} phones are ill", count=len(report.ill)))
    return say("report.title", "Phonefleet: {told}", told=joined(", ", told))


def text_of(report: Report, zone: tzinfo) -> str:
    """Return the report as plain text; times are in `zone`, which its first line names."""
    begin, end = report.begin.astimezone(zone), report.end.astimezone(zone)
    span = say(
        "report.span", "{begin} to {end} ({zone})",
        begin=f"{begin:%Y-%m-%d %H:%M}", end=f"{end:%Y-%m-%d %H:%M}", zone=zone,
    )  # fmt: skip
    lines: list[str] = [span, "", *_done(report)]
    for heading, found in (
        (say("report.why_failed", "Why tasks failed:"), _failures(report)),
        (say("report.on_hold", "Accounts on hold, each waits for a person:"), _held(report, zone)),
        (say("report.ill_phones", "Phones that can do nothing:"), _ill(report, zone)),
    ):
        if found:
            lines += ["", heading, *found[:_MOST]]
            lines += (
                [say("report.more", "- and {number} more", number=len(found) - _MOST)] if len(found) > _MOST else []
            )
    if not report.needs_a_person:
        lines += ["", say("report.nothing_waits", "Nothing waits for a person.")]
    return joined("\n", lines)


def _done(report: Report) -> Iterator[str]:
    stopped = say("report.stopped", ", {number} stopped", number=report.stopped) if report.stopped else ""
    yield say(
        "report.tasks", "Tasks: {completed} completed, {failed} failed{stopped}",
        completed=report.completed, failed=report.failed, stopped=stopped,
    )  # fmt: skip
    yield say("report.now", "Now: {running} running, {pending} waiting", running=report.running, pending=report.pending)
    done = joined(", ", (counted(report.actions[kind], kind) for kind in KINDS if report.actions.get(kind)))
    yield say("report.done", "Done: {done}", done=done or say("report.nothing", "nothing that others notice"))


def _failures(report: Report) -> list[str]:
    return [
        say(
            "report.failure",
            "- {tasks} x {script}: {why} (latest: task {task})",
            tasks=one.tasks,
            script=one.script_name,
            why=_short(one.remark),
            task=one.latest_task_id,
        )
        for one in report.failures
    ]


def _held(report: Report, zone: tzinfo) -> list[str]:
    return [
        say(
            "report.account",
            "- @{account} ({app}{phone}) since {since}: {why}",
            account=one.username,
            app=one.app,
            since=f"{one.since.astimezone(zone):%Y-%m-%d %H:%M}",
            phone=say("report.on_phone", ", on {phone}", phone=one.phone) if one.phone else "",
            why=_short(one.reason),
        )
        for one in report.held
    ]


def _ill(report: Report, zone: tzinfo) -> list[str]:
    return [
        say(
            "report.phone",
            "- {phone}: {state}, last seen {seen}{why}",
            phone=one.name,
            state=one.state,
            seen=f"{one.last_seen.astimezone(zone):%Y-%m-%d %H:%M}",
            why=say("report.because", ": {why}", why=_short(one.reason)) if one.reason else "",
        )
        for one in report.ill
    ]


def _short(text: str) -> str:
    shown = hidden(text)
    short = shorten(shown, _LONGEST_REASON, placeholder=" …")
    return shown if short == shown else short
