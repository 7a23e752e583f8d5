"""The ledger: one database that knows every task, and does a request with the same key once."""

from __future__ import annotations

from datetime import UTC, datetime

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.scripts import SCRIPTS

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_task_waits_in_the_outbox_until_prefect_has_it_and_shows_its_state(postgres_url: str) -> None:
    config = SCRIPTS["follow"].parse({"target_users": ["anna"]})
    with Ledger(postgres_url, pool_size=2) as ledger:
        [task_id] = ledger.tasks.create([NewTask("follow", config, "phone-1", "sample", NOW, NOW)])
        assert ledger.outbox.pending_count() == 1
        ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW))
        task = ledger.tasks.get(task_id)
        assert task is not None
        assert (task.script_name, task.serial, task.state_type) == ("follow", "phone-1", "RUNNING")
