"""The checks of `phonefleet doctor` of what runs for a data folder: Prefect, the worker, the disk, waiting tasks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Self, cast

import httpx
import psutil

from deployments.cli.doctor.finding import Finding
from deployments.cli.shared.times import minute
from deployments.launcher.home import Home
from deployments.launcher.prefect_auth import PrefectAuthUnusable, stored_auth
from phonefleet.client import Client
from phonefleet.client.answers import Task
from phonefleet.client.tasks import PENDING
from phonefleet.errors import Permanent
from phonefleet.settings import POOL, Settings
from phonefleet.words import mark, tr, tr_known

NEEDED, COMFORTABLE = 1_000_000_000, 5_000_000_000
"""Free bytes below which databases may stop, and below which a person should look."""

TOO_LONG = timedelta(minutes=10)
"""How long a task may wait after it was due before it is told."""

_LOOKED_AT = 1000
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Running:
    """What runs for a data folder, as its endpoints.json says; nothing runs where that is not there."""

    home: Home
    prefect: str | None = None
    adb_port: int | None = None
    pids: Mapping[str, int | None] = field(default_factory=dict[str, int | None])

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Read what runs. Raises `Permanent` when another user's folder cannot be read."""
        home = Home(folder.absolute())
        try:
            found = cast("dict[str, Any]", json.loads(home.endpoints.read_text(encoding="utf-8")))
        except PermissionError as error:
            raise Permanent(home.why_unusable(error)) from error
        except (OSError, ValueError):
            return cls(home)
        return cls(home, found.get("prefect"), found.get("adb_port"), found.get("pids") or {})


def prefect_answers(running: Running, settings: Settings) -> Finding:
    """Check whether the Prefect server of the data folder answers to its password."""
    if running.prefect is None:
        return Finding("Prefect", good=None, text=tr_known(_NOTHING_RUNS))
    try:
        _ask(running, settings, "GET", "/health")
    except httpx.HTTPError as error:
        return Finding(
            "Prefect",
            good=False,
            text=tr("{prefect} does not answer: {error}. See its log in logs/", prefect=running.prefect, error=error),
        )
    return Finding("Prefect", good=True, text=tr("answers at {prefect}", prefect=running.prefect))


def worker_works(running: Running, settings: Settings) -> Finding:
    """Check whether the worker's process is there, and whether Prefect hears of it."""
    if running.prefect is None:
        return Finding("worker", good=None, text=tr_known(_NOTHING_RUNS))
    pid = running.pids.get("worker")
    if pid is None or not psutil.pid_exists(pid):
        return Finding("worker", good=False, text=tr("its process is gone: see {log}", log=running.home.log("worker")))
    try:
        workers = _ask(running, settings, "POST", f"/work_pools/{POOL}/workers/filter")
    except httpx.HTTPError as error:
        return Finding(
            "worker",
            good=False,
            text=tr("process {pid} runs, and Prefect tells nothing of it: {error}", pid=pid, error=error),
        )
    online = [worker["name"] for worker in workers if worker.get("status") == "ONLINE"]
    if not online:
        return Finding(
            "worker", good=False, text=tr("process {pid} runs, and reports nothing to Prefect: see its log", pid=pid)
        )
    return Finding(
        "worker", good=True, text=tr("{online} reports to Prefect (process {pid})", online=", ".join(online), pid=pid)
    )


def disk_is_free(folder: Path) -> Finding:
    """Check how much space the data folder's disk has left."""
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    text = tr("{free} GB free for {folder}", free=f"{free / 1000000000.0:.1f}", folder=folder)
    if free < NEEDED:
        return Finding(
            "disk",
            good=False,
            text=tr("{text}: make room, {needed} GB are the least", text=text, needed=f"{NEEDED / 1000000000.0:.0f}"),
        )
    return Finding("disk", good=True if free >= COMFORTABLE else None, text=text)


def tasks_begin(client: Client, now: datetime | None = None) -> Finding:
    """Check whether tasks have been due for long and have not begun, and tell why."""
    pending = islice(client.iter_tasks(status=PENDING), _LOOKED_AT)
    last = (now or datetime.now(UTC)) - TOO_LONG
    late = [task for task in pending if datetime.fromisoformat(task["scheduled_for"]) < last]
    if not late:
        return Finding("tasks", good=True, text=tr("none waits for longer than it should"))
    late.sort(key=lambda task: task["scheduled_for"])
    more = (
        [tr("and {number} more: phonefleet task list --status pending", number=len(late) - _SHOWN)]
        if len(late) > _SHOWN
        else []
    )
    return Finding("tasks", good=None, text="\n".join([*map(_told, late[:_SHOWN]), *more]))


def history_goes(client: Client) -> Finding:
    """Check whether ended tasks are deleted when they have been kept for long enough."""
    history = client.is_ready()["history"]
    if history["kept"] == "forever":
        return Finding("history", good=True, text=tr("ended tasks are kept for ever (PHONEFLEET_HISTORY_KEPT)"))
    cleaned = history["cleaned_at"]
    last = tr("not yet since the API began") if cleaned is None else tr("last at {cleaned}", cleaned=minute(cleaned))
    told = [
        tr(
            "ended tasks are kept for {kept}; older ones are deleted, {last}: {deleted} so far",
            kept=history["kept"],
            last=last,
            deleted=history["deleted"],
        )
    ]
    if history["waiting"]:
        told.append(tr("{waiting} older ones wait until Prefect has deleted their runs", waiting=history["waiting"]))
    if history["remark"]:
        told.append(tr("nothing is deleted now: {remark}", remark=history["remark"]))
    return Finding("history", good=None if len(told) > 1 else True, text="\n".join(told))


_NOTHING_RUNS = mark("nothing runs for this data folder: start it with phonefleet up")


def _told(task: Task) -> str:
    why = task.get("waits_for") or task["remark"] or tr("no reason is known: phonefleet devices shows the phone")
    return tr(
        "task {number} on {alias} waits since {scheduled_for}: {why}",
        number=task["id"],
        alias=task["alias"] or task["serial"],
        scheduled_for=minute(task["scheduled_for"]),
        why=why,
    )


def _ask(running: Running, settings: Settings, method: str, path: str) -> Any:
    user, _, password = _auth(running, settings).partition(":")
    known = httpx.BasicAuth(user, password) if password else None
    address = f"{running.prefect}/api{path}"
    body = dict[str, str]() if method == "POST" else None
    answer = httpx.request(method, address, json=body, auth=known, timeout=5, trust_env=False)
    return answer.raise_for_status().json()


def _auth(running: Running, settings: Settings) -> str:
    if settings.prefect_auth is not None:
        return settings.prefect_auth.get_secret_value()
    try:
        return stored_auth(running.home)
    except (OSError, PrefectAuthUnusable):
        return ""
