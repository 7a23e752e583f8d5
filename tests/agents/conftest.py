"""The API that agents reach, and the SDK's own client: in this process, over pipes and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from deployments.agents.access import with_callers_token, with_own_token
from deployments.agents.over_http import PATH, http_app
from deployments.agents.server import agent_server
from deployments.prefect_server import LOOPBACK
from tests.client.served import Served, fill, served

T = TypeVar("T")
TOKEN = "the-token-of-this-server-0001"  # noqa: S105 - made up
Use = Callable[[Client], Awaitable[T]]


@pytest.fixture
def api(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    """The real API with two phones, and nobody to work on them."""
    fill(postgres_url)
    with served(postgres_url, tmp_path) as running:
        yield running


@pytest.fixture
def guarded(postgres_url: str, tmp_path: Path) -> Iterator[Served]:
    """The same, for which everybody needs a token."""
    fill(postgres_url)
    with served(postgres_url, tmp_path, api_token=TOKEN) as running:
        yield running


def over_pipes(api: Served, use: Use[T], *options: str, token: str | None = None) -> T:
    """Let the SDK's client start `phonefleet mcp` and use it."""
    arguments = ["-m", "deployments.cli", "mcp", "--api", api.url, *options]
    given = {"PHONEFLEET_API_TOKEN": token} if token else {}
    started = StdioServerParameters(command=sys.executable, args=arguments, env=environment(**given))

    async def run() -> T:
        async with Client(started) as client:
            return await use(client)

    return asyncio.run(run())


def within(api: Served, use: Use[T], *, allow_changes: bool = False, token: str | None = None) -> T:
    """Let the SDK's client use the same server in this process: a program of its own takes seconds to start."""
    server = agent_server(with_own_token(api.url, token), allow_changes=allow_changes)

    async def run() -> T:
        async with Client(server) as client:
            return await use(client)

    return asyncio.run(run())


def over_http(url: str, use: Use[T], token: str | None = None) -> T:
    """Let the SDK's client use what serves at an address, with a token."""

    async def run() -> T:
        async with _connected(url, token) as client:
            return await use(client)

    return asyncio.run(run())


@asynccontextmanager
async def _connected(url: str, token: str | None) -> AsyncGenerator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:  # noqa: SIM117 - one is the other's
        async with Client(streamable_http_client(url, http_client=http)) as client:
            yield client


@contextmanager
def serving_within(api: Served) -> Generator[str]:
    """Serve agents over HTTP in this process, as `phonefleet mcp --http` does, and yield where."""
    app = http_app(agent_server(with_callers_token(api.url), allow_changes=False), api.url, LOOPBACK)
    with socket.create_server((LOOPBACK, 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}{PATH}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving(api: Served, *options: str) -> Generator[str]:
    """Run `phonefleet mcp --http` in a process of its own, which takes seconds to start, and yield where it is."""
    command = [sys.executable, "-m", "deployments.cli", "mcp", "--http", "--port", "0", "--api", api.url, *options]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        assert told.startswith("Agents call "), told + process.stderr.read()
        url = told.split()[-1]
        _await_port(int(url.rpartition(":")[2].partition("/")[0]), process)
        yield url
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def environment(**given: str) -> dict[str, str]:
    """Return this process's environment without anybody's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PHONEFLEET_")} | given


def data(result: CallToolResult) -> Any:
    """Return what a tool answered."""
    assert not result.is_error, result
    return json.loads(text(result))


def refusal(result: CallToolResult) -> str:
    """Return why a tool did nothing."""
    assert result.is_error, result
    return text(result)


def text(result: CallToolResult) -> str:
    """Return the first text of an answer."""
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def _await_port(port: int, process: subprocess.Popen[str]) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(process.returncode)
