"""The daily report: what it finds in the ledger, where it goes, and that each day gets one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from api.agreement.webhook import Webhook
from api.app import create_app
from api.reports.daily import DailyReport
from api.reports.senders import AppriseSender, ReportNotTaken, WebhookSender
from phonefleet.clock import SystemClock
from phonefleet.errors import Transient
from phonefleet.ledger import Action, Intent, Ledger, NewTask, StateChange
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tests.api.conftest import callable_api
from tests.receiver import PATH, Receiver, receiving

Call = Callable[..., httpx.Response]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class At(SystemClock):
    """A clock that stands until a test sets it."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def apprise_url(receiver: Receiver) -> str:
    return f"json://127.0.0.1:{receiver.server_port}/{PATH}"


def create(ledger: Ledger, number: int) -> list[int]:
    config = UnknownConfig.model_validate({"target_users": ["anna"]})
    return ledger.tasks.create([NewTask("follow", config, "phone-1", "sample", NOON, NOON) for _ in range(number)])


def end(ledger: Ledger, task_id: int, state_type: str, at: datetime, remark: str | None = None) -> None:
    ledger.tasks.project(task_id, StateChange(state_type, state_type.title(), at, remark=remark))


def filled(ledger: Ledger, now: datetime) -> list[int]:
    """Fill the ledger: tasks done, failed, stopped and left, one of yesterday, an account on hold, a phone away."""
    done, *failed, stopped, old, left = ids = create(ledger, 6)
    earlier = now - timedelta(hours=1)
    action = ledger.actions.intend(Intent(done, "follow", "sample", "shop_1", "anna"), earlier, UTC)
    assert isinstance(action, Action)
    ledger.actions.end(action.id, "done", earlier)
    end(ledger, done, "COMPLETED", earlier)
    for task_id in failed:
        end(ledger, task_id, "FAILED", earlier, "the user @anna does not exist")
    end(ledger, stopped, "CANCELLED", earlier, "stopped")
    end(ledger, old, "COMPLETED", now - timedelta(hours=30))
    assert left
    [account] = ledger.accounts.matching(["shop_1"])
    ledger.accounts.hold_id(account.id, "the app asks for a code", earlier)
    ledger.devices.seen("phone-2", "offline", "host")
    return ids


def test_a_report_tells_what_the_ledger_knows(call: Call, ledger: Ledger) -> None:
    ids = filled(ledger, datetime.now(UTC))
    found = call("GET", "/report").json()["data"]
    numbers = [found[name] for name in ("completed", "failed", "stopped", "running", "pending")]
    assert numbers == [1, 2, 1, 0, 1]
    assert found["actions"] == {"follow": 1}
    assert found["failures"] == [
        {"script_name": "follow", "remark": "the user @anna does not exist", "tasks": 2, "latest_task_id": ids[2]}
    ]
    assert [(one["username"], one["alias"], one["reason"]) for one in found["held"]] == [
        ("shop_1", "device_serial_1", "the app asks for a code")
    ]
    assert [(one["serial"], one["alias"], one["state"]) for one in found["ill"]] == [
        ("phone-2", "device_serial_2", "offline")
    ]
    assert found["title"] == "Phonefleet: 1 task completed, 2 failed, 1 account is held, 1 phone is ill"
    assert "- 2 x follow: the user @anna does not exist" in found["text"]
    assert call("GET", "/report?hours=48").json()["data"]["completed"] == 2


@pytest.mark.parametrize("hours", ["0", "-1", "745", "x", "1.5"])
def test_a_span_that_is_none_is_refused(call: Call, hours: str) -> None:
    assert call("GET", f"/report?hours={hours}").json()["code"] == 40001


def test_without_an_address_a_report_cannot_be_sent(call: Call) -> None:
    refusal = call("POST", "/report/send").json()
    assert (refusal["code"], "PHONEFLEET_REPORT_TO" in refusal["message"]) == (40901, True)


def test_a_report_can_be_sent_at_once_to_try_the_address(
    settings: Settings, ledger: Ledger, receiver: Receiver
) -> None:
    assert ledger.tasks.count().total == 0
    with callable_api(settings.model_copy(update={"report_to": SecretStr(apprise_url(receiver))})) as call:
        sent = call("POST", "/report/send?hours=1").json()
        receiver.status = 500
        refusal = call("POST", "/report/send").json()
    assert (sent["code"], sent["data"]["title"]) == (0, receiver.bodies[0]["title"])
    assert sent["data"]["text"] == receiver.bodies[0]["message"]
    assert (refusal["code"], PATH in str(refusal)) == (50301, False)


@pytest.mark.parametrize("kind", ["webhook", "apprise"])
def test_each_day_has_one_report_whatever_the_address_answers_at_first(
    ledger: Ledger, receiver: Receiver, kind: str
) -> None:
    clock = At(NOON)
    sender = WebhookSender(Webhook(receiver.url)) if kind == "webhook" else AppriseSender([apprise_url(receiver)])
    daily = DailyReport(ledger, sender, clock, time(8), UTC)
    receiver.status = 503
    with pytest.raises(Transient):
        asyncio.run(daily.look())
    receiver.status = 204
    for hours in (0, 1, 19, 20, 21, 43):  # at 12:00 and 13:00, at 07:00, 08:00 and 09:00 of the next day, at 07:00
        clock.instant = NOON + timedelta(hours=hours)
        asyncio.run(daily.look())
    first, second = "2026-03-01 08:00 to 2026-03-02 08:00", "2026-03-02 08:00 to 2026-03-03 08:00"
    told = [[day for day in (first, second) if day in str(body)] for body in receiver.bodies]
    assert told == [[first], [first], [second]]  # the first was refused


def test_who_has_the_report_does_not_get_it_again_because_another_address_fails(
    ledger: Ledger, receiver: Receiver
) -> None:
    with receiving() as broken:
        broken.status = 500
        clock, sender = At(NOON), AppriseSender([apprise_url(broken), apprise_url(receiver)])
        daily = DailyReport(ledger, sender, clock, time(8), UTC)
        for _ in range(3):
            with pytest.raises(ReportNotTaken, match="the first address"):
                asyncio.run(daily.look())
        assert (len(broken.bodies), len(receiver.bodies)) == (3, 1)
        broken.status = 204
        asyncio.run(daily.look())
        clock.instant += timedelta(days=1)
        asyncio.run(daily.look())
        assert (len(broken.bodies), len(receiver.bodies)) == (5, 2)


def test_a_report_that_the_webhook_refuses_for_good_is_not_repeated(
    ledger: Ledger, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 404
    daily = DailyReport(ledger, WebhookSender(Webhook(receiver.url)), At(NOON), time(8), UTC)
    for _ in range(2):
        asyncio.run(daily.look())
    assert len(receiver.bodies) == 1
    assert "is not sent" in caplog.text


def test_one_address_that_fails_does_not_keep_the_report_from_the_others_and_none_shows(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender = AppriseSender([f"json://127.0.0.1:1/{PATH}", apprise_url(receiver)])
    with pytest.raises(ReportNotTaken, match="the first address of PHONEFLEET_REPORT_TO"):
        asyncio.run(sender.send("title", "text"))
    assert [body["message"] for body in receiver.bodies] == ["text"]
    assert not [record for record in caplog.records if record.name.startswith("apprise")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"report_to": SecretStr("json://127.0.0.1/x, nobody://knows")}, "the second address"),
        ({"report_at": "08:00"}, "where does the report go"),
    ],
)
def test_what_cannot_be_sent_is_told_at_the_start(settings: Settings, given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        create_app(settings.model_copy(update=given))


@pytest.mark.parametrize("text", ["8", "8:00", "24:00", "08:60", "8 am"])
def test_the_hour_of_the_report_is_written_as_people_write_it(text: str) -> None:
    with pytest.raises(ValidationError, match="write HH:MM, such as 08:00"):
        Settings(report_at=text)
