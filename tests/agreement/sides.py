"""The two sides that must agree, a ledger and a real Prefect server, and what keeps them in step; no phones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

from api.agreement.observer import Observer
from api.agreement.recaller import Recaller
from api.agreement.reconciler import Reconciler
from api.agreement.submitter import Submitter
from api.app import create_app
from api.prefect.client import PrefectApi
from phonefleet.clock import SystemClock
from phonefleet.ledger import Ledger, NewTask, Task
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings

NOWHERE = "http://127.0.0.1:1/api"
"""A Prefect server that is away."""


class Ahead(SystemClock):
    """A clock by which what is due soon is due now."""

    def now(self) -> datetime:
        """Return an instant half a minute from now."""
        return super().now() + timedelta(seconds=30)


class Sides:
    """Both sides, and the parts of the API between them, each moved by the test alone."""

    def __init__(self, ledger: Ledger, url: str, database_url: str, client: httpx.AsyncClient) -> None:
        self.ledger = ledger
        self.client = client
        self.settings = Settings(database_url=SecretStr(database_url), prefect_api_url=url, timezone="UTC")
        self.prefect = PrefectApi(client)
        clock = SystemClock()
        self.submitter = Submitter(ledger, self.prefect, clock)
        self.recaller = Recaller(ledger, self.prefect, Ahead())
        self.observer = Observer(ledger, self.prefect, clock)
        self.reconciler = Reconciler(ledger, self.prefect, self.observer)

    def task(self, task_id: int) -> Task:
        task = self.ledger.tasks.get(task_id)
        assert task is not None
        return task

    def created(self, serial: str = "phone-1") -> int:
        """Create a task that Prefect does not know yet."""
        now = datetime.now(UTC)
        config = {"target_users": ["anna"], "access_method": "direct"}
        new = NewTask(
            "follow", UnknownConfig.model_validate(config), serial, "sample", created_at=now, scheduled_for=now
        )
        return self.ledger.tasks.create([new])[0]

    async def submitted(self, serial: str = "phone-1") -> Task:
        """Create a task with its flow run."""
        task_id = self.created(serial)
        await self.submit_all()
        return self.task(task_id)

    async def submit_all(self) -> None:
        """Submit until Prefect has all tasks, those that wait after a failure included."""
        async with asyncio.timeout(60):
            while self.ledger.outbox.pending_count():
                await self.submitter.submit_some()

    async def enter(self, task: Task, state_type: str, **more: object) -> None:
        """Let a task's flow run enter a state, as people do in Prefect."""
        body = {"state": {"type": state_type, **more}, "force": True}
        (await self.client.post(f"/flow_runs/{task.flow_run_id}/set_state", json=body)).raise_for_status()

    async def state_in_prefect(self, task: Task) -> tuple[str, str | None]:
        """Return the type and the message of a run's state."""
        state = (await self.client.get(f"/flow_runs/{task.flow_run_id}")).json()["state"]
        return state["type"], state["message"]

    async def started_by_a_person(self, **fields: object) -> str:
        """Start a run in Prefect and return its id."""
        deployment = (await self.client.get("/deployments/name/follow/follow")).json()["id"]
        parameters = {"serial": "phone-1", "config": {"target_users": ["bob"]}}
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}, **fields}
        return (await self.client.post(f"/deployments/{deployment}/create_flow_run", json=body)).json()["id"]

    @asynccontextmanager
    async def api(self, **changes: object) -> AsyncGenerator[httpx.AsyncClient]:
        """Run the whole API for the time of the block."""
        app = create_app(self.settings.model_copy(update=changes))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        base = "http://localhost/api/v1"
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield client


Conversation = Callable[[Sides], Awaitable[None]]
Converse = Callable[[Conversation], None]


async def until(what: str, look: Callable[[], Any]) -> Any:
    """Look again and again until something is there, and return it."""
    async with asyncio.timeout(60):
        while not (found := look()):  # noqa: ASYNC110 - a database sends no event
            await asyncio.sleep(0.02)
    assert found, what
    return found
