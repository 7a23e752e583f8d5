"""A campaign every minute for ten minutes on ten phones, each process killed once: ten firings, each expanded once."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.figures import report
from tests.integration.stack import Stack, until

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(2400)]

PHONES = 10
TIMES = 10
JITTER = 5
KILLED = ("api", "worker", "prefect", "postgres")
MOST_LATE = 1.0
PATIENCE = 1200


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="phonefleet-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder), PHONES) as running:
            yield running


def lateness(firing: dict[str, Any]) -> float:
    """Return how many seconds after its due time and longest jitter a firing was."""
    late = datetime.fromisoformat(firing["fired_at"]) - datetime.fromisoformat(firing["due_at"])
    return (late - timedelta(seconds=JITTER)).total_seconds()


def test_ten_firings_are_expanded_once_each_although_every_process_was_killed(stack: Stack) -> None:
    body = {
        "name": "every minute",
        "task": {
            "serials": stack.serials,
            "script_name": "follow",
            "script_config": {"target_users": ["person_0870"]},
        },
        "schedule": {"cron": "* * * * *", "timezone": "UTC"},
        "jitter": JITTER,
        "catch_up": "all",
        "end": (datetime.now(UTC).replace(second=30, microsecond=0) + timedelta(minutes=TIMES)).isoformat(),
    }
    path = f"/campaigns/{stack.call('POST', '/campaigns', body)['id']}"

    def firings() -> list[dict[str, Any]]:
        return [one for one in stack.call("GET", path)["firings"] if one["outcome"] == "fired"]

    downtimes: list[tuple[datetime, datetime]] = []
    for number, name in enumerate(KILLED, start=1):
        until(f"{2 * number} firings", lambda number=number: len(firings()) >= 2 * number, PATIENCE)
        time.sleep(45 - datetime.now(UTC).second % 45)  # so that it is down when the next is due
        begun = datetime.now(UTC)
        stack.kill(name)
        downtimes.append((begun, datetime.now(UTC)))
    until("all firings", lambda: len(firings()) >= TIMES, PATIENCE)
    found = firings()
    pages = [stack.call("GET", f"{tasks_of(path)}&page={page}")["tasks"] for page in (1, 2)]
    tasks = stack.finished((task["id"] for page in pages for task in page), PATIENCE)
    undisturbed = [one for one in found if not any(begin <= due(one) <= end for begin, end in downtimes)]
    report(
        "a campaign every minute, each process killed once",
        firings=len(found),
        tasks=len(tasks),
        statuses=dict(Counter(task["status"] for task in tasks)),
        undisturbed=len(undisturbed),
        most_late_beyond_jitter_undisturbed=max(map(lateness, undisturbed), default=0.0),
        most_late_beyond_jitter=max(map(lateness, found)),
    )
    assert len(found) == len({one["due_at"] for one in found}) == TIMES
    assert len(tasks) == TIMES * PHONES
    assert {one["tasks"] for one in found} == {PHONES}
    assert max(map(lateness, undisturbed), default=0.0) <= MOST_LATE


def due(firing: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(firing["due_at"])


def tasks_of(path: str) -> str:
    return f"/task?campaign_id={path.rsplit('/', 1)[1]}&page_size=100"
