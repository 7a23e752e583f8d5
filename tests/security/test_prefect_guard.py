"""What stands before Prefect's application lets through or not by the head of a request, for HTTP and WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest
from starlette.types import Message, Receive, Scope, Send

from deployments.prefect_guard import PrefectGuard
from phonefleet.public_url import PublicUrl

HERE: Final = "127.0.0.1:4200"
PUBLIC: Final = "https://example.org/fleet/prefect"
LINK: Final = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


async def _prefect(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI application's form
    """Answer like Prefect's application, as far as a guard can tell."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-path", scope["path"].encode())]})
        await send({"type": "http.response.body", "body": b"{}"})


def ask(
    bound_to: str = "127.0.0.1",
    kind: str = "http",
    method: str = "POST",
    path: str = "/api/flows/filter",
    public: str = "",
    **headers: str,
) -> list[Message]:
    """Return what a request with these headers is answered."""
    sent: list[Message] = []
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": kind, "method": method, "path": path, "headers": given}
    scope |= {"raw_path": path.encode(), "query_string": b""}

    async def receive() -> Message:
        return {"type": f"{kind}.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(PrefectGuard(_prefect, bound_to, PublicUrl.parse(public) if public else None)(scope, receive, send))
    return sent


def passes(answer: list[Message]) -> bool:
    return answer[0]["type"] == "websocket.accept" or answer[0].get("status") == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("host", [HERE, "localhost:4200", "[::1]:4200", "LOCALHOST"])
def test_programs_of_this_machine_pass(kind: str, host: str) -> None:
    assert passes(ask(kind=kind, host=host))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_servers_own_pages_pass(kind: str) -> None:
    assert passes(ask(kind=kind, host=HERE, origin=f"http://{HERE}", **{"sec-fetch-site": "same-origin"}))


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": HERE, "origin": "http://other.example"},
        {"host": HERE, "origin": "null"},
        {"host": HERE, "origin": "http://127.0.0.1:50809"},
        {"host": HERE, "sec-fetch-site": "cross-site"},
        {"host": HERE, "sec-fetch-site": "same-site"},
        {"host": "rebound.example:4200"},
        {"host": "rebound.example:4200", "origin": "http://rebound.example:4200", "sec-fetch-site": "same-origin"},
        {"host": ""},
        {},
    ],
)
def test_pages_of_other_sites_and_foreign_names_do_not_pass(kind: str, headers: dict[str, str]) -> None:
    first = ask(kind=kind, **headers)[0]
    refused = ("websocket.close", 1008) if kind == "websocket" else ("http.response.start", 403)
    assert (first["type"], first.get("code") or first.get("status")) == refused


def test_a_link_to_a_page_may_be_followed_from_elsewhere_but_changes_nothing() -> None:
    assert passes(ask(method="GET", host=HERE, **LINK))
    assert not passes(ask(method="POST", host=HERE, origin="http://other.example", **LINK))
    assert not passes(ask(method="POST", host=HERE, **LINK))
    assert not passes(ask(kind="websocket", host=HERE, **LINK))


def test_a_page_of_another_site_can_neither_frame_nor_embed_what_is_answered() -> None:
    assert not passes(ask(method="GET", host=HERE, **{**LINK, "sec-fetch-dest": "iframe"}))
    headers = dict(ask(method="GET", host=HERE)[0]["headers"])
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"cross-origin-resource-policy"] == b"same-origin"


def test_where_it_is_open_to_the_network_it_may_be_called_by_any_name_but_not_by_other_sites() -> None:
    assert passes(ask("0.0.0.0", host="fleet.example:4200"))  # noqa: S104 - what is tested
    assert not passes(ask("0.0.0.0", host="fleet.example:4200", origin="http://other.example"))  # noqa: S104 - as above


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_pages_of_the_public_address_pass_and_its_host_with_another_scheme_does_not(kind: str) -> None:
    own = {"origin": "https://example.org", "sec-fetch-site": "same-origin"}
    assert passes(ask(kind=kind, public=PUBLIC, host="example.org", **own))
    assert passes(ask(kind=kind, public=PUBLIC, host=HERE, **own))
    assert not passes(ask(kind=kind, public=PUBLIC, host="example.org", origin="http://example.org"))
    assert not passes(ask(kind=kind, public=PUBLIC, host="evil.example", **own))
    assert not passes(ask(kind=kind, host="example.org", **own))


def test_the_api_is_below_the_public_path_and_without_it_and_the_ui_below_it_only() -> None:
    reached: dict[str, tuple[int, str]] = {}
    for path in ("/fleet/prefect/api/flows", "/api/flows", "/fleet/prefect/runs", "/", "/runs", "/fleet/prefect"):
        first = ask(method="GET", path=path, public=PUBLIC, host="example.org")[0]
        headers = dict(first["headers"])
        reached[path] = (first["status"], (headers.get(b"x-path") or headers[b"location"]).decode())
    assert reached == {
        "/fleet/prefect/api/flows": (200, "/api/flows"),
        "/api/flows": (200, "/api/flows"),
        "/fleet/prefect/runs": (200, "/fleet/prefect/runs"),
        "/": (307, "/fleet/prefect/"),
        "/runs": (307, "/fleet/prefect/runs"),
        "/fleet/prefect": (307, "/fleet/prefect/"),
    }
