"""Tokens, rate limits, binding, and secrets in the real process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from api.answers.envelope import Problem
from api.edge.bodies import read_whole
from api.edge.throttle import TokenBuckets
from phonefleet.ledger import Ledger
from tests.cli.running import Run
from tests.security.process import ApiProcess, running_api

TOKEN = "a-token-that-nobody-may-see-7731"  # noqa: S105 - made up for these tests
TASK = {"serials": ["phone-1"], "script_name": "follow", "script_config": {"target_users": ["anna"]}}


@pytest.fixture(scope="module")
def guarded(database_url: str) -> Iterator[ApiProcess]:
    """An API that others can reach, with a token."""
    with running_api(database_url, HOST="0.0.0.0", API_TOKEN=TOKEN) as running:  # noqa: S104 - what is tested
        yield running


def call(api: ApiProcess, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, f"{api.url}{path}", headers=headers, timeout=30, trust_env=False, **options)


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])  # noqa: S104 - refused here
def test_the_process_does_not_start_where_others_reach_it_without_a_token(
    database_url: str, api_here: Run, host: str
) -> None:
    done = api_here(database_url=database_url, host=host)
    assert done.returncode != 0
    assert "PHONEFLEET_API_TOKEN" in done.stderr
    password = database_url.partition("@")[0].rpartition(":")[2]
    assert password not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url", ["postgresql://me:hunter2@127.0.0.1:1/x", "postgresql://me:hunter2@127.0.0.1:port/x", "x:hunter2@y"]
)
def test_a_wrong_database_url_is_told_without_its_password(api_here: Run, url: str) -> None:
    done = api_here(database_url=url)
    assert done.returncode != 0
    assert "hunter2" not in done.stdout + done.stderr


def test_the_token_shows_nowhere(guarded: ApiProcess, ledger: Ledger) -> None:
    answers = [call(guarded, "POST", "/task", TOKEN, json=TASK), call(guarded, "GET", "/audit", TOKEN)]
    answers += [call(guarded, "GET", path) for path in ("/docs", "/openapi.json", "/healthz")]
    assert all(answer.json()["code"] == 0 for answer in answers[:2])
    shown = "".join(answer.text + str(answer.headers) for answer in answers) + guarded.said()
    assert TOKEN not in shown
    assert ledger.audit.page().items[0].actor.startswith("token:")


def test_only_health_and_documentation_need_no_token(guarded: ApiProcess) -> None:
    for path in ("/task", "/devices", "/accounts", "/audit", "/metrics", "/license/check", "/nothing"):
        answer = call(guarded, "GET", path)
        assert answer.json()["code"] == 40101
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/healthz", "/openapi.json", "/docs", "/docs/start.js"):
        assert call(guarded, "GET", path).status_code == 200


def test_wrong_tokens_are_counted_strictly_and_recorded(database_url: str, ledger: Ledger) -> None:
    with running_api(database_url, API_TOKEN=TOKEN) as api:
        codes = [call(api, "POST", "/task", f"guess-{n}", json=TASK).json()["code"] for n in range(14)]
        assert codes == [40101] * 10 + [42901] * 4
        throttled = call(api, "GET", "/task", TOKEN)
        assert int(throttled.headers["retry-after"]) >= 1
        assert "guess" not in api.said()
    entries = [entry.code for entry in ledger.audit.page(size=100).items if entry.code in {40101, 42901}]
    assert entries[:11] == [42901] + [40101] * 10


def test_a_client_that_calls_too_often_is_told_when_to_come_again(database_url: str) -> None:
    with running_api(database_url, RATE_LIMIT="0.05", RATE_BURST="5") as api:
        answers = [call(api, "GET", "/license/check") for _ in range(8)]
        assert [answer.json()["code"] for answer in answers[:5]] == [0] * 5
        late = next(answer for answer in answers if answer.status_code == 429)
        assert late.json()["code"] == 42901
        assert 1 <= int(late.headers["retry-after"]) <= 20
        assert all(call(api, "GET", "/healthz").status_code == 200 for _ in range(10))


def test_a_bucket_fills_up_again_and_is_forgotten_last_used_first() -> None:
    now = [0.0]
    buckets = TokenBuckets(2, 3, lambda: now[0])
    assert [buckets.take("a") is None for _ in range(4)] == [True, True, True, False]
    again = buckets.take("a")
    assert again is not None
    assert (again.wait, again.first) == (0.5, False)
    now[0] = 0.5
    assert buckets.take("a") is None
    for number in range(10_001):
        assert buckets.take(str(number)) is None
    assert [buckets.take("a") is None for _ in range(4)] == [True, True, True, False]


async def _slowly() -> Any:
    await asyncio.Event().wait()


def test_a_body_that_never_comes_is_given_up() -> None:
    with pytest.raises(Problem) as caught:
        asyncio.run(read_whole(_slowly, Headers({"content-length": "5"}), timedelta(0)))
    assert caught.value.code == 40801
