"""The whole facade in this process, on a real database, without a Prefect server unless a test brings one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings

Call = Callable[..., httpx.Response]
NOWHERE = "http://127.0.0.1:1/api"
"""A Prefect server that is never there."""


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        database_url=SecretStr(postgres_url),
        prefect_api_url=NOWHERE,
        prefect_ui_url="http://prefect.example",
        timezone="Europe/Berlin",
        seed=7,
    )


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    """The ledger of the facade, with two phones in it that have accounts."""
    with Ledger(postgres_url, pool_size=2) as opened:
        opened.migrate()
        for number in (1, 2):
            opened.devices.seen(f"phone-{number}", "online", "host", model="Pixel")
            opened.devices.set_alias(f"phone-{number}", f"device_serial_{number}")
            opened.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}", f"studio_{number}"])
        yield opened


@asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost:50809/api/v1") as client,
    ):
        yield client


@pytest.fixture
def open_api(settings: Settings, ledger: Ledger) -> Iterator[Callable[..., Call]]:
    """Start a facade whose settings differ in what a test names, and return how to call it."""
    assert ledger.tasks.count().total == 0
    with ExitStack() as stack:

        def start(**changes: Any) -> Call:
            runner = stack.enter_context(asyncio.Runner())
            running = serving(settings.model_copy(update=changes))
            client = runner.run(running.__aenter__())
            stack.callback(lambda: runner.run(running.__aexit__(None, None, None)))
            return lambda method, path, **options: runner.run(client.request(method, path, **options))

        yield start


@pytest.fixture
def call(open_api: Callable[..., Call]) -> Call:
    """Call the facade: `call("GET", "/task")`."""
    return open_api()
