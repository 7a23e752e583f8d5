"""A run's calls to a database that is away wait for it; each of them may be made twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from phonefleet.clock import StopSignal
from phonefleet.errors import Interrupted, LedgerUnreachable
from phonefleet.ledger.actions.warm_ups import WarmUp
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.ledger.ledger import Ledger
from phonefleet.ledger.targets.pools import Prospect
from phonefleet.ledger.values import Action, ChosenText, Intent, NewTask, StateChange
from phonefleet.patience import Patience
from phonefleet.scripts.script import UnknownConfig
from tests.outages import Gate, InWaits, losing

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEW = NewTask(
    "follow",
    UnknownConfig.model_validate({"target_users": ["anna"]}),
    "serial",
    "sample",
    created_at=NOW,
    scheduled_for=NOW,
)


@pytest.fixture
def gate(breakable_postgres_url: str) -> Gate:
    return Gate(breakable_postgres_url)


@pytest.fixture
def ledger(breakable_postgres_url: str) -> Iterator[Ledger]:
    with Ledger(breakable_postgres_url, pool_size=1) as ledger:
        yield ledger


@pytest.fixture
def task_id(ledger: Ledger) -> int:
    [task_id] = ledger.tasks.create([NEW])
    return task_id


def test_a_call_to_a_database_that_shuts_down_is_made_when_it_is_back(ledger: Ledger, gate: Gate, task_id: int) -> None:
    patience = Patience(InWaits(gate.open), StopSignal())
    view = ledger.patient(patience)
    gate.shut()
    with pytest.raises(LedgerUnreachable):
        ledger.tasks.get(task_id)
    view.tasks.set_progress(task_id, 1, 3)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert task.progress.done == 1
    assert patience.waits


def test_a_stop_ends_the_wait_for_the_database(ledger: Ledger, gate: Gate, task_id: int) -> None:
    stop = StopSignal()
    view = ledger.patient(Patience(InWaits(lambda: stop.set("stopped")), stop))
    gate.shut()
    with pytest.raises(Interrupted, match="stopped"):
        view.tasks.set_progress(task_id, 1, 3)


def test_a_view_of_the_ledger_is_made_when_the_database_is_back(ledger: Ledger, gate: Gate) -> None:
    gate.shut()
    view = ledger.patient(Patience(InWaits(gate.open), StopSignal()))
    assert view.id == ledger.id


def test_a_pool_without_a_free_connection_is_an_outage(
    ledger: Ledger, task_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ledger._engine  # pyright: ignore[reportPrivateUsage] # noqa: SLF001 - to use all of its connections up
    monkeypatch.setattr(engine.pool, "_timeout", 0)
    lent = [engine.connect() for _ in range(11)]
    with pytest.raises(LedgerUnreachable):
        ledger.tasks.get(task_id)
    for connection in lent:
        connection.close()
    assert ledger.tasks.get(task_id)


# --- a commit whose confirmation was lost --------------------------------------------------------------------


def intended(ledger: Ledger, task_id: int, me: str) -> Action:
    action = ledger.actions.intend(Intent(task_id, "follow", "sample", me, "anna"), NOW, UTC)
    assert isinstance(action, Action)
    return action


def a_follow(ledger: Ledger, task_id: int, me: str) -> object:
    action = intended(ledger, task_id, me)
    assert ledger.actions.acting(action.id, Intent(task_id, "follow", "sample", me, "anna"), NOW, UTC) is None
    ledger.actions.end(action.id, "done", NOW)
    return [(each.kind, each.target, each.state, each.acting_at) for each in ledger.actions.of_task(task_id)]


def a_follow_that_was_not_touched(ledger: Ledger, task_id: int, me: str) -> object:
    action = intended(ledger, task_id, me)
    ledger.actions.release(action.id)
    return [(each.kind, each.target, each.state, each.acting_at) for each in ledger.actions.of_task(task_id)]


def a_share_of_a_pool(ledger: Ledger, task_id: int, me: str) -> object:
    pool = uuid4()
    ledger.pools.fill(pool, [Prospect("anna"), Prospect("bob"), Prospect("carl")])
    first = ledger.pools.take(pool, task_id, me, NOW)
    assert first is not None
    ledger.pools.end(first, "done", [], NOW)
    second = ledger.pools.take(pool, task_id, me, NOW)
    assert second is not None
    ledger.pools.release(second)
    return first.target, second.target, ledger.pools.progress(pool, task_id)


def a_list_of_people(ledger: Ledger, task_id: int, me: str) -> object:
    source = ledger.scraping.claim(me, task_id, ["first", "second"], NOW)
    assert source is not None
    ledger.scraping.add(me, task_id, source, {"anna": 1, "bob": 2}, NOW)
    ledger.scraping.end(me, source, "done", NOW)
    return ledger.scraping.sources_of(task_id), ledger.scraping.claim(me, task_id, [], NOW)


def a_new_username(ledger: Ledger, task_id: int, me: str) -> object:
    ledger.accounts.sync(me, "sample", [me])
    rename = Rename(task_id, "sample", me, me, (f"{me}_2",))
    ledger.renames.begin(rename)
    ledger.renames.end(rename, f"{me}_2", NOW)
    return ledger.renames.current_username(me, "sample").removeprefix(me), ledger.renames.unfinished(me, "sample")


def a_few_words(ledger: Ledger, task_id: int, me: str) -> object:  # noqa: ARG001 - as the others
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW))
    ledger.tasks.set_retries(task_id, 2)
    ledger.sightings.keep(task_id, "message", "anna", "seen", NOW)
    chosen = ledger.texts.choose(task_id, "message", "anna", lambda: ChosenText("hello"))
    ledger.warm_ups.keep(task_id, WarmUp(watched=3))
    task = ledger.tasks.get(task_id)
    assert task is not None
    seen = ledger.sightings.find(task_id, "message", "anna")
    return task.status, task.retry_count, seen, chosen, ledger.warm_ups.get(task_id)


@pytest.mark.parametrize(
    "work",
    [
        a_follow, a_follow_that_was_not_touched, a_share_of_a_pool, a_list_of_people, a_new_username, a_few_words,
    ],
)  # fmt: skip
def test_what_a_run_writes_may_be_written_twice(
    ledger: Ledger, task_id: int, work: Callable[[Ledger, int, str], object]
) -> None:
    [other] = ledger.tasks.create([NEW])
    expected = work(ledger, other, "shop")
    assert work(losing(ledger).patient(Patience(InWaits(), StopSignal())), task_id, "store") == expected
