"""Agents elsewhere: `phonefleet mcp --http` under the tokens and roles of the API."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Final

import httpx
from mcp import Client

from phonefleet.client import Client as ApiClient
from tests.agents.conftest import TOKEN, data, environment, over_http, refusal, serving, serving_within
from tests.agents.test_over_pipes import FOLLOW, tasks_of
from tests.client.served import Served

HELLO: Final[dict[str, Any]] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"Accept": "application/json, text/event-stream"}


async def create(client: Client) -> Any:
    return await client.call_tool("create", FOLLOW)


async def list_tasks(client: Client) -> Any:
    return await client.call_tool("list_tasks", {})


def status(url: str, **headers: str) -> int:
    return httpx.post(url, json=HELLO, headers=ACCEPT | headers, timeout=60, trust_env=False).status_code


def test_each_request_may_do_what_the_role_of_its_token_may(guarded: Served) -> None:
    with ApiClient(guarded.url, TOKEN) as administrator:
        watching = administrator.add_person("anna", "watch")["token"]
        operating = administrator.add_person("ben", "operate")["token"]
        with serving(guarded, "--allow-changes") as url:
            assert data(over_http(url, list_tasks, watching))["tasks"] == []
            assert "needs the role operate" in refusal(over_http(url, create, watching))
            assert data(over_http(url, create, operating))["created_count"] == 1
            assert [status(url), status(url, Authorization="Bearer wrong")] == [401, 401]
            administrator.remove_person("ben")
            assert status(url, Authorization=f"Bearer {operating}") == 401
            by_whom = [(entry["person"], entry["code"]) for entry in administrator.iter_audit()]
    assert [one for one in by_whom if one[0] in {"anna", "ben"}] == [("ben", 0), ("anna", 40302)]


def test_on_loopback_it_needs_no_token_where_the_api_needs_none(api: Served) -> None:
    with serving_within(api) as url:
        assert data(over_http(url, list_tasks))["tasks"] == []
        refusal(over_http(url, create))
    assert tasks_of(api) == 0


def test_pages_of_other_sites_and_other_names_are_refused(api: Served) -> None:
    with serving_within(api) as url:
        assert status(url, Origin="http://evil.example") == 403
        assert status(url, Host="evil.example") in {403, 421}


def test_wrong_tokens_are_slowed(guarded: Served) -> None:
    with serving_within(guarded) as url:
        assert [status(url, Authorization=f"Bearer guess-{n}") for n in range(6)] == [401] * 5 + [429]


def test_others_are_not_served_where_the_api_trusts_this_computer(api: Served) -> None:
    command = [sys.executable, "-m", "deployments.cli", "mcp", "--http", "--host", "0.0.0.0", "--api", api.url]  # noqa: S104 - refused
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 1
    assert "PHONEFLEET_API_TOKEN" in done.stderr


def test_others_are_served_with_tokens_alone(guarded: Served) -> None:
    with serving(guarded, "--host", "0.0.0.0") as url:  # noqa: S104 - what is tested
        here = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - compared
        assert status(here) == 401
        assert data(over_http(here, list_tasks, TOKEN))["tasks"] == []
