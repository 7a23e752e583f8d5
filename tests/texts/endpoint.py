"""A stand-in for an OpenAI-compatible endpoint: real HTTP, on a port of its own, answering as it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Answer = Callable[[], Response]


def completion(content: str | None, finish: str = "stop", refusal: str | None = None) -> Answer:
    """Answer with a completion."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    body = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "stand-in",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    return lambda: JSONResponse(body)


class Endpoint:
    """What the stand-in answers, and what it was asked."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.answer: Answer = completion("Lovely")
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    async def complete(self, request: Request) -> Response:
        """Answer one request."""
        self.keys.append(request.headers.get("authorization", ""))
        self.asked.append(await request.json())
        return self.answer()


@contextmanager
def standing_in() -> Generator[Endpoint]:
    """Serve a stand-in until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/v1")
        app = Starlette(routes=[Route("/v1/chat/completions", endpoint.complete, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield endpoint
        finally:
            server.should_exit = True
            thread.join()
