"""How long a plan of many campaigns on many phones takes, and that the API answers others meanwhile."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from phonefleet.client import Client
from phonefleet.ledger import Ledger, NewTask
from phonefleet.scripts.script import UnknownConfig
from tests.benchmarks.figures import report
from tests.client.served import served

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

PHONES, CAMPAIGNS, TIMES_A_DAY, EARLIER = 200, 20, 4, 30


def fill(ledger: Ledger, database_url: str) -> None:
    """Let each phone have an account and have done some tasks."""
    begun = datetime.now(UTC) - timedelta(days=1)
    serials = [f"phone-{number:03}" for number in range(PHONES)]
    for serial in serials:
        ledger.devices.seen(serial, "online", "host", model="Pixel")
        ledger.devices.change(serial, group_name="shop")
        ledger.accounts.sync(serial, "sample", [serial.replace("phone", "shop")])
    config = {"target_users": ["person_0880"]}
    ledger.tasks.create(
        [
            NewTask("follow", UnknownConfig.model_validate(config), serial, "sample", begun, begun)
            for serial in serials * EARLIER
        ]
    )
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute(
            "UPDATE tasks SET status = 2, start_time = scheduled_for, end_time = scheduled_for + interval '5 s'"
        )
        connection.execute("DELETE FROM outbox")


def enter_campaigns(client: Client) -> None:
    hours = ",".join(str(24 // TIMES_A_DAY * each) for each in range(TIMES_A_DAY))
    for number in range(CAMPAIGNS):
        task: dict[str, Any] = {
            "serials": ["group:shop"], "script_name": "follow", "script_config": {"target_users": ["person_0880"]}
        }  # fmt: skip
        client.create_campaign(f"Campaign {number}", task, {"cron": f"{number} {hours} * * *", "timezone": "UTC"})


def test_twenty_campaigns_on_two_hundred_phones_are_planned_for_a_week_in_a_few_seconds(
    postgres_url: str, tmp_path: Path
) -> None:
    with Ledger(postgres_url, pool_size=2) as ledger:
        fill(ledger, postgres_url)
    with served(postgres_url, tmp_path) as api, Client(api.url, timeout=timedelta(minutes=5)) as client:
        enter_campaigns(client)
        plans: list[Any] = []
        planning = threading.Thread(target=lambda: plans.append(client.plan_tasks(days=7)))
        others: list[float] = []
        started, used = time.monotonic(), time.process_time()
        planning.start()
        with Client(api.url) as other:
            while planning.is_alive():
                asked = time.monotonic()
                other.list_tasks(page_size=5)
                others.append(time.monotonic() - asked)
                planning.join(0.02)
        seconds, used = time.monotonic() - started, time.process_time() - used
    [plan] = plans
    report(
        f"a plan of {CAMPAIGNS} campaigns on {PHONES} phones for 7 days, {TIMES_A_DAY} times a day",
        seconds=seconds,
        processor_s=used,
        tasks=plan["tasks"],
        firings=sum(campaign["fired"] for campaign in plan["campaigns"]),
        spans=sum(len(phone["spans"]) for phone in plan["phones"]),
        calls_meanwhile=len(others),
        median_call_s=statistics.median(others),
        slowest_call_s=max(others),
    )
    assert plan["cut"] is None
    assert plan["tasks"] == PHONES * CAMPAIGNS * TIMES_A_DAY * 7
    assert seconds < 10
    assert max(others) < 2
