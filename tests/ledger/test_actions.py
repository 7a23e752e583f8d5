"""The ledger of actions: what a retry must find."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from phonefleet.ledger import Action, Intent, Ledger, NewTask
from phonefleet.limits import Kind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def intent(task_id: int, target: str, kind: Kind = "follow") -> Intent:
    return Intent(task_id, kind, "sample", "shop", target)


def intended(ledger: Ledger, task_id: int, target: str, kind: Kind = "follow", at: datetime = NOW) -> Action:
    action = ledger.actions.intend(intent(task_id, target, kind), at, UTC)
    assert isinstance(action, Action)
    return action


def test_a_retry_finds_the_intent_of_the_first_try(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    first = intended(ledger, task_id, "anna")
    assert ledger.actions.acting(first.id, intent(task_id, "anna"), NOW, UTC) is None
    again = intended(ledger, task_id, "anna", at=LATER)
    assert (again.id, again.state, again.intended_at, again.acting_at) == (first.id, "acting", NOW, NOW)


def test_an_action_ends_with_what_the_screen_showed(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    action = intended(ledger, task_id, "anna")
    ledger.actions.end(action.id, "done", LATER, "Requested")
    (ended,) = ledger.actions.of_task(task_id)
    assert (ended.state, ended.ended_at, ended.detail, ended.account) == ("done", LATER, "Requested", "shop")


def test_simultaneous_intents_are_one_action(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])

    def intend(_: int) -> Action:
        return intended(ledger, task_id, "anna")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(intend, range(12)))) == 1


def test_other_targets_and_kinds_are_other_actions(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    intended(ledger, task_id, "anna")
    intended(ledger, task_id, "bob")
    intended(ledger, task_id, "anna", "unfollow")
    assert [(a.kind, a.target) for a in ledger.actions.of_task(task_id)] == [
        ("follow", "anna"),
        ("follow", "bob"),
        ("unfollow", "anna"),
    ]
