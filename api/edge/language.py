"""Lets answers be in the language that a client asks for, by the header Accept-Language."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from phonefleet.words import language_wanted, speaking


class SpeakToClient:
    """ASGI middleware: what is said while a request is served is in the client's language.

    app.add_middleware(SpeakToClient)  # around all others, which refuse requests, too
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(language_wanted(Headers(scope=scope).get("accept-language", ""))):
            await self._app(scope, receive, send)
