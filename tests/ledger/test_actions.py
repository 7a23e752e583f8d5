"""The ledger of actions: what a retry must find."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from phonefleet.ledger import Action, Ledger, NewTask

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_a_retry_finds_the_intent_of_the_first_try(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    first = ledger.actions.intend(task_id, "follow", "shop", "anna", NOW)
    ledger.actions.acting(first.id, NOW)
    again = ledger.actions.intend(task_id, "follow", "shop", "anna", LATER)
    assert (again.id, again.state, again.intended_at, again.acting_at) == (first.id, "acting", NOW, NOW)


def test_an_action_ends_with_what_the_screen_showed(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    action = ledger.actions.intend(task_id, "follow", None, "anna", NOW)
    ledger.actions.end(action.id, "done", LATER, "Requested")
    (ended,) = ledger.actions.of_task(task_id)
    assert (ended.state, ended.ended_at, ended.detail, ended.account) == ("done", LATER, "Requested", None)


def test_simultaneous_intents_are_one_action(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])

    def intend(_: int) -> Action:
        return ledger.actions.intend(task_id, "follow", "shop", "anna", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(intend, range(12)))) == 1


def test_other_targets_and_kinds_are_other_actions(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    for kind, target in (("follow", "anna"), ("follow", "bob"), ("unfollow", "anna")):
        ledger.actions.intend(task_id, kind, "shop", target, NOW)
    assert [(a.kind, a.target) for a in ledger.actions.of_task(task_id)] == [
        ("follow", "anna"),
        ("follow", "bob"),
        ("unfollow", "anna"),
    ]
