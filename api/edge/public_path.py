"""Takes the path of the public address off requests, for proxies that pass the path on as it is."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from phonefleet.public_url import PublicUrl


class PublicPath:
    """The outermost middleware where there is a public address; without a path in it nothing changes."""

    def __init__(self, app: ASGIApp, public: PublicUrl) -> None:
        self._app = app
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http":
            scope = within(scope, self._public)
        await self._app(scope, receive, send)


def within(scope: Scope, public: PublicUrl) -> Scope:
    """Return the scope as if the request had come without the public address's path."""
    path = public.without_path(scope["path"])
    if path == scope["path"]:
        return scope
    raw = (scope.get("raw_path") or b"").removeprefix(public.path.encode())
    return {**scope, "path": path, "raw_path": raw}
