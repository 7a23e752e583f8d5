"""Both sides for each test: a ledger of its own, and the Prefect server of all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from deployments.registration import register
from phonefleet.ledger import Ledger
from tests.agreement.sides import Conversation, Converse, Sides


@pytest.fixture(scope="session")
def prefect(prefect_api_url: str) -> str:
    """A Prefect server that knows the pool and the scripts."""
    register(prefect_api_url)
    return prefect_api_url


@pytest.fixture
def without_others(prefect: str) -> None:
    """Take away the runs that persons of other tests have started: whoever runs the whole API would get their tasks."""
    started: dict[str, object] = {"flow_runs": {"tags": {"is_null_": True}}, "limit": 200}
    with httpx.Client(base_url=prefect, timeout=60, trust_env=False) as client:
        while runs := client.post("/flow_runs/filter", json=started).raise_for_status().json():
            for run in runs:
                client.delete(f"/flow_runs/{run['id']}")


@pytest.fixture
def converse(postgres_url: str, prefect: str) -> Iterator[Converse]:
    """Let a test talk to both sides: a ledger of its own, and the Prefect server of all."""
    with Ledger(postgres_url, pool_size=5) as ledger:

        def run(conversation: Conversation) -> None:
            async def talk() -> None:
                async with httpx.AsyncClient(base_url=prefect, timeout=60) as client:
                    await conversation(Sides(ledger, prefect, postgres_url, client))

            asyncio.run(talk())

        yield run
