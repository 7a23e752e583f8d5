"""Recalls are remembered until they have been carried out; ledgers have names, and old keys are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from deployments.postgres import EmbeddedPostgres
from phonefleet.ledger import Idempotency, Ledger, NewTask

Make = Callable[..., NewTask]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)


def test_a_recall_is_due_until_it_is_forgotten(ledger: Ledger) -> None:
    run = uuid4()
    ledger.recalls.give(run, "stopped", NOW, SOON)
    ledger.recalls.give(run, "another reason", NOW, NOW)
    assert ledger.recalls.due(NOW, 10) == []
    [recall] = ledger.recalls.due(SOON, 10)
    assert (recall.flow_run_id, recall.run_key, recall.remark) == (run, None, "stopped")
    ledger.recalls.postpone([recall.id], SOON + timedelta(hours=1))
    assert ledger.recalls.due(SOON, 10) == []
    ledger.recalls.forget([recall.id])
    assert ledger.recalls.due(SOON + timedelta(days=1), 10) == []


def test_a_worker_finds_the_recalls_of_its_runs(ledger: Ledger) -> None:
    recalled, other = uuid4(), uuid4()
    ledger.recalls.give(recalled, "stopped", NOW, NOW)
    assert ledger.recalls.of_runs([recalled, other]) == {recalled: "stopped"}
    assert (ledger.recalls.remark(recalled, None), ledger.recalls.remark(other, "some-key")) == ("stopped", None)
    ledger.recalls.forget_run(recalled)
    assert ledger.recalls.of_runs([recalled]) == {}


def test_the_recall_of_one_run_does_not_stop_a_run_without_a_key(ledger: Ledger) -> None:
    ledger.recalls.give(uuid4(), "stopped", NOW, NOW)
    assert ledger.recalls.remark(uuid4(), None) is None


def test_each_ledger_has_a_name_of_its_own(ledger: Ledger, postgres_server: EmbeddedPostgres) -> None:
    name = f"other_{uuid4().hex}"
    postgres_server.ensure_database(name)
    with Ledger(postgres_server.url(name), pool_size=1) as other:
        other.migrate()
        assert len({ledger.id, other.id}) == 2
        first = other.id
    with Ledger(postgres_server.url(name), pool_size=1) as again:
        again.migrate()
        assert again.id == first
    postgres_server.drop_database(name)


def test_old_idempotency_keys_are_forgotten(ledger: Ledger, new_task: Make) -> None:
    key = Idempotency("a-key", "digest")
    ids = ledger.tasks.create([new_task()], key)
    now = datetime.now(UTC)
    assert ledger.idempotency.forget(now - timedelta(days=7)) == 0
    assert ledger.idempotency.find(key) == ids
    assert ledger.idempotency.forget(now + timedelta(minutes=1)) == 1
    assert ledger.idempotency.find(key) is None
