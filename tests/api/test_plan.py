"""POST /plan: what a request for tasks would do, told before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.limits import Rules
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tests.api.conftest import callable_api

Call = Callable[..., httpx.Response]
ON_PHONE_1: dict[str, Any] = {"script_name": "follow", "serials": ["phone-1"], "min_interval": 0, "max_interval": 0}


def people(number: int) -> dict[str, Any]:
    return {"script_config": {"target_users": [f"person_{900 + each % 20:04}x{each}" for each in range(number)]}}


def planned(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def seconds_between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def record(  # noqa: PLR0913 - what a record tells
    ledger: Ledger, serial: str, *took: float, wait: float = 0, turn: float = 0, app: str = "sample", retries: int = 0
) -> None:
    """Let a phone have done tasks that took so many seconds, one after the other, an hour ago."""
    free = due = datetime.now(UTC) - timedelta(hours=1)
    for seconds in took:
        config = {"target_users": ["person_0900"]}
        [task_id] = ledger.tasks.create(
            [NewTask("follow", UnknownConfig.model_validate(config), serial, app, due, due, wait_seconds=wait)]
        )
        ledger.outbox.submitted(task_id, uuid4(), StateChange("SCHEDULED", "Scheduled", due))
        starts = free + timedelta(seconds=turn)
        free = starts + timedelta(seconds=wait + seconds)
        ledger.tasks.project(task_id, StateChange("RUNNING", "Running", starts))
        ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", free, retry_count=retries))


def test_a_plan_creates_nothing(call: Call, ledger: Ledger) -> None:
    found = planned(call("POST", "/plan", json=ON_PHONE_1 | people(3)))
    assert (found["accepted"], found["refusals"], found["tasks"]) == (True, [], 3)
    assert ledger.tasks.count().total == ledger.outbox.pending_count() == 0


def test_a_plan_without_records_takes_a_usual_duration_and_says_so(call: Call) -> None:
    found = planned(call("POST", "/plan", json=ON_PHONE_1 | people(3)))
    [phone] = found["phones"]
    assert (phone["serial"], phone["alias"], phone["tasks"], phone["before"]) == ("phone-1", "device_serial_1", 3, 0)
    assert (phone["estimate"]["basis"], phone["estimate"]["samples"]) == ("default", 0)
    lengths = {bound: seconds_between(found["start"][bound], found["end"][bound]) for bound in found["end"]}
    assert lengths == {"earliest": 30, "expected": 60, "latest": 120}


def test_the_phones_own_records_count_with_what_lies_between_its_tasks(call: Call, ledger: Ledger) -> None:
    record(ledger, "phone-1", *[4] * 31, wait=30, turn=1)
    record(ledger, "phone-2", 9)
    body = ON_PHONE_1 | people(2) | {"serials": ["phone-1", "phone-2"], "min_interval": 10, "max_interval": 20}
    first, second = planned(call("POST", "/plan", json=body))["phones"]
    assert (first["estimate"]["basis"], first["estimate"]["samples"]) == ("phone", 30)
    assert first["estimate"]["expected"] == first["estimate"]["median"] == pytest.approx(5)
    assert seconds_between(first["start"]["expected"], first["end"]["expected"]) == pytest.approx(5 + 15 + 5)
    assert (second["estimate"]["basis"], second["estimate"]["samples"]) == ("script", 30)


def test_records_of_another_app_tell_nothing(call: Call, ledger: Ledger) -> None:
    record(ledger, "phone-1", 4, 4, app="other")
    [phone] = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"]
    assert phone["estimate"]["basis"] == "default"


def test_tasks_that_were_tried_again_count_with_all_that_they_took(call: Call, ledger: Ledger) -> None:
    record(ledger, "phone-2", 4, 4, 4)
    record(ledger, "phone-1", 40, retries=1)
    [phone] = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"]
    assert (phone["estimate"]["samples"], phone["estimate"]["expected"]) == (4, pytest.approx(13))


def test_the_first_task_of_a_phone_that_has_rested_tells_nothing_of_the_others(call: Call, ledger: Ledger) -> None:
    record(ledger, "phone-2", 30, *[4] * 20)
    [phone] = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"]
    assert (phone["estimate"]["samples"], phone["estimate"]["expected"]) == (20, pytest.approx(4))


def test_tasks_that_wait_already_come_first(call: Call, ledger: Ledger) -> None:
    assert call("POST", "/task", json=ON_PHONE_1 | people(4)).status_code == 200
    [phone] = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"]
    assert (phone["before"], phone["conflicts"][0]) == (4, "is busy: 4 tasks came before")
    [before, asked] = phone["spans"]
    assert [before["asked"], before["tasks"], asked["asked"], asked["tasks"]] == [False, 4, True, 1]
    assert before["end"] == asked["start"] == phone["start"]["expected"]
    assert seconds_between(before["start"], before["end"]) == 4 * 20
    assert ledger.tasks.count().total == 4


class Noon(SystemClock):
    """A clock at the noon of its day: a minute before midnight the first tasks would be those of two days."""

    def now(self) -> datetime:
        return super().now().replace(hour=12)


def test_a_spent_budget_is_foreseen_from_what_the_account_has_done(settings: Settings, ledger: Ledger) -> None:
    ledger.limits.replace(Rules(budgets={"follow": 2}, timezone="UTC"), datetime.now(UTC))
    body = ON_PHONE_1 | people(3) | {"serials": None, "usernames": ["shop_1"]}
    with callable_api(settings, Noon()) as call:
        [phone] = planned(call("POST", "/plan", json=body))["phones"]
    [met] = phone["limits"]
    assert (met["account"], met["kind"], met["limit"], met["tasks"], met["fails"]) == (
        "shop_1", "follow", "budget", 1, False
    )  # fmt: skip
    assert met["why"] == "has used its 2 follows of today"
    assert seconds_between(met["until"], phone["end"]["expected"]) == 20


def test_tasks_that_would_fail_at_a_limit_have_no_end(call: Call, ledger: Ledger) -> None:
    ledger.limits.replace(Rules(budgets={"follow": 0}), datetime.now(UTC))
    body = ON_PHONE_1 | people(3) | {"serials": None, "usernames": ["shop_1"]}
    found = planned(call("POST", "/plan", json=body))
    assert (found["start"], found["end"], found["phones"][0]["spans"]) == (None, None, [])
    assert [(met["fails"], met["tasks"], met["until"]) for met in found["phones"][0]["limits"]] == [(True, 3, None)]


def test_the_only_account_of_a_phone_is_the_one_that_acts(call: Call, ledger: Ledger) -> None:
    hint = "does not tell which account is active on it: limits are not counted"
    assert planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"][0]["conflicts"] == [hint]
    ledger.accounts.sync("phone-1", "sample", ["shop_1"])
    ledger.limits.replace(Rules(budgets={"follow": 0}), datetime.now(UTC))
    [phone] = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1)))["phones"]
    assert (phone["conflicts"], phone["limits"][0]["account"]) == ([], "shop_1")


def test_people_whom_nobody_may_contact_are_told_and_not_refused(call: Call, ledger: Ledger) -> None:
    ledger.do_not_contact.put([DoNotContactEntry("person_0905", None, "asked us to stop", datetime.now(UTC))])
    body = ON_PHONE_1 | {"script_config": {"target_users": ["person_0904", "person_0905"]}}
    found = planned(call("POST", "/plan", json=body))
    [refusal] = found["refusals"]
    assert (found["accepted"], refusal["field"]) == (False, "script_config.target_users")
    assert refusal["reason"].startswith("@person_0905 is on the do-not-contact list")
    assert call("POST", "/task", json=body).json()["data"]["errors"] == [refusal]


def test_phones_that_cannot_work_say_why(call: Call, ledger: Ledger) -> None:
    ledger.devices.seen("away", "offline", "host")
    ledger.devices.change("phone-1", enabled=False)
    ledger.devices.quarantine("phone-2", "cracked screen", datetime.now(UTC) + timedelta(minutes=30))
    body = ON_PHONE_1 | people(1) | {"serials": ["away", "phone-1", "phone-2"], "script_name": "follow"}
    found = planned(call("POST", "/plan", json=body))
    told = {phone["serial"]: phone["conflicts"][0] for phone in found["phones"]}
    assert told == {
        "away": "is offline: its tasks wait until it is connected",
        "phone-1": "is disabled: its tasks wait until it is enabled",
        "phone-2": "is in quarantine for 30 min (cracked screen)",
    }
    starts = {phone["serial"]: phone["start"]["expected"] for phone in found["phones"]}
    assert seconds_between(starts["away"], starts["phone-2"]) == pytest.approx(1800, abs=60)


def test_a_plan_counts_from_the_start_that_is_asked_for(call: Call) -> None:
    start = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    found = planned(call("POST", "/plan", json=ON_PHONE_1 | people(1) | {"start_time": start.isoformat()}))
    assert datetime.fromisoformat(found["start"]["expected"]) == start


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"serials": ["group:nobody"]}, 40001),
        ({"serials": None, "usernames": ["nobody"]}, 40004),
        ({"script_name": "dance"}, 40003),
        ({"min_interval": 2, "max_interval": 1}, 40001),
    ],
)
def test_a_request_that_is_wrong_in_itself_is_refused_as_a_post_of_it_is(
    call: Call, change: dict[str, Any], code: int
) -> None:
    body = ON_PHONE_1 | people(1) | change
    plan, post = call("POST", "/plan", json=body).json(), call("POST", "/task", json=body).json()
    assert plan == post
    assert plan["code"] == code


def test_ten_thousand_tasks_are_planned_in_one_answer(call: Call) -> None:
    body = ON_PHONE_1 | people(5000) | {"serials": ["phone-1", "phone-2"]}
    found = planned(call("POST", "/plan", json=body))
    assert [phone["tasks"] for phone in found["phones"]] == [5000, 5000]


def test_every_script_can_be_planned(call: Call) -> None:
    post = {"target_post_urls": ["sample://post/1"]}
    configs: dict[str, dict[str, Any]] = {
        "like": post,
        "comment": post | {"comment_content": "Nice"},
        "message": {"target_users": ["person_0906"], "message_contents": "Hello"},
        "account_warmup": {"task_duration": 60},
        "super_marketing": {"targets": "person_0907", "features": {"followUsers": True}},
    }
    for script, config in configs.items():
        body = ON_PHONE_1 | {"script_name": script, "script_config": config}
        assert planned(call("POST", "/plan", json=body))["tasks"] == 1
