"""Answers every refusal with HTTP status 200, for clients that read only the `code` of the envelope.

The health checks keep their statuses: monitors read those. The outermost layer of the API, because refusals come from
every other one.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.gate import HEALTH


class OneStatus:
    """Middleware that turns the status of JSON answers below a path to 200."""

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self._app = app
        self._base_path = base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or not self._concerns(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_refusal(message):
                message = {**message, "status": HTTPStatus.OK.value}
            await send(message)

        await self._app(scope, receive, answered)

    def _concerns(self, path: str) -> bool:
        return path.startswith(f"{self._base_path}/") and path.removeprefix(self._base_path) not in HEALTH


def _is_refusal(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] >= HTTPStatus.BAD_REQUEST and kind.startswith("application/json")
