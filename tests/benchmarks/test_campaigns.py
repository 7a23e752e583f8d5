"""A campaign every minute for ten minutes on ten phones, each process killed once: ten firings, each expanded once.

A run of five minutes, with PHONEFLEET_BENCH_MINUTES=5, shows the same in less time.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from phonefleet.schedules import jitter_of
from tests.benchmarks.figures import report
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(2400)]

MINUTES = int(os.environ.get("PHONEFLEET_BENCH_MINUTES", "10"))
PHONES = 10
JITTER = timedelta(seconds=5)
KILLED = ("api", "worker", "prefect", "postgres")
SERVERS = {"api", "prefect", "postgres"}
"""Without one of these nothing can be made; the worker is none of them."""

BEFORE_DUE = timedelta(seconds=3)
MOST_LATE = 1.0
PATIENCE = 1200
PERSON = "person_0870"


@dataclass(frozen=True)
class Downtime:
    """From the kill of a process until everything answers again."""

    name: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Fired:
    """A due time, when it should have begun after its drawn delay, and when it did."""

    due: datetime
    begins: datetime
    at: datetime
    tasks: int

    @property
    def late(self) -> float:
        """How many seconds it began too late."""
        return (self.at - self.begins).total_seconds()

    def fell_into(self, downtimes: list[Downtime]) -> bool:
        """Tell whether a server was down when it should have begun."""
        return any(one.begin <= self.begins <= one.end for one in downtimes if one.name in SERVERS)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), PHONES) as running:
            yield running


def next_minute() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def campaign_of(serials: list[str], first: datetime) -> dict[str, Any]:
    config = {"target_users": [PERSON]}
    return {
        "name": "every minute",
        "task": {"serials": serials, "script_name": "follow", "script_config": config},
        "schedule": {"cron": "* * * * *", "timezone": "UTC"},
        "jitter": JITTER.total_seconds(),
        "catch_up": "all",
        "start": first.isoformat(),
        "end": (first + timedelta(minutes=MINUTES, seconds=-30)).isoformat(),
    }


def killed_just_before(stack: Stack, name: str, due: datetime) -> Downtime:
    """Kill a process so that it is down when a campaign is due, and wait until everything answers."""
    time.sleep(max(0.0, (due - BEFORE_DUE - datetime.now(UTC)).total_seconds()))
    begin = datetime.now(UTC)
    if name == "postgres":
        kill_postgres(stack)
    else:
        stack.kill(name)
    return Downtime(name, begin, datetime.now(UTC))


def kill_postgres(stack: Stack) -> None:
    """Kill the database with -9, and wait until another runs and everything answers."""
    file = stack.home / "postgres" / "data" / "postmaster.pid"
    postmaster = file.read_text().splitlines()[0]
    os.kill(int(postmaster), signal.SIGKILL)
    until("another database", lambda: file.exists() and file.read_text().splitlines()[:1] not in [[], [postmaster]])
    until("answers", stack.answers)


def fired(stack: Stack, campaign_id: int) -> list[Fired]:
    found: list[Fired] = []
    for one in stack.call("GET", f"/campaigns/{campaign_id}")["firings"]:
        due, at = (datetime.fromisoformat(one[name]) for name in ("due_at", "fired_at"))
        if one["outcome"] == "fired":
            found.append(Fired(due, due + jitter_of(campaign_id, due, JITTER), at, one["tasks"]))
    return sorted(found, key=lambda one: one.due)


def tasks_of(stack: Stack, campaign_id: int) -> list[dict[str, Any]]:
    pages = (f"/task?campaign_id={campaign_id}&page_size=100&page={page}" for page in (1, 2))
    return [task for page in pages for task in stack.call("GET", page)["tasks"]]


def runs_until(stack: Stack, deployment_url: str, last: datetime) -> list[dict[str, Any]]:
    """Return the runs in Prefect that were due until an instant."""
    deployments = {"id": {"any_": [deployment_url.rsplit("/", 1)[1]]}}
    runs = {"expected_start_time": {"before_": last.isoformat()}}
    return stack.prefect("POST", "/flow_runs/filter", {"deployments": deployments, "flow_runs": runs})


def test_every_due_time_is_expanded_once_although_every_process_was_killed(stack: Stack) -> None:
    first = next_minute() + timedelta(minutes=1)
    every = MINUTES // (len(KILLED) + 1)
    made = stack.call("POST", "/campaigns", campaign_of(stack.serials, first))
    downtimes = [
        killed_just_before(stack, name, first + timedelta(minutes=number * every))
        for number, name in enumerate(KILLED, start=1)
    ]
    until("all firings", lambda: len(fired(stack, made["id"])) >= MINUTES, PATIENCE)
    until("the end", lambda: stack.call("GET", f"/campaigns/{made['id']}")["paused"], PATIENCE)
    tasks = stack.finished((task["id"] for task in tasks_of(stack, made["id"])), PATIENCE)
    found = fired(stack, made["id"])
    undisturbed = [one for one in found if not one.fell_into(downtimes)]
    runs = runs_until(stack, stack.call("GET", f"/campaigns/{made['id']}")["deployment_url"], found[-1].due)
    report(
        f"a campaign every minute for {MINUTES} minutes on {PHONES} phones, each process killed once",
        firings=len(found),
        tasks=len(tasks),
        statuses=dict(Counter(task["status"] for task in tasks)),
        downtimes_s={one.name: round((one.end - one.begin).total_seconds(), 1) for one in downtimes},
        **{f"{one.due:%H:%M} late_s": f"{one.late:.3f}{' *' if one not in undisturbed else ''}" for one in found},
        undisturbed=len(undisturbed),
        median_late_s=median(one.late for one in undisturbed),
        most_late_s=max(one.late for one in undisturbed),
        most_late_while_a_server_was_down_s=max(one.late for one in found),
        runs_in_prefect=dict(Counter(f"{run['state_type']} {run['state']['message']}" for run in runs)),
    )
    assert [one.due for one in found] == [first + timedelta(minutes=number) for number in range(MINUTES)]
    assert {one.tasks for one in found} == {PHONES}
    assert Counter(task["serial"] for task in tasks) == dict.fromkeys(stack.serials, MINUTES)
    assert {task["status"] for task in tasks} == {2}, [task["remark"] for task in tasks]
    assert len(stack.follows(PERSON)) == PHONES
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert max(one.late for one in undisturbed) <= MOST_LATE
