"""Ended tasks are deleted with what is theirs alone; whom accounts have acted on, and what others need, stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.actions.texts import ChosenText
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.ledger.campaigns.campaigns import FIRINGS_KEPT, Firing
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.ledger.targets.pools import Prospect, pool_of
from phonefleet.ledger.targets.scraping import scope_of
from phonefleet.ledger.targets.uses import ChosenFile
from phonefleet.ledger.tasks.history import Kind
from phonefleet.ledger.values import Action, Intent
from tests.ledger.conftest import NOW

BEFORE = NOW - timedelta(days=90)
LONG_AGO = BEFORE - timedelta(days=10)
LATELY = BEFORE + timedelta(days=10)
Made = Callable[..., int]


@pytest.fixture
def made(ledger: Ledger, new_task: Callable[..., NewTask]) -> Made:
    """Create a task of long ago that has ended at an instant, or not at all."""

    def make(end: datetime | None = LONG_AGO, script: str = "follow", request: UUID | None = None) -> int:
        [task_id] = ledger.tasks.create([new_task(script_name=script, created_at=LONG_AGO, request_id=request)])
        ledger.outbox.submitted(task_id, uuid4(), StateChange("SCHEDULED", "Scheduled", LONG_AGO))
        if end is not None:
            ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", end))
        return task_id

    return make


def forget(ledger: Ledger, kind: Kind = "ended") -> set[int]:
    """Delete what may be deleted, and return which tasks it was."""
    sightings = ledger.history.open_sightings(BEFORE)
    found = ledger.history.old(kind, BEFORE, sightings)
    assert ledger.history.forget(found, BEFORE, sightings) == len(found)
    return {task.id for task in found}


def touched(ledger: Ledger, task_id: int, at: datetime = LONG_AGO, kind: str = "comment") -> None:
    """Let a task do something for good, as a comment is written."""
    intent = Intent(task_id, "comment" if kind == "comment" else "post", "sample", "shop", "reel")
    action = ledger.actions.intend(intent, at, UTC)
    assert isinstance(action, Action)
    ledger.sightings.keep(task_id, kind, "reel", "what was there", at)
    ledger.texts.choose(task_id, kind, "reel", lambda: ChosenText("nice"))
    assert ledger.actions.acting(action.id, intent, at + timedelta(seconds=1), UTC) is None
    ledger.actions.end(action.id, "done", at + timedelta(seconds=2))


def rows(url: str, *tables: str) -> dict[str, int]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        count = sql.SQL("SELECT count(*) FROM {}")
        counted = {table: connection.execute(count.format(sql.Identifier(table))).fetchone() for table in tables}
    return {table: row[0] for table, row in counted.items() if row}


def test_tasks_that_ended_long_ago_go_and_the_counts_with_them(ledger: Ledger, made: Made) -> None:
    gone, young, waiting = made(LONG_AGO), made(LATELY), made(None)
    assert forget(ledger) == {gone}
    assert [ledger.tasks.get(one) is None for one in (gone, young, waiting)] == [True, False, False]
    assert (ledger.tasks.count().total, ledger.tasks.count().completed) == (2, 1)
    assert forget(ledger) == set()


def test_whom_an_account_has_acted_on_outlives_the_task_and_its_other_rows_do_not(
    ledger: Ledger, made: Made, postgres_url: str
) -> None:
    task_id = made()
    touched(ledger, task_id)
    ledger.warm_ups.keep(task_id, WarmUp(spent=timedelta(seconds=5)))
    ledger.renames.begin(Rename(task_id, "sample", "phone-1", "shop", ("store",)))
    assert forget(ledger) == {task_id}
    left = rows(postgres_url, "tasks", "sightings", "texts", "warm_ups", "actions", "renames")
    assert left == {"tasks": 0, "sightings": 0, "texts": 0, "warm_ups": 0, "actions": 1, "renames": 1}
    assert [(action.account, action.target, action.state) for action in ledger.actions.of_task(task_id)] == [
        ("shop", "reel", "done")
    ]


def test_a_task_that_goes_on_again_meanwhile_stays(ledger: Ledger, made: Made) -> None:
    task_id = made()
    sightings = ledger.history.open_sightings(BEFORE)
    found = ledger.history.old("ended", BEFORE, sightings)
    ledger.tasks.project(task_id, StateChange("SCHEDULED", "AwaitingRetry", NOW))
    assert ledger.history.forget(found, BEFORE, sightings) == 0
    assert ledger.tasks.get(task_id) is not None


def test_what_a_person_has_deleted_goes_as_long_after_that(ledger: Ledger, made: Made, postgres_url: str) -> None:
    long_ago, lately = made(None), made()
    ledger.tasks.delete([long_ago], LONG_AGO)
    ledger.tasks.delete([lately], LATELY)
    assert forget(ledger, "deleted") == {long_ago}
    assert forget(ledger) == set()
    assert rows(postgres_url, "tasks") == {"tasks": 1}


def test_one_whose_stop_has_not_reached_prefect_stays(ledger: Ledger, made: Made) -> None:
    task_id = made()
    task = ledger.tasks.get(task_id)
    assert task
    assert task.flow_run_id
    ledger.recalls.give(task.flow_run_id, "stopped", LONG_AGO, NOW)
    assert forget(ledger) == set()
    ledger.recalls.forget_run(task.flow_run_id)
    assert forget(ledger) == {task_id}


def test_tasks_that_share_targets_go_together_with_what_nobody_took(
    ledger: Ledger, made: Made, postgres_url: str
) -> None:
    pool = uuid4()
    ended = made(script="super_marketing", request=pool)
    waiting = made(None, script="super_marketing", request=pool)
    ledger.pools.fill(pool, [Prospect("ada"), Prospect("grace")])
    claim = ledger.pools.take(pool, ended, "shop", LONG_AGO)
    assert claim
    ledger.pools.end(claim, "done", [], LONG_AGO)
    assert forget(ledger) == set()
    ledger.tasks.project(waiting, StateChange("FAILED", "Failed", LONG_AGO))
    assert forget(ledger) == {ended, waiting}
    assert rows(postgres_url, "claims", "tasks") == {"claims": 0, "tasks": 0}


def test_targets_that_a_task_has_for_itself_go_with_it(ledger: Ledger, made: Made, postgres_url: str) -> None:
    alone, other = made(script="super_marketing"), made(None, script="super_marketing")
    for task_id in (alone, other):
        ledger.pools.fill(pool_of(task_id, None, alone=True), [Prospect("ada"), Prospect("grace")], task_id)
    assert forget(ledger) == {alone}
    assert rows(postgres_url, "claims") == {"claims": 2}


def test_a_task_stays_as_long_as_the_people_whom_its_request_has_collected(
    ledger: Ledger, made: Made, postgres_url: str
) -> None:
    request = uuid4()
    first, second = (made(script="scrape_user", request=request) for _ in range(2))
    scope = scope_of(first, request)
    assert ledger.scraping.claim(scope, first, ["anna", "ben"], LONG_AGO) == "anna"
    ledger.scraping.add(scope, first, "anna", {"cleo": 1}, LONG_AGO)
    ledger.scraping.end(scope, "anna", "read to its end", LONG_AGO)
    assert forget(ledger) == set()
    assert ledger.scraping.forget(BEFORE) == 1
    assert forget(ledger) == {first, second}
    assert rows(postgres_url, "scrape_sources") == {"scrape_sources": 0}


def test_texts_stay_as_long_as_they_tell_another_task_whether_it_has_acted(ledger: Ledger, made: Made) -> None:
    waiting, ended = made(None), made()
    touched(ledger, waiting, LONG_AGO - timedelta(hours=1))
    touched(ledger, ended, LONG_AGO)
    before = ledger.sightings.others_since(waiting, "comment", "reel")
    assert before.all == 1
    assert forget(ledger) == set()
    assert ledger.sightings.others_since(waiting, "comment", "reel") == before
    ledger.tasks.project(waiting, StateChange("FAILED", "Failed", LONG_AGO))
    assert forget(ledger) == {waiting, ended}


def test_a_file_that_was_published_is_remembered_and_one_that_was_only_chosen_is_not(
    ledger: Ledger, made: Made, postgres_url: str
) -> None:
    published, chosen = made(script="post"), made(script="post")
    for task_id, name in ((published, "bread.jpg"), (chosen, "cake.jpg")):
        ledger.material_uses.note(task_id, [ChosenFile(name, name[0] * 64)], LONG_AGO)
    touched(ledger, published, kind="post")
    assert forget(ledger) == {published, chosen}
    assert rows(postgres_url, "material_uses") == {"material_uses": 1}
    assert ledger.material_uses.free(["b" * 64, "c" * 64], None) == {"c" * 64}


def test_tasks_come_in_batches_of_which_each_goes_on_behind_the_last(ledger: Ledger, made: Made) -> None:
    ids = [made() for _ in range(5)]
    sightings = ledger.history.open_sightings(BEFORE)
    first = ledger.history.old("ended", BEFORE, sightings, number=3)
    rest = ledger.history.old("ended", BEFORE, sightings, first[-1], number=3)
    assert [task.id for task in (*first, *rest)] == ids


def test_old_firings_go_but_for_the_last_of_each_campaign(ledger: Ledger, postgres_url: str) -> None:
    busy, rare = (ledger.campaigns.create(name, {}, LONG_AGO).id for name in ("busy", "rare"))
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO campaign_firings (campaign_id, due_at, fired_at, outcome, remark)"
            " SELECT %s, at, at, 'fired', '' FROM (SELECT %s - n * interval '1 minute' AS at"
            " FROM generate_series(1, %s) AS n) AS made",
            (busy, BEFORE, FIRINGS_KEPT + 7),
        )
    ledger.campaigns.fire(Firing(rare, LONG_AGO, LONG_AGO, None, "fired", "", 0))
    assert [ledger.campaigns.forget_firings(BEFORE, 5) for _ in range(3)] == [5, 2, 0]
    assert rows(postgres_url, "campaign_firings") == {"campaign_firings": FIRINGS_KEPT + 1}
    assert ledger.campaigns.firings(rare, 5)


def test_what_is_kept_for_a_time_goes_in_batches(ledger: Ledger, made: Made) -> None:
    task_id = made(script="scrape_user")
    scope = scope_of(task_id, None)
    ledger.scraping.claim(scope, task_id, ["anna"], LONG_AGO)
    ledger.scraping.add(scope, task_id, "anna", {f"person_{n}": n for n in range(5)}, LONG_AGO)
    assert [ledger.scraping.forget(BEFORE, 3) for _ in range(3)] == [3, 2, 0]
