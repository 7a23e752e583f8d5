"""The real API on a real port and a real database, in a thread of this process; Prefect is away."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from phonefleet.ledger import Ledger
from phonefleet.settings import Settings

NOWHERE = "http://127.0.0.1:1/api"
"""A Prefect server that is never there."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the API was asked, and the status of its answer."""

    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str]
    status: int


@dataclass
class Served:
    """A running API: where it is, and what it was asked."""

    url: str
    app: FastAPI
    requests: list[Request] = field(default_factory=list[Request])

    @property
    def document(self) -> dict[str, Any]:
        """Its OpenAPI document, made when somebody asks: that takes longer than all else here."""
        return self.app.openapi()


class Recorder:
    """ASGI middleware that remembers what was asked."""

    def __init__(self, app: FastAPI, requests: list[Request]) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body: list[bytes] = []

        async def received() -> Message:
            message = await receive()
            body.append(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                query = scope["query_string"].decode()
                seen = Request(scope["method"], scope["path"], query, b"".join(body), headers, message["status"])
                self._requests.append(seen)
            await send(message)

        await self._app(scope, received, sending)


def operation_of(request: Request, document: dict[str, Any]) -> tuple[str, str]:
    """Return the operation that a request was for; a path without parameters goes first."""
    for template in sorted(document["paths"], key=lambda path: path.count("{")):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, request.path) and request.method.lower() in document["paths"][template]:
            return request.method.lower(), template
    raise AssertionError(request)


@contextmanager
def served(database_url: str, home: Path, **changes: Any) -> Generator[Served]:
    """Serve the API until the block ends."""
    settings = Settings(
        home=home,
        database_url=SecretStr(database_url),
        prefect_api_url=NOWHERE,
        timezone="UTC",
        rate_limit=0,
        **changes,
    )
    app = create_app(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app)
        recorder = Recorder(app, running.requests)
        config = uvicorn.Config(recorder, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.02)
            yield running
        finally:
            if server.started:
                app.state.broadcast.close_soon()
            server.should_exit = True
            thread.join()


def fill(database_url: str) -> None:
    """Make two phones known, with two accounts each."""
    with Ledger(database_url, pool_size=2) as ledger:
        for number in (1, 2):
            ledger.devices.seen(f"phone-{number}", "online", "host", model="Pixel 9", android_version="16")
            ledger.devices.set_alias(f"phone-{number}", f"device_serial_{number}")
            ledger.accounts.sync(f"phone-{number}", "sample", [f"shop_00{number}", f"studio_00{number}"])
