"""Everything that the ledger knows about an account follows its new username."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from phonefleet.ledger import Ledger, NewTask
from phonefleet.ledger.fleet.account_list import AccountFilter
from phonefleet.ledger.fleet.renames import Rename
from phonefleet.ledger.values import Action, Intent

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def begun(ledger: Ledger, new_task: Callable[..., NewTask]) -> Callable[..., Rename]:
    """Begins the rename of an account by a task of its own."""

    def begin(before: str, *candidates: str) -> Rename:
        [task_id] = ledger.tasks.create([new_task(username=before, app="sample", serial="phone")])
        rename = Rename(task_id, "sample", "phone", before, candidates)
        ledger.renames.begin(rename)
        return rename

    return begin


def test_the_account_keeps_its_id_its_hold_and_its_tags(ledger: Ledger, begun: Callable[..., Rename]) -> None:
    ledger.accounts.sync("phone", "sample", ["shop"])
    shop = ledger.accounts.get("shop", "sample")
    assert shop is not None
    ledger.accounts.change(shop.id, tags=["food"])
    ledger.accounts.hold("shop", "sample", "a person looks at it", NOON)
    ledger.renames.end(begun("SHOP", "corner_shop"), "corner_shop", NOON)
    after = ledger.accounts.get("corner_shop", "sample")
    assert after is not None
    assert (after.id, after.tags, after.hold_reason) == (shop.id, ["food"], "a person looks at it")
    assert ledger.accounts.get("shop", "sample") is None


def test_a_row_that_was_read_from_the_phone_meanwhile_gives_way(ledger: Ledger, begun: Callable[..., Rename]) -> None:
    ledger.accounts.sync("phone", "sample", ["shop"])
    before = ledger.accounts.get("shop", "sample")
    rename = begun("shop", "corner_shop")
    ledger.accounts.sync("phone", "sample", ["corner_shop"])
    ledger.renames.end(rename, "corner_shop", NOON)
    [account] = ledger.accounts.all(AccountFilter(serial="phone"))
    assert before is not None
    assert (account.id, account.username, account.signed_in) == (before.id, "corner_shop", True)


def test_unfinished_tasks_and_what_was_done_bear_the_new_name(ledger: Ledger, begun: Callable[..., Rename]) -> None:
    rename = begun("shop", "corner_shop")
    intent = Intent(rename.task_id, "follow", "sample", "shop", "anna", None)
    assert isinstance(ledger.actions.intend(intent, NOON, UTC), Action)
    ledger.renames.end(rename, "corner_shop", NOON)
    task = ledger.tasks.get(rename.task_id)
    assert task is not None
    assert task.username == "corner_shop"
    assert [action.account for action in ledger.actions.of_task(rename.task_id)] == ["corner_shop"]


def test_former_names_lead_to_the_present_one_through_any_number_of_changes(
    ledger: Ledger, begun: Callable[..., Rename]
) -> None:
    ledger.accounts.sync("phone", "sample", ["shop"])
    hours = count()
    for before, after in (("shop", "b"), ("b", "c"), ("c", "shop"), ("shop", "d")):
        ledger.renames.end(begun(before, after), after, NOON + timedelta(hours=next(hours)))
    assert [ledger.renames.current_username(name, "sample") for name in ("SHOP", "b", "c", "d", "nobody")] == [
        *"dddd",
        "nobody",
    ]
    assert ledger.renames.current_username("shop", "another app") == "shop"


def test_a_name_that_another_account_bears_now_stands_for_that_one(
    ledger: Ledger, begun: Callable[..., Rename]
) -> None:
    ledger.accounts.sync("phone", "sample", ["shop"])
    ledger.renames.end(begun("shop", "corner_shop"), "corner_shop", NOON)
    ledger.accounts.sync("other phone", "sample", ["shop"])
    assert ledger.renames.current_username("shop", "sample") == "shop"


def test_a_change_that_came_to_nothing_changes_nothing(ledger: Ledger, begun: Callable[..., Rename]) -> None:
    ledger.accounts.sync("phone", "sample", ["shop"])
    rename = begun("shop", "corner_shop")
    assert [each.task_id for each in ledger.renames.unfinished("phone", "sample")] == [rename.task_id]
    ledger.renames.end(rename, None, NOON)
    assert ledger.renames.unfinished("phone", "sample") == []
    assert ledger.renames.current_username("shop", "sample") == "shop"


def test_names_of_other_accounts_are_no_candidates(ledger: Ledger, begun: Callable[..., Rename]) -> None:
    ledger.accounts.sync("phone", "sample", ["shop", "studio"])
    rename: Any = ledger.renames.of_task(begun("shop", "Studio", "corner_shop").task_id)
    assert rename.candidates == ("corner_shop",)
