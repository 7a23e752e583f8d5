"""What tests of campaigns share: campaigns that are entered, an API that runs all the time, and Prefect's side."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from phonefleet.clock import Clock, SystemClock
from phonefleet.settings import Settings
from tests.api.conftest import serving

Call = Callable[..., httpx.Response]
TASK = {
    "serials": ["phone-1", "device_serial_2"],
    "script_name": "follow",
    "script_config": {"target_users": ["person_0850", "person_0851"]},
}
YEARLY = {"cron": "0 9 1 1 *", "timezone": "Europe/Berlin"}
HOUR = timedelta(hours=1)
PATIENCE = 90


class Earlier(SystemClock):
    """A clock that is five and a half hours slow."""

    def now(self) -> datetime:
        return super().now() - 5.5 * HOUR


def data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert (response.status_code, body["code"]) == (200, 0), body
    return body["data"]


def create(call: Call, **more: Any) -> dict[str, Any]:
    body = {"name": f"campaign {uuid4()}", "task": TASK, "schedule": YEARLY, **more}
    return data(call("POST", "/campaigns", json=body))


def until(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    pause = 0.05
    while not done():
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(pause)
        pause = min(1.5 * pause, 0.3)


@contextmanager
def turning(settings: Settings, prefect: str, clock: Clock | None = None) -> Generator[Call]:
    """Run an API in a loop of its own that turns all the time."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = serving(settings.model_copy(update={"prefect_api_url": prefect}), clock)

    def wait_for(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE)

    try:
        client = wait_for(running.__aenter__())

        def call(method: str, path: str, **options: Any) -> httpx.Response:
            return wait_for(client.request(method, path, **options))

        yield call
    finally:
        wait_for(running.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def deployment(call: Call, there: httpx.Client, campaign: dict[str, Any]) -> dict[str, Any]:
    """Wait until Prefect knows a campaign as it is, and return what it knows."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        answer = there.get(f"/deployments/name/campaign/{campaign['name']}")
        found[:] = [answer.json()] if answer.is_success else []
        return bool(found) and shown(call, campaign)["deployment_url"] is not None

    until("deployment", look)
    return found[0]


def shown(call: Call, campaign: dict[str, Any]) -> dict[str, Any]:
    return data(call("GET", f"/campaigns/{campaign['id']}"))


def remove(call: Call, there: httpx.Client, campaign: dict[str, Any]) -> None:
    data(call("DELETE", f"/campaigns/{campaign['id']}"))

    def gone() -> bool:
        return there.get(f"/deployments/name/campaign/{campaign['name']}").status_code == 404

    until("end of the deployment", gone)


def run_in_prefect(
    there: httpx.Client, deployment_id: str, state: str = "SCHEDULED", due_at: str | None = None, **more: Any
) -> str:
    details = {"scheduled_time": due_at} if due_at else {}
    body = {"state": {"type": "SCHEDULED", "state_details": details}, **more}
    made = there.post(f"/deployments/{deployment_id}/create_flow_run", json=body).raise_for_status().json()
    if state != "SCHEDULED":
        there.post(f"/flow_runs/{made['id']}/set_state", json={"state": {"type": state}, "force": True})
    return made["id"]


def state_of(there: httpx.Client, run_id: str) -> tuple[str, str]:
    state = there.get(f"/flow_runs/{run_id}").raise_for_status().json()["state"]
    return state["type"], state["message"]


def spoil(database_url: str, campaign_id: int) -> None:
    """Let the ledger hold settings that this version does not know."""
    spoiled = 'UPDATE campaigns SET settings = settings || \'{"overlap": "sometimes"}\' WHERE id = %s'
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute(spoiled, [campaign_id])
