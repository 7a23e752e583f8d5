"""The days of accounts over HTTP: as JSON and CSV, read now, and read by themselves once a day."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from api.fleet.days.reading import DailyReading
from api.resources import Resources
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, StateChange
from phonefleet.ledger.fleet.account_days import AccountDay
from phonefleet.limits.rules import Rules
from phonefleet.pacing import zone_named
from phonefleet.settings import Settings
from phonefleet.shown_number import ShownNumber

Call = Callable[..., httpx.Response]
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NUMBERS = {"followers": ShownNumber(12_300, 100, "12,3 тыс."), "posts": ShownNumber(8, 1, "=8+1")}


class At(SystemClock):
    """A clock that stands until a test sets it."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def account_id(ledger: Ledger, username: str = "shop_1") -> int:
    return ledger.accounts.matching([username])[0].id


def keep(ledger: Ledger, day: date = DAY) -> str:
    ledger.account_days.keep("shop_1", "sample", AccountDay(day, NUMBERS, NOON, 7))
    return f"/accounts/{account_id(ledger)}/days"


def test_days_are_shown_with_the_precision_of_their_numbers(call: Call, ledger: Ledger) -> None:
    path = keep(ledger)
    shown = data(call("GET", f"{path}?since=2026-03-01&until=2026-03-31"))
    assert (shown["account_id"], shown["username"], shown["platform"]) == (account_id(ledger), "shop_1", "sample")
    [day] = shown["days"]
    assert (day["day"], day["task_id"]) == ("2026-03-02", 7)
    assert datetime.fromisoformat(day["read_at"]) == NOON
    assert day["numbers"] == {
        "followers": {"value": 12_300, "step": 100, "text": "12,3 тыс."},
        "posts": {"value": 8, "step": 1, "text": "=8+1"},
    }
    assert data(call("GET", f"{path}?since=2026-03-03&until=2026-03-31"))["days"] == []


@pytest.mark.parametrize(
    ("query", "accept"),
    [("&format=csv", "application/json"), ("", "text/csv"), ("", "text/csv;q=1, text/plain;q=0.1")],
)
def test_days_are_written_as_csv_that_no_spreadsheet_runs(call: Call, ledger: Ledger, query: str, accept: str) -> None:
    path = keep(ledger)
    answer = call("GET", f"{path}?since=2026-03-01&until=2026-03-31{query}", headers={"Accept": accept})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["username"], row["day"], row["followers"], row["followers_step"]) == (
        "shop_1", "2026-03-02", "12300", "100",
    )  # fmt: skip
    assert (row["posts"], row["posts_text"], row["likes"], row["likes_text"]) == ("8", "'=8+1", "", "")


def test_who_takes_both_forms_gets_json(call: Call, ledger: Ledger) -> None:
    headers = {"Accept": "application/json, text/csv"}
    assert data(call("GET", keep(ledger), headers=headers))["username"] == "shop_1"
    assert data(call("GET", f"{keep(ledger)}?format=json", headers={"Accept": "text/csv"}))["username"] == "shop_1"


@pytest.mark.parametrize(
    "query", ["since=2026-03-02&until=2026-03-01", "since=yesterday", "format=xml", "days=7", "until=2026-02-30"]
)
def test_wrong_days_are_refused(call: Call, ledger: Ledger, query: str) -> None:
    body = call("GET", f"{keep(ledger)}?{query}").json()
    assert body["code"] == 40001, body


def test_the_edges_of_the_calendar_are_no_error(call: Call, ledger: Ledger) -> None:
    path = keep(ledger)
    assert data(call("GET", f"{path}?until=0001-01-01"))["days"] == []
    assert len(data(call("GET", f"{path}?since=0001-01-01&until=9999-12-31"))["days"]) == 1


def test_an_unknown_account_has_no_days(call: Call) -> None:
    for method in ("GET", "POST"):
        assert call(method, "/accounts/999999/days").json()["code"] == 40401


def test_a_person_has_a_profile_read_now_unless_the_account_may_not_act(call: Call, ledger: Ledger) -> None:
    path = f"/accounts/{account_id(ledger)}/days"
    [task_id] = data(call("POST", path, headers={"Idempotency-Key": "once"}))["task_ids"]
    assert data(call("POST", path, headers={"Idempotency-Key": "once"}))["task_ids"] == [task_id]
    task = data(call("GET", f"/task/{task_id}"))
    assert (task["script_name"], task["username"], task["serial"]) == ("read_profile", "shop_1", "phone-1")
    ledger.accounts.hold_id(account_id(ledger), "it asks who you are", NOON)
    refused = call("POST", path).json()
    assert (refused["code"], "it asks who you are" in refused["message"]) == (40901, True)


def test_a_request_for_tasks_cannot_name_the_errand(call: Call) -> None:
    wanted: dict[str, Any] = {"serials": ["phone-1"], "script_name": "read_profile", "script_config": {}}
    assert call("POST", "/task", json=wanted).json()["code"] == 40003


# --- by itself -------------------------------------------------------------------------------------------


def reading(settings: Settings, ledger: Ledger, clock: At, at: time = time(9)) -> tuple[DailyReading, list[int]]:
    """Return the daily reading, and how often it has told that tasks are there."""
    told: list[int] = []
    nothing: Any = None
    resources = Resources(
        settings, ledger, nothing, clock, zone_named("Europe/Berlin"), Random(1), lambda: told.append(1), nothing,
        nothing, nothing, nothing,
    )  # fmt: skip
    return DailyReading(resources, at), told


def look(daily: DailyReading) -> None:
    asyncio.run(daily.look())


def names(call: Call) -> list[str]:
    return sorted(task["username"] for task in data(call("GET", "/task?script_name=read_profile"))["tasks"])


def end(call: Call, ledger: Ledger, clock: At) -> None:
    """Let everything that was sent end, and keep the day of whom it was sent for."""
    for task in data(call("GET", "/task?status=0"))["tasks"]:
        ledger.tasks.project(task["id"], StateChange("COMPLETED", "Completed", clock.now()))


def test_each_account_is_read_once_a_day_one_after_the_other_on_each_phone(
    call: Call, ledger: Ledger, settings: Settings
) -> None:
    clock = At(datetime(2026, 3, 2, 7, 59, tzinfo=UTC))  # 08:59 in Berlin
    daily, told = reading(settings, ledger, clock)
    look(daily)
    assert (names(call), told) == ([], [])
    clock.instant += timedelta(minutes=1)
    look(daily)
    assert (names(call), told) == (["shop_1", "shop_2"], [1])
    look(daily)  # the phones are busy
    assert names(call) == ["shop_1", "shop_2"]
    end(call, ledger, clock)
    look(daily)
    end(call, ledger, clock)
    look(daily)
    assert names(call) == ["shop_1", "shop_2", "studio_1", "studio_2"]
    clock.instant += timedelta(days=1)
    look(daily)
    assert names(call) == ["shop_1", "shop_1", "shop_2", "shop_2", "studio_1", "studio_2"]


def test_nobody_is_read_out_of_working_hours_or_while_held(call: Call, ledger: Ledger, settings: Settings) -> None:
    rules = Rules.model_validate({"hours": ["14:00-16:00"], "timezone": "Europe/Berlin"})
    ledger.limits.replace(rules, NOON)
    for username in ("shop_1", "studio_1", "studio_2"):
        ledger.accounts.hold_id(account_id(ledger, username), "it asks who you are", NOON)
    clock = At(NOON)  # 13:00 in Berlin
    daily, _ = reading(settings, ledger, clock)
    look(daily)
    assert names(call) == []
    clock.instant += timedelta(hours=1)
    look(daily)
    assert names(call) == ["shop_2"]


def test_two_apis_send_it_once_together(call: Call, ledger: Ledger, settings: Settings) -> None:
    one, _ = reading(settings, ledger, At(NOON))
    other, _ = reading(settings, ledger, At(NOON))

    async def both() -> None:
        await asyncio.gather(one.look(), other.look())

    asyncio.run(both())
    assert names(call) == ["shop_1", "shop_2"]


def test_the_hour_is_checked() -> None:
    assert Settings(account_days_at=" 09:30 ").account_days_at == "09:30"
    assert Settings(account_days_at="").account_days_at is None
    with pytest.raises(ValidationError, match="no time of day"):
        Settings(account_days_at="half past nine")
