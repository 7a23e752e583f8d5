"""Pending tasks say what they wait for: in lists, by themselves, and in the sentences of plans."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest

from phonefleet.ledger import Ledger, StateChange
from phonefleet.ledger.tasks.reading import TaskReader
from phonefleet.ledger.tasks.waiting_facts import AccountKey, Standing
from phonefleet.ledger.values import Intent
from phonefleet.limits import Rules
from tests.api.test_reading import create, data

Call = Callable[..., httpx.Response]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waits(call: Call, task_id: int) -> tuple[str | None, str | None]:
    """Return word and sentence of a task, which must be the same in the list and by itself."""
    one = data(call("GET", f"/task/{task_id}"))
    [listed] = [task for task in data(call("GET", "/task"))["tasks"] if task["id"] == task_id]
    assert (one["waits_code"], one["waits_for"]) == (listed["waits_code"], listed["waits_for"])
    return one["waits_code"], one["waits_for"]


def standing(
    database_url: str, serials: set[str], accounts: Collection[AccountKey] = (), now: datetime | None = None
) -> Standing:
    """Read how phones and accounts stand."""

    async def read() -> Standing:
        reader = TaskReader(database_url)
        try:
            at = now or datetime.now(UTC)
            return await reader.standing(frozenset(serials), frozenset(accounts), at, ZoneInfo("Europe/Berlin"))
        finally:
            await reader.close()

    return asyncio.run(read())


@pytest.fixture
def fresh(open_api: Callable[..., Call]) -> Call:
    """An API that has read no facts yet."""
    return open_api()


def test_a_task_of_a_phone_that_is_away_says_since_when(fresh: Call, ledger: Ledger) -> None:
    ledger.devices.seen("phone-1", "absent", "host", at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
    code, sentence = waits(fresh, create(ledger)[0])
    assert code == "phone_offline"
    assert sentence == "device_serial_1 is offline since 2026-01-05 10:30: the task waits until it is connected"


def test_a_disabled_phone_and_one_in_quarantine_say_so(fresh: Call, ledger: Ledger) -> None:
    ledger.devices.change("phone-1", enabled=False)
    ledger.devices.quarantine("phone-2", "cracked screen", by="person")
    assert waits(fresh, create(ledger)[0])[0] == "phone_disabled"
    assert waits(fresh, create(ledger, serial="phone-2")[0]) == (
        "phone_quarantined",
        "device_serial_2 is in quarantine (cracked screen): the task waits until it is released",
    )


def test_held_accounts_limits_and_hours_are_told(fresh: Call, ledger: Ledger) -> None:
    today = datetime.now(UTC)
    ledger.accounts.hold("shop_1", "sample", "asked for a code", today)
    ledger.limits.replace(
        Rules.model_validate({"overrides": [{"username": "shop_2", "budgets": {"follow": 0}}]}), today
    )
    held, limited = create(ledger, username="shop_1")[0], create(ledger, serial="phone-2", username="SHOP_2")[0]
    code, sentence = waits(fresh, held)
    assert code == "account_held"
    assert "@shop_1 is held since" in str(sentence)
    assert "(asked for a code)" in str(sentence)
    code, sentence = waits(fresh, limited)
    assert (code, str(sentence).partition(":")[0]) == ("account_limit", "@shop_2 has a budget of 0 follows a day")


def test_actions_of_today_count_for_what_an_account_may_still_do(database_url: str, ledger: Ledger) -> None:
    now, zone = datetime.now(UTC), ZoneInfo("Europe/Berlin")
    (task_id,) = create(ledger, username="shop_1")
    for person in ("anna", "bob"):
        ledger.actions.intend(Intent(task_id, "follow", "sample", "shop_1", person), now, zone)

    account = standing(database_url, set(), {("sample", "shop_1")}, now).accounts["sample", "shop_1"]
    assert account.histories["follow"].used == 2
    assert account.histories["like"].last_of_others == account.histories["follow"].last_of_kind


def test_the_place_in_the_queue_counts_only_what_is_due(database_url: str, ledger: Ledger) -> None:
    running, first, waits_for_limit, later, second = (create(ledger)[0] for _ in range(5))
    ledger.tasks.project(running, StateChange("RUNNING", "Running", NOW))
    ledger.tasks.project(waits_for_limit, StateChange("SCHEDULED", "Waiting", NOW, remark="waits until 18:00: @shop"))
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE tasks SET scheduled_for = '2999-01-01' WHERE id = %s", [later])
    phone = standing(database_url, {"phone-1"}).phones["phone-1"]
    assert (phone.running, phone.queue) == (running, {first: 0, second: 1})


def test_a_task_of_tomorrow_says_when_it_starts_and_one_that_runs_says_nothing(fresh: Call, ledger: Ledger) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    later, runs = create(ledger, scheduled_for=tomorrow)[0], create(ledger)[0]
    ledger.tasks.project(runs, StateChange("RUNNING", "Running", NOW))
    code, sentence = waits(fresh, later)
    local = tomorrow.astimezone(ZoneInfo("Europe/Berlin"))
    assert (code, sentence) == ("starts_later", f"it starts at {local:%Y-%m-%d %H:%M}, as was asked for")
    assert waits(fresh, runs) == (None, None)


def test_prefect_that_is_away_is_told_with_the_time(fresh: Call, ledger: Ledger) -> None:
    task_id = create(ledger)[0]
    found = waits(fresh, task_id)
    while found[0] != "prefect_unreachable":  # the first look at Prefect happens in the background
        found = waits(fresh, task_id)
    assert str(found[1]).startswith("Prefect cannot be reached since ")


def test_a_secret_in_a_remark_is_not_told(fresh: Call, ledger: Ledger) -> None:
    ledger.devices.quarantine("phone-1", "see https://me:abcdefghijklmnop@example.com", by="person")
    assert "abcdefghijklmnop" not in str(waits(fresh, create(ledger)[0])[1])


def test_a_plan_says_the_same_as_the_task(fresh: Call, ledger: Ledger) -> None:
    ledger.devices.change("phone-1", enabled=False)
    body = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}
    [phone] = fresh("POST", "/plan", json=body).json()["data"]["phones"]
    code, sentence = waits(fresh, create(ledger)[0])
    assert code == "phone_disabled"
    assert phone["conflicts"][0].partition(":")[0] in str(sentence)


def test_a_full_disk_is_told_by_every_task(open_api: Callable[..., Call], ledger: Ledger) -> None:
    code, sentence = waits(open_api(disk_reserve=10**18), create(ledger)[0])
    assert code == "disk_full"
    assert str(sentence).startswith("only ")
