"""Renders the fleet for the monitor: one frame for one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from deployments.cli.fleet.shown import state_text
from deployments.cli.shared.tables import Column, fitting_table
from deployments.cli.shared.times import local_instant
from deployments.cli.top.fleet_view import Frame
from phonefleet.client.answers import Device, Task
from phonefleet.scripts import read_config, summary_of
from phonefleet.words import said, tr

FRAME_INTERVAL = timedelta(seconds=0.25)
"""The time between two frames."""

_COLUMNS = (
    Column("phone"),
    Column("state", rank=1),
    Column("does", rank=2),
    Column("account", rank=6),
    Column("progress", rank=3),
    Column("since", rank=5, right=True),
    Column("waiting", rank=4, right=True),
    Column("battery", rank=7, right=True),
    Column("group", rank=8),
)
_HOST = Column("host", rank=9)
"""Shown where there are several."""
_ORDER = (
    "busy", "quarantined", "unauthorized", "no_permissions", "recovery", "ambiguous", "online", "offline",
)  # fmt: skip
"""The states whose phones are shown first where there is no room for all."""
_BAR = 12
_CHROME = 5
"""Lines around the phones beside those of the summary: four of the table, and how many are not shown."""


def render(frame: Frame, width: int, height: int | None = None) -> RenderableType:
    """Render the fleet for a terminal of this width and height; without a height, everything is shown."""
    notes = _notes(frame)
    summary = _summary(frame)
    room = None if height is None else max(height - _CHROME - len(summary) - len(notes), 1)
    phones = _in_sight(frame.phones, room)
    several = _hosts(frame) is not None
    columns = (*_COLUMNS, _HOST) if several else _COLUMNS
    rows = [[*_row(phone, frame), *([phone["host"]] if several else [])] for phone in phones]
    table, _ = fitting_table(columns, rows, width)
    more = len(frame.phones) - len(phones)
    below = [Text(tr("and {more} more phones", more=more), style="dim")] if more else []
    return Group(*summary, table, *below, *notes)


def as_data(frame: Frame) -> dict[str, Any]:
    """Return the fleet as the JSON of `top --json`, with the API's field names; each phone with its task."""
    phones = [phone | {"task": frame.running.get(phone["current_task"] or 0)} for phone in frame.phones]
    return {"at": frame.at.isoformat(), "phones": phones, "counts": frame.counts, "held": frame.held,
            "failures": frame.failures, "stopped": frame.stopped, "away": list(frame.away)}  # fmt: skip


def _summary(frame: Frame) -> list[Text]:
    states = Counter(phone["state"] for phone in frame.phones)
    phones = [Text.assemble(f"{states[state]} ", state_text(state)) for state in _ORDER if states[state]]
    counts = frame.counts
    failed = Text(tr("{failed} failed", failed=counts["failed"]), style="red" if counts["failed"] else "")
    tasks = [Text(f"{counts[name]} {name}") for name in ("running", "pending", "completed")]
    rate = (
        []
        if frame.per_minute is None
        else [Text(tr("{per_minute} a minute", per_minute=f"{frame.per_minute:.1f}"), style="bold")]
    )
    known = Text(", ").join(phones) if phones else tr("none have been seen yet")
    lines = [_line("phones", "bold", known), _line("tasks", "bold", Text(", ").join([*tasks, failed, *rate]))]
    hosts = _hosts(frame)
    lines += [_line("hosts", "bold", hosts)] if hosts else []
    return lines + ([_line("stopped", "red", frame.stopped)] if frame.stopped else [])


def _hosts(frame: Frame) -> Text | None:
    """Return how many phones are connected to each host; None where there is only one."""
    connected = Counter(phone["host"] for phone in frame.phones if phone["state"] != "offline")
    names = sorted({*connected, *frame.away})
    if len(names) <= 1 and not frame.away:
        return None
    return Text(", ").join(
        Text(tr("{host} away", host=name), style="red") if name in frame.away else Text(f"{name} {connected[name]}")
        for name in names
    )


def _notes(frame: Frame) -> list[Text]:
    """Return what needs a person's attention, a line each: quarantined and taken phones, held accounts, failures."""
    told = [("news", "yellow", frame.remark)] if frame.remark else []
    told += [
        ("rests", "yellow", f"{_name(phone)}: {phone['quarantine_reason']}")
        for phone in frame.phones
        if phone["quarantine_reason"]
    ]
    told += [
        (
            "taken",
            "cyan",
            tr(
                "{phone}: by {by} until {until}",
                phone=_name(phone),
                by=taken["by"],
                until=f"{local_instant(taken['until']):%H:%M:%S}",
            ),
        )
        for phone in frame.phones
        if (taken := phone["taken_over"])
    ]
    told += [("held", "yellow", f"@{one['username']} on {one['device']}: {one['hold_reason']}") for one in frame.held]
    told += [("failed", "red", _failure(task)) for task in frame.failures]
    return [_line(*each) for each in told]


def _failure(task: Task) -> str:
    return tr(
        "{ended} task {number}, {does}: {remark}",
        ended=_ended(task), number=task["id"], does=_does(task), remark=task["remark"],
    )  # fmt: skip


def _line(what: str, style: str, told: str | Text) -> Text:
    """Return a line with its title in a column of its own; it is never wrapped."""
    return Text.assemble((f"{what:8}", style), told, no_wrap=True, overflow="ellipsis")


def _row(phone: Device, frame: Frame) -> list[object]:
    task = frame.running.get(phone["current_task"] or 0)
    battery = None if phone["battery"] is None else f"{phone['battery']} %"
    about: list[object] = [None] * 4
    if task:
        account = f"@{task['username']}" if task["username"] else None
        about = [_does(task), account, _progress(task), _since(task, frame.at)]
    return [_name(phone), state_text(phone["state"]), *about, phone["queue_length"], battery, phone["group"]]


def _does(task: Task) -> str:
    return said(summary_of(task["script_name"], read_config(task["script_name"], task["script_config"])))


def _progress(task: Task) -> Text:
    """Return a progress bar with figures; nothing if the task has reported no total yet."""
    done, total = task["progress"]["done"], task["progress"]["total"]
    if not total:
        return Text("")
    full = _BAR * min(done, total) // total
    return Text.assemble(("━" * full, "green"), ("╌" * (_BAR - full), "dim"), f" {done}/{total}")


def _since(task: Task, now: datetime) -> str | None:
    if task["start_time"] is None:
        return None
    seconds = max(int((now - datetime.fromisoformat(task["start_time"])).total_seconds()), 0)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def _ended(task: Task) -> str:
    ended = task["end_time"]
    return f"{local_instant(ended):%H:%M:%S}" if ended else ""


def _in_sight(phones: Sequence[Device], room: int | None) -> list[Device]:
    """Return the phones that fit, sorted by name; if not all fit, sorted by state, the busy ones first."""
    named = sorted(phones, key=lambda phone: _natural(_name(phone)))
    if room is None or len(named) <= room:
        return named
    return sorted(named, key=lambda phone: _ORDER.index(phone["state"]))[:room]


def _name(phone: Device) -> str:
    return phone["alias"] or phone["serial"]


def _natural(name: str) -> tuple[int, str]:
    """Return a natural sort key, which puts device_serial_10 after device_serial_9."""
    return len(name), name
