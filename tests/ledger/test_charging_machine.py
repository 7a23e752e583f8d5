"""Whatever hosts do, in whatever order, the ledger allows what a plain count of the calendar allows, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from deployments.postgres import EmbeddedPostgres
from phonefleet.ledger import Action, Intent, Ledger, NewTask
from phonefleet.limits import Kind, Rules
from phonefleet.scripts.script import UnknownConfig

KINDS: tuple[Kind, ...] = ("follow", "profile")
HOSTS = 2
ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 28, 20, tzinfo=UTC)
"""Shortly before a day of 23 hours."""


@dataclass
class Known:
    """What the test knows of an action: when it took its place, and whether it was touched."""

    id: int
    intent: Intent
    charged_at: datetime | None
    touched: bool = False


class Hosts(RuleBasedStateMachine):
    """Two hosts that share a ledger and an account; each rule is one step of one of them."""

    url = ""
    actions = Bundle[Known]("actions")

    @initialize(budget=st.integers(1, 3))
    def begin(self, budget: int) -> None:
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            connection.execute("TRUNCATE tasks, actions, limits CASCADE")
        self.hosts = [Ledger(self.url, pool_size=1) for _ in range(HOSTS)]
        self.now = START
        self.known: list[Known] = []
        self.targets = 0
        new = NewTask("follow", UnknownConfig(), "phone-1", "sample", created_at=START, scheduled_for=START)
        self.tasks = self.hosts[0].tasks.create([new, new])
        self.set_budget(budget)

    @rule(budget=st.integers(0, 3))
    def set_budget(self, budget: int) -> None:
        self.budget = budget
        self.hosts[0].limits.replace(Rules(budgets=dict.fromkeys(KINDS, budget)), self.now)

    @rule(target=actions, host=st.integers(0, HOSTS - 1), task=st.integers(0, 1), kind=st.sampled_from(KINDS))
    def intend(self, host: int, task: int, kind: Kind) -> Any:
        self.targets += 1
        intent = Intent(self.tasks[task], kind, "sample", "shop", f"target_{self.targets}")
        allowed = self._has_room(intent)
        found = self.hosts[host].actions.intend(intent, self.now, ZONE)
        assert isinstance(found, Action) == allowed
        if not isinstance(found, Action):
            return multiple()  # pyright: ignore[reportUnknownVariableType] - Hypothesis leaves it open
        self.known.append(Known(found.id, intent, self.now))
        return self.known[-1]

    @rule(action=actions, host=st.integers(0, HOSTS - 1))
    def touch(self, action: Known, host: int) -> None:
        allowed = self._has_room(action.intent, action)
        refused = self.hosts[host].actions.acting(action.id, action.intent, self.now, ZONE)
        assert (refused is None) == allowed
        if refused is None:
            action.charged_at, action.touched = self.now, True

    @rule(action=actions, host=st.integers(0, HOSTS - 1))
    def look_again(self, action: Known, host: int) -> None:
        """Come back after a crash: what was touched is found, what was not is decided anew."""
        allowed = action.touched or self._has_room(action.intent, action)
        found = self.hosts[host].actions.intend(action.intent, self.now, ZONE)
        assert isinstance(found, Action) == allowed
        if isinstance(found, Action):
            assert found.id == action.id
            action.charged_at = action.charged_at if action.touched else self.now

    @rule(action=actions)
    def stop(self, action: Known) -> None:
        self.hosts[0].actions.release(action.id)
        action.charged_at = action.charged_at if action.touched else None

    @rule(action=consumes(actions), host=st.integers(0, HOSTS - 1))
    def end(self, action: Known, host: int) -> None:
        self.hosts[host].actions.end(action.id, "done" if action.touched else "failed", self.now)
        action.charged_at = action.charged_at if action.touched else None

    @rule(hours=st.sampled_from([1, 5, 11, 23]))
    def let_time_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(host=st.integers(0, HOSTS - 1))
    def start_a_host_anew(self, host: int) -> None:
        self.hosts[host].close()
        self.hosts[host] = Ledger(self.url, pool_size=1)

    def teardown(self) -> None:
        for host in getattr(self, "hosts", []):
            host.close()

    def _has_room(self, intent: Intent, own: Known | None = None) -> bool:
        """Tell whether the calendar has room for one more, without asking the ledger."""
        today = self.now.astimezone(ZONE).date()
        others = {
            each.intent.task_id if each.intent.kind == "profile" else each.intent.target
            for each in self.known
            if each is not own and each.intent.kind == intent.kind
            if each.charged_at and each.charged_at.astimezone(ZONE).date() == today
        }
        if intent.kind == "profile":
            others.discard(intent.task_id)
        return len(others) < self.budget


@pytest.fixture
def database_url(migrated_server: EmbeddedPostgres) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    migrated_server.ensure_database(name, "migrated")
    yield migrated_server.url(name)
    migrated_server.drop_database(name)


def test_hosts_that_share_an_account_never_overspend(database_url: str) -> None:
    Hosts.url = database_url
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] - its settings are untyped
        Hosts, settings=settings(max_examples=25, stateful_step_count=30)
    )
