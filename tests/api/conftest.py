"""The whole API in this process, on a real database, without a Prefect server unless a test brings one.

Resources and database are shared by the tests of a file; each test finds the tables as `ledger` fills them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from api.app import create_app
from deployments.registration import register
from phonefleet.clock import Clock
from phonefleet.ledger import Ledger
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.settings import Settings
from tests.databases import Databases, Picture, taken

Call = Callable[..., httpx.Response]
NOWHERE = "http://127.0.0.1:1/api"
"""A Prefect server that is never there."""


@pytest.fixture(scope="module")
def database_url(databases: Databases) -> Iterator[str]:
    with databases.lend() as url:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            # Prefect knows a task by its id, and one Prefect server serves the databases of all tests.
            first_id = sql.Literal(uuid4().int >> 88)
            connection.execute(sql.SQL("ALTER TABLE tasks ALTER COLUMN id RESTART WITH {}").format(first_id))
        yield url


@pytest.fixture(scope="module")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        home=tmp_path_factory.mktemp("home"),
        database_url=SecretStr(database_url),
        prefect_api_url=NOWHERE,
        prefect_ui_url="http://prefect.example",
        timezone="Europe/Berlin",
        seed=7,
        rate_limit=0,
    )


@pytest.fixture(scope="module")
def filled_ledger(database_url: str) -> Iterator[Ledger]:
    """The ledger of the API: two phones that have two accounts each, and nothing else."""
    with Ledger(database_url, pool_size=2) as opened:
        for number in (1, 2):
            opened.devices.seen(f"phone-{number}", "online", "host", model="Pixel")
            opened.devices.set_alias(f"phone-{number}", f"device_serial_{number}")
            opened.accounts.sync(f"phone-{number}", "sample", [f"shop_{number}", f"studio_{number}"])
        yield opened


@pytest.fixture(scope="module")
def picture(database_url: str, filled_ledger: Ledger) -> Iterator[Picture]:
    """What the database holds before each test."""
    assert filled_ledger
    with taken(database_url) as picture:
        yield picture


@pytest.fixture
def ledger(filled_ledger: Ledger, picture: Picture) -> Ledger:
    """The ledger of the API as it was filled, whatever the test before has done."""
    picture.restore()
    return filled_ledger


@asynccontextmanager
async def serving(
    settings: Settings, clock: Clock | None = None, own_scripts: Catalogue | None = None
) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings, clock, own_scripts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost:50809/api/v1") as client,
    ):
        yield client


@contextmanager
def callable_api(
    settings: Settings, clock: Clock | None = None, own_scripts: Catalogue | None = None
) -> Generator[Call]:
    """Run an API in a loop of its own that turns only while it is called."""
    with asyncio.Runner() as runner:
        running = serving(settings, clock, own_scripts)
        client = runner.run(running.__aenter__())

        def call(method: str, path: str, **options: Any) -> httpx.Response:
            return runner.run(client.request(method, path, **options))

        try:
            yield call
        finally:
            runner.run(running.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def shared_api(settings: Settings) -> Iterator[Call]:
    with callable_api(settings) as call:
        yield call


@pytest.fixture
def call(shared_api: Call, ledger: Ledger) -> Call:
    """Call the API: `call("GET", "/task")`."""
    assert ledger.tasks.count().total == 0
    return shared_api


@pytest.fixture
def open_api(settings: Settings, ledger: Ledger) -> Iterator[Callable[..., Call]]:
    """Start an API whose settings differ in what a test names, and return how to call it."""
    assert ledger.tasks.count().total == 0
    with ExitStack() as stack:

        def start(**changes: Any) -> Call:
            return stack.enter_context(callable_api(settings.model_copy(update=changes)))

        yield start


@pytest.fixture(scope="session")
def prefect(prefect_api_url: str) -> str:
    """A Prefect server that knows the pool and the scripts."""
    register(prefect_api_url)
    return prefect_api_url
