"""Who has called through a proxy, whom the API believes about it, and that a proxy makes nobody trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.datastructures import Headers

from api.app import create_app
from api.edge.forwarded import Proxies
from deployments.launcher.options import LaunchOptions, OpenWithoutToken
from phonefleet.public_url import PublicUrl
from phonefleet.settings import Settings
from tests.cli.running import Run
from tests.security.process import ApiProcess, running_api

PUBLIC = "https://phones.example.org"
TOKEN = "a-token-that-nobody-may-see-8852"  # noqa: S105 - made up for these tests
TASK = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}


def client_of(*told: str, peer: str = "127.0.0.1", **settings: Any) -> str:
    headers = Headers(raw=[(b"x-forwarded-for", each.encode()) for each in told])
    return Proxies(Settings(**settings)).client_of(peer, headers)


@pytest.mark.parametrize(
    ("told", "client"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        (["10.9.9.9, 203.0.113.7"], "203.0.113.7"),
        (["10.9.9.9", "203.0.113.7"], "203.0.113.7"),
        (["127.0.0.1, 203.0.113.7, 127.0.0.1"], "203.0.113.7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["203.0.113.7:5566"], "203.0.113.7"),
        (["[2001:db8::7]:5566"], "2001:db8::7"),
        (["127.0.0.1"], "127.0.0.1"),
        ([], "127.0.0.1"),
        ([""], "127.0.0.1"),
        (["203.0.113.7, unknown"], "127.0.0.1"),
        (["203.0.113.7, '; DROP TABLE audit; --"], "127.0.0.1"),
    ],
)
def test_the_last_address_that_no_trusted_proxy_has_is_the_clients(told: list[str], client: str) -> None:
    assert client_of(*told, public_url=PUBLIC) == client


def test_only_the_configured_proxy_is_believed() -> None:
    assert client_of("203.0.113.7") == "127.0.0.1"
    assert client_of("203.0.113.7", peer="192.168.1.9", public_url=PUBLIC) == "192.168.1.9"
    named: dict[str, Any] = {"public_url": PUBLIC, "trusted_proxies": "192.168.1.0/24"}
    assert client_of("203.0.113.7", peer="192.168.1.9", **named) == "203.0.113.7"
    assert client_of("203.0.113.7", peer="::ffff:192.168.1.9", **named) == "203.0.113.7"
    assert client_of("203.0.113.7", peer="127.0.0.1", **named) == "127.0.0.1"


@pytest.fixture(scope="module")
def proxied(database_url: str) -> Iterator[ApiProcess]:
    """An API on loopback that has a public address."""
    with running_api(database_url, PUBLIC_URL=f"{PUBLIC}/fleet", API_TOKEN=TOKEN) as running:
        yield running


def ask(api: ApiProcess, token: str | None = None, path: str = "/license/check", **headers: str) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given |= {"Authorization": f"Bearer {token}"} if token else {}
    return int(httpx.get(f"{api.url}{path}", headers=given, timeout=30, trust_env=False).json()["code"])


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "203.0.113.7"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1;host=localhost"},
        {"X_Real_IP": "127.0.0.1"},
        {"X_Forwarded_Host": "phones.example.org"},
        {"X_Forwarded_Proto": "https"},
        {"Via": "1.1 somewhere"},
    ],
)
def test_what_comes_through_a_proxy_needs_a_token_though_the_proxy_is_on_loopback(
    api: ApiProcess, proxied: ApiProcess, headers: dict[str, str]
) -> None:
    assert (ask(api), ask(api, **headers)) == (0, 40101)
    assert (ask(proxied, **headers), ask(proxied, TOKEN, **headers)) == (40101, 0)


def test_with_a_public_address_nobody_is_trusted_for_calling_from_here(proxied: ApiProcess) -> None:
    assert (ask(proxied), ask(proxied, TOKEN)) == (40101, 0)


def test_wrong_tokens_are_counted_for_the_caller_and_not_for_the_proxy(proxied: ApiProcess) -> None:
    tried = [ask(proxied, "a-wrong-token-of-somebody", X_Forwarded_For="203.0.113.66") for _ in range(12)]
    assert tried[-1] == 42901
    assert ask(proxied, TOKEN, X_Forwarded_For="203.0.113.66") == 42901
    assert ask(proxied, TOKEN, X_Forwarded_For="203.0.113.67") == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "phones.example.org"}, 0),
        ({"Host": "PHONES.example.org:443"}, 0),
        ({"Host": "localhost"}, 0),
        ({"Host": "evil.example"}, 40301),
        ({"Host": "phones.example.org.evil.example"}, 40301),
        ({"Host": "phones.example.org", "Origin": PUBLIC}, 0),
        ({"Host": "localhost", "Origin": PUBLIC}, 0),
        ({"Host": "localhost", "Origin": "http://localhost"}, 0),
        ({"Host": "phones.example.org", "Origin": "http://phones.example.org"}, 40301),
        ({"Host": "phones.example.org:8443", "Origin": "https://phones.example.org:8443"}, 40301),
        ({"Host": "phones.example.org", "Origin": "https://evil.example"}, 40301),
        ({"Host": "phones.example.org", "Origin": "null"}, 40301),
    ],
)
def test_the_public_host_and_pages_of_the_public_address_pass(
    proxied: ApiProcess, headers: dict[str, str], code: int
) -> None:
    assert ask(proxied, TOKEN, **headers) == code


def test_the_path_of_the_public_address_may_be_left_or_taken_away(proxied: ApiProcess) -> None:
    root = proxied.url.removesuffix("/api/v1")
    for path in ("/healthz", "/fleet/healthz", "/fleet/api/v1/healthz", "/fleet/docs", "/fleet/openapi.json"):
        assert httpx.get(root + path, trust_env=False).status_code == 200, path
    for path in ("/fleetx/healthz", "/fleet/fleet/healthz"):
        assert httpx.get(root + path, trust_env=False).status_code == 401, path


def test_nothing_starts_with_a_public_address_and_no_token(database_url: str, api_here: Run, tmp_path: Path) -> None:
    with pytest.raises(OpenWithoutToken, match="PHONEFLEET_API_TOKEN"):
        LaunchOptions(tmp_path, api_port=0, prefect_port=0, public_url=PublicUrl.parse(PUBLIC)).resolved()
    with pytest.raises(ValueError, match="PHONEFLEET_API_TOKEN"):
        create_app(Settings(database_url=SecretStr(database_url), public_url=PUBLIC))
    for settings, told in (({}, "PHONEFLEET_API_TOKEN"), ({"api_token": TOKEN, "public_url": "x"}, "must be the")):
        done = api_here(database_url=database_url, **{"public_url": PUBLIC, **settings})
        assert done.returncode == 1
        assert told in done.stderr
        assert "Traceback" not in done.stderr
