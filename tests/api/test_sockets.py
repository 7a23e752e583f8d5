"""A WebSocket passes the same gate as a request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import Message

from api.app import create_app
from phonefleet.settings import Settings

TOKEN = b"the-token-of-this-server-0001"
REFUSED, NOT_THERE = 1008, 1000


async def closed_with(settings: Settings, headers: list[tuple[bytes, bytes]]) -> int:
    """Return the code with which a socket is closed that nobody serves."""
    app = create_app(settings)
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    scope: dict[str, Any] = {
        "type": "websocket", "path": "/api/v1/nothing", "raw_path": b"/api/v1/nothing", "query_string": b"",
        "headers": [(b"host", b"localhost:50809"), *headers], "client": ("127.0.0.1", 1), "app": app,
        "subprotocols": [],
    }  # fmt: skip
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    return int(said[-1]["code"])


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([], REFUSED),
        ([(b"authorization", b"Bearer wrong")], REFUSED),
        ([(b"authorization", b"Bearer " + TOKEN), (b"origin", b"http://evil.example")], REFUSED),
        ([(b"authorization", b"Bearer " + TOKEN)], NOT_THERE),
    ],
)
def test_a_socket_needs_a_token_and_no_foreign_origin(
    settings: Settings, headers: list[tuple[bytes, bytes]], code: int
) -> None:
    guarded = settings.model_copy(update={"api_token": SecretStr(TOKEN.decode())})
    assert asyncio.run(closed_with(guarded, headers)) == code
