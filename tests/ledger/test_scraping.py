"""Lists are shared between the tasks of a request, and nobody is kept twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.targets.scraping import ScrapeSource
from phonefleet.ledger.targets.scraping import scope_of as scope_of_ids
from phonefleet.ledger.values import Task

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES = ["anna", "ben", "cleo"]
Make = Callable[[int], list[Task]]


@pytest.fixture
def tasks_of_a_request(ledger: Ledger, new_task: Callable[..., NewTask]) -> Make:
    def make(count: int) -> list[Task]:
        request_id = uuid4()
        ids = ledger.tasks.create([new_task(script_name="scrape_user", request_id=request_id) for _ in range(count)])
        return [task for task in map(ledger.tasks.get, ids) if task is not None]

    return make


def scope_of(task: Task) -> str:
    return scope_of_ids(task.id, task.request_id)


def claim(ledger: Ledger, task: Task, sources: list[str] = SOURCES) -> str | None:
    return ledger.scraping.claim(scope_of(task), task.id, sources, NOW)


def end(ledger: Ledger, task: Task, source: str, outcome: str = "collected") -> None:
    ledger.scraping.end(scope_of(task), source, outcome, NOW)


def test_tasks_of_a_request_take_different_lists(ledger: Ledger, tasks_of_a_request: Make) -> None:
    one, two = tasks_of_a_request(2)
    assert [claim(ledger, one), claim(ledger, two)] == ["anna", "ben"]
    end(ledger, one, "anna")
    assert claim(ledger, one) == "cleo"
    end(ledger, two, "ben")
    assert claim(ledger, two) is None


def test_other_requests_do_not_matter(ledger: Ledger, tasks_of_a_request: Make) -> None:
    [one], [other] = tasks_of_a_request(1), tasks_of_a_request(1)
    assert claim(ledger, one) == claim(ledger, other) == "anna"


def test_a_task_goes_on_with_the_list_that_it_has_begun(ledger: Ledger, tasks_of_a_request: Make) -> None:
    one, two = tasks_of_a_request(2)
    assert [claim(ledger, one), claim(ledger, one)] == ["anna", "anna"]
    assert [claim(ledger, two), claim(ledger, two)] == ["ben", "ben"]


def test_the_list_of_a_task_that_has_failed_is_taken_over(ledger: Ledger, tasks_of_a_request: Make) -> None:
    one, two = tasks_of_a_request(2)
    assert [claim(ledger, one, ["anna"]), claim(ledger, two, ["anna"])] == ["anna", None]
    ledger.tasks.project(one.id, StateChange("FAILED", "Failed", NOW))
    assert claim(ledger, two, ["anna"]) == "anna"
    assert claim(ledger, one, ["anna"]) is None


def test_however_many_ask_at_once_each_list_goes_to_one(ledger: Ledger, tasks_of_a_request: Make) -> None:
    tasks = tasks_of_a_request(4)
    start = threading.Barrier(len(tasks))

    def race(task: Task) -> str | None:
        start.wait()
        return claim(ledger, task)

    with ThreadPoolExecutor(len(tasks)) as pool:
        claimed = list(pool.map(race, tasks))
    taken = [source for source in claimed if source]
    assert len(taken) == len(set(taken))
    assert {claim(ledger, task) for task in tasks} == {*SOURCES, None}


def test_nobody_is_kept_twice_whatever_the_case_and_the_list(ledger: Ledger, tasks_of_a_request: Make) -> None:
    one, two = tasks_of_a_request(2)
    for task in (one, two):
        claim(ledger, task)
    scope = scope_of(one)
    assert ledger.scraping.add(scope, one.id, "anna", {"dora": 1, "emil": 2}, NOW) == 2
    assert ledger.scraping.add(scope, one.id, "anna", {"emil": 2, "fritz": 3}, NOW) == 1
    assert ledger.scraping.add(scope, two.id, "ben", {"Dora": 1, "greta": 2}, NOW) == 1
    assert [user.username for user in ledger.scraping.users(one)] == ["dora", "emil", "fritz"]
    assert [user.username for user in ledger.scraping.users(two)] == ["greta"]
    everybody = ledger.scraping.users(two, whole_request=True)
    assert [(user.username, user.source, user.position) for user in everybody] == [
        ("dora", "anna", 1), ("emil", "anna", 2), ("fritz", "anna", 3), ("greta", "ben", 2),
    ]  # fmt: skip


def test_pages_tell_how_many_there_are(ledger: Ledger, tasks_of_a_request: Make) -> None:
    [one] = tasks_of_a_request(1)
    claim(ledger, one)
    ledger.scraping.add(scope_of(one), one.id, "anna", {f"person_{n}": n for n in range(1, 8)}, NOW)
    page = ledger.scraping.page(one, 2, 3)
    assert ([user.position for user in page.items], page.total) == ([4, 5, 6], 7)


def test_what_became_of_each_list_is_told(ledger: Ledger, tasks_of_a_request: Make) -> None:
    [one] = tasks_of_a_request(1)
    claim(ledger, one)
    ledger.scraping.add(scope_of(one), one.id, "anna", {"dora": 1, "emil": 2}, NOW)
    end(ledger, one, "anna")
    claim(ledger, one)
    end(ledger, one, "ben", "private")
    claim(ledger, one)
    assert ledger.scraping.sources_of(one.id) == [
        ScrapeSource("anna", "collected", 2, 2), ScrapeSource("ben", "private", 0, 0), ScrapeSource("cleo", None, 0, 0),
    ]  # fmt: skip
