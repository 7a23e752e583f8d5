"""The days of accounts: kept once a day, and read only where nobody is disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.fleet.account_days import AccountDay
from phonefleet.ledger.fleet.hands_on.takeovers import Taker
from phonefleet.shown_number import ShownNumber

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY, MIDNIGHT = NOW.date(), datetime(2026, 3, 1, tzinfo=UTC)
SCRIPT = "read_profile"
FEW, MANY = ShownNumber(12, 1, "12"), ShownNumber(12_300, 100, "12,3 тыс.")


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with Ledger(postgres_url, pool_size=2) as opened:
        for number in (1, 2):
            opened.devices.seen(f"phone-{number}", "online", "desk")
            opened.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}"])
        yield opened


def entry(day: date, number: ShownNumber = FEW, task_id: int = 7) -> AccountDay:
    return AccountDay(day, {"followers": number}, NOW, task_id)


def account_id(ledger: Ledger, username: str = "shop_1") -> int:
    return ledger.accounts.matching([username])[0].id


def due(ledger: Ledger, now: datetime = NOW) -> list[str]:
    return [account.username for account in ledger.account_days.due(TODAY, SCRIPT, MIDNIGHT, now)]


def days_of(ledger: Ledger, username: str = "shop_1", at_most: int = 100) -> list[AccountDay]:
    return list(ledger.account_days.of(account_id(ledger, username), date(2026, 1, 1), date(2026, 12, 31), at_most))


def test_a_day_keeps_its_last_reading_with_its_precision(ledger: Ledger) -> None:
    ledger.account_days.keep("shop_1", "sample", entry(TODAY))
    ledger.account_days.keep("SHOP_1", "sample", entry(TODAY, MANY, 8))
    ledger.account_days.keep("shop_1", "sample", entry(TODAY - timedelta(days=1)))
    assert days_of(ledger) == [entry(TODAY - timedelta(days=1)), entry(TODAY, MANY, 8)]
    assert days_of(ledger, at_most=1) == [entry(TODAY, MANY, 8)]
    assert days_of(ledger, "shop_2") == []


def test_nothing_is_kept_of_an_unknown_account_and_nothing_stays_of_a_deleted_one(ledger: Ledger) -> None:
    ledger.account_days.keep("nobody", "sample", entry(TODAY))
    ledger.account_days.keep("shop_1", "another app", entry(TODAY))
    assert days_of(ledger) == []
    ledger.account_days.keep("shop_1", "sample", entry(TODAY))
    gone = account_id(ledger)
    ledger.accounts.delete(gone)
    ledger.accounts.add("phone-1", "sample", "shop_1")
    assert days_of(ledger) == []


def test_the_days_of_an_account_outlive_its_username(ledger: Ledger) -> None:
    ledger.account_days.keep("shop_1", "sample", entry(TODAY))
    ledger.accounts.change(account_id(ledger), username="corner_shop")
    assert days_of(ledger, "corner_shop") == [entry(TODAY)]


def test_who_has_been_read_today_is_not_due(ledger: Ledger) -> None:
    ledger.account_days.keep("shop_1", "sample", entry(TODAY))
    ledger.account_days.keep("shop_2", "sample", entry(TODAY - timedelta(days=1)))
    assert due(ledger) == ["shop_2"]


@pytest.mark.parametrize("why", ["held", "disabled", "signed out"])
def test_who_may_not_act_is_not_due(ledger: Ledger, why: str) -> None:
    if why == "held":
        ledger.accounts.hold_id(account_id(ledger), "asks who you are", NOW)
    elif why == "disabled":
        ledger.accounts.change(account_id(ledger), enabled=False)
    else:
        ledger.accounts.sync("phone-1", "sample", [])
    assert due(ledger) == ["shop_2"]


@pytest.mark.parametrize("why", ["away", "disabled", "in quarantine", "waiting work", "running work", "taken over"])
def test_whose_phone_is_not_free_is_not_due(ledger: Ledger, new_task: Callable[..., NewTask], why: str) -> None:
    if why == "away":
        ledger.devices.seen("phone-1", "offline", "desk")
    elif why == "disabled":
        ledger.devices.change("phone-1", enabled=False)
    elif why == "in quarantine":
        ledger.devices.quarantine("phone-1", "hot", by="person")
    elif why == "taken over":
        ledger.takeovers.take("phone-1", Taker("Ann", "token:1"), timedelta(minutes=2), NOW)
    else:
        [task_id] = ledger.tasks.create([new_task()])
        if why == "running work":
            ledger.tasks.project(task_id, StateChange("RUNNING", "Running", NOW))
    assert due(ledger) == ["shop_2"]


def test_a_failure_is_not_tried_again_on_the_same_day(ledger: Ledger, new_task: Callable[..., NewTask]) -> None:
    made = new_task(script_name=SCRIPT, username="SHOP_1")
    [task_id] = ledger.tasks.create([made])
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW, remark="the profile does not show"))
    assert due(ledger) == ["shop_2"]
    yesterday = ledger.account_days.due(TODAY, SCRIPT, NOW + timedelta(seconds=1), NOW)
    assert [account.username for account in yesterday] == ["shop_1", "shop_2"]
