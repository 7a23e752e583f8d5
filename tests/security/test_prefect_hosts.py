"""The token of a joined host opens Prefect's API as far as its worker needs it, while the host is known."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.responses import StateAbortDetails
from starlette.types import Message, Receive, Scope, Send

from deployments.prefect_hosts import access
from deployments.prefect_hosts.access import HostAccess
from deployments.prefect_hosts.runs import HostRuns
from deployments.prefect_hosts.tokens import FRESH, REFUSED, ApiAway, HostTokens, TooManyTokens
from phonefleet.settings import POOL

AUTH: Final = "phonefleet:the-password-of-prefect"
TOKEN: Final = "ph_host_0123456789abcdef"  # noqa: S105 - made up
ID: Final = "6b21857f-067c-4312-89e6-be0000000000"
ALLOWED: Final = ("POST", f"/api/flow_runs/{ID}/set_state")


class Api:
    """The task API as Prefect's server sees it: which tokens it knows, and how often it was asked."""

    def __init__(self) -> None:
        self.hosts = {TOKEN: "second"}
        self.asked = 0
        self.away = False
        self.now = 0.0
        self.others: set[str] = set()
        self.unknown: set[str] = set()
        self.told: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError(str(request.url))
        if "/host/runs/" in request.url.path:
            return self._run(request.url.path.rpartition("/")[2], dict(request.url.params))
        self.asked += 1
        name = self.hosts.get(request.headers["authorization"].removeprefix("Bearer "))
        return httpx.Response(401) if name is None else httpx.Response(200, json={"code": 0, "data": {"name": name}})

    def _run(self, run_id: str, told: dict[str, str]) -> httpx.Response:
        self.told.append(told)
        own = None if run_id in self.unknown and not told else run_id not in self.others
        return httpx.Response(200, json={"code": 0, "data": {"own": own}})

    @property
    def runs(self) -> HostRuns:
        return HostRuns("http://127.0.0.1:50809", httpx.MockTransport(self), lambda: self.now)

    @property
    def tokens(self) -> HostTokens:
        return HostTokens("http://127.0.0.1:50809", httpx.MockTransport(self), lambda: self.now)


@pytest.fixture
def api() -> Api:
    return Api()


async def _prefect(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as Prefect's application does, as far as logins go."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "subprotocol": "prefect"})
        first = await receive()
        if first["type"] == "websocket.disconnect":
            return
        if json.loads(first["text"])["token"] != AUTH:
            await send({"type": "websocket.close", "code": 1008, "reason": "Invalid token"})
            return
        await send({"type": "websocket.send", "text": "auth_success"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    status = 200 if dict(scope["headers"]).get(b"authorization") == _basic(AUTH).encode() else 401
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def _basic(auth: str) -> str:
    return f"Basic {b64encode(auth.encode()).decode()}"


def ask(api: Api, method: str, path: str, authorization: str | None) -> int:
    """Return the HTTP status that a call is answered with."""
    return asyncio.run(_asked(HostAccess(_prefect, AUTH, api.tokens, api.runs), method, path, authorization))


async def _asked(app: HostAccess, method: str, path: str, authorization: str | None) -> int:
    sent: list[Message] = []
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": headers}

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({**scope, "client": ("10.0.0.2", 1)}, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("login", [f"Bearer {TOKEN}", _basic(f"second:{TOKEN}"), f"bearer {TOKEN}"])
def test_a_hosts_token_stands_for_the_password(api: Api, login: str) -> None:
    assert ask(api, *ALLOWED, login) == 200


@pytest.mark.parametrize("login", [None, "Bearer something", _basic("phonefleet:wrong"), "Basic !", "Nothing"])
def test_who_shows_no_such_token_is_prefects_to_judge(api: Api, login: str | None) -> None:
    assert ask(api, *ALLOWED, login) == 401
    assert ask(api, "DELETE", "/api/deployments/x", _basic(AUTH)) == 200
    assert api.asked == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/api/flow_runs/{ID}"),
        ("DELETE", f"/api/deployments/{ID}"),
        ("PATCH", f"/api/deployments/{ID}"),
        ("POST", "/api/deployments/"),
        ("POST", f"/api/deployments/{ID}/create_flow_run"),
        ("POST", "/api/flow_runs/bulk_delete"),
        ("POST", "/api/flow_runs/"),
        ("POST", "/api/variables/"),
        ("GET", "/api/variables/name/secret"),
        ("POST", "/api/block_documents/filter"),
        ("GET", f"/api/block_documents/{ID}"),
        ("POST", "/api/automations/"),
        ("POST", "/api/automations/filter"),
        ("DELETE", "/api/work_pools/phones"),
        ("PATCH", "/api/work_pools/phones"),
        ("GET", "/api/work_pools/campaigns"),
        ("DELETE", "/api/work_pools/phones/queues/device"),
        ("GET", "/api/admin/settings"),
        ("POST", "/api/admin/database/clear"),
        ("GET", "/api/admin/version/"),
        ("POST", f"/api/flow_runs/{ID}/set_state/more"),
        ("GET", f"/api/flow_runs/{ID}/../{ID}"),
        ("POST", f"/x/api/flow_runs/{ID}/set_state"),
        ("GET", "/"),
    ],
)
def test_what_no_worker_calls_is_refused(api: Api, method: str, path: str) -> None:
    assert ask(api, method, path, f"Bearer {TOKEN}") == 403


def test_a_token_of_no_host_is_refused_whatever_it_calls(api: Api) -> None:
    assert ask(api, *ALLOWED, "Bearer ph_host_unknown") == 401
    assert ask(api, "DELETE", "/", "Bearer ph_host_unknown") == 401


def test_while_the_api_is_away_the_call_can_be_made_again_later(api: Api) -> None:
    api.away = True
    assert ask(api, *ALLOWED, f"Bearer {TOKEN}") == 503


def test_a_known_token_is_asked_for_once_in_some_seconds_and_refused_soon_after_its_end(api: Api) -> None:
    async def run() -> None:
        tokens = api.tokens
        assert [await tokens.host_of(TOKEN, "10.0.0.2") for _ in range(50)] == ["second"] * 50
        assert api.asked == 1
        api.hosts.clear()
        api.now += FRESH
        assert await tokens.host_of(TOKEN, "10.0.0.2") is None

    asyncio.run(run())


def test_many_calls_at_once_ask_once(api: Api) -> None:
    async def run() -> None:
        tokens = api.tokens
        await asyncio.gather(*(tokens.host_of(TOKEN, "10.0.0.2") for _ in range(50)))

    asyncio.run(run())
    assert api.asked == 1


def test_guessed_tokens_do_not_reach_the_api_and_shut_nobody_out_who_is_known(api: Api) -> None:
    async def run() -> None:
        tokens = api.tokens
        await tokens.host_of(TOKEN, "10.0.0.2")
        for number in range(5):
            assert await tokens.host_of(f"ph_host_{number}", f"10.0.1.{number}") is None
        for number in range(100):
            with pytest.raises(TooManyTokens):
                await tokens.host_of(f"ph_host_more_{number}", f"10.0.2.{number}")
        assert api.asked == 6
        api.now += FRESH
        assert await tokens.host_of(TOKEN, "10.0.0.2") == "second"
        assert await tokens.host_of("ph_host_0", "10.0.1.0") is None
        assert api.asked == 7

    asyncio.run(run())


def test_a_host_that_is_added_after_its_token_was_refused_is_let_in_later(api: Api) -> None:
    async def run() -> None:
        tokens = api.tokens
        assert await tokens.host_of("ph_host_late", "10.0.0.3") is None
        api.hosts["ph_host_late"] = "third"
        api.now += REFUSED
        assert await tokens.host_of("ph_host_late", "10.0.0.3") == "third"

    asyncio.run(run())


def test_what_is_no_answer_of_the_api_counts_as_none(api: Api) -> None:
    def other(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="somebody else")

    with pytest.raises(ApiAway):
        asyncio.run(HostTokens("http://127.0.0.1:1", httpx.MockTransport(other)).host_of(TOKEN, "10.0.0.2"))
    assert api.asked == 0


async def _events(api: Api, first: dict[str, Any], then: Callable[[], None]) -> list[Any]:
    """Open a WebSocket, say the first message, do `then`, and return what is sent until it ends."""
    sent: list[Message] = []
    messages = [{"type": "websocket.receive", "text": json.dumps(first)}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        then()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "websocket", "path": "/api/events/out", "headers": [], "client": ("10.0.0.2", 1)}
    await asyncio.wait_for(HostAccess(_prefect, AUTH, api.tokens, api.runs)(scope, receive, send), 60)
    return sent


@pytest.mark.parametrize("shown", [TOKEN, f"second:{TOKEN}"])
def test_the_events_of_a_removed_host_end(api: Api, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "FRESH", 0.01)

    def remove() -> None:
        api.hosts.clear()
        api.now += FRESH

    sent = asyncio.run(_events(api, {"type": "auth", "token": shown}, remove))
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert sent[-1]["code"] == 1008


@pytest.mark.parametrize("shown", ["ph_host_unknown", "wrong", None, 5])
def test_events_are_told_to_nobody_with_a_wrong_token(api: Api, shown: object) -> None:
    sent = asyncio.run(_events(api, {"type": "auth", "token": shown}, lambda: None))
    assert sent[-1]["code"] == 1008
    assert "auth_success" not in str(sent)


def test_events_are_to_be_asked_for_again_while_the_api_is_away(api: Api) -> None:
    api.away = True
    sent = asyncio.run(_events(api, {"type": "auth", "token": TOKEN}, lambda: None))
    assert sent[-1]["code"] == 1013


# --- runs -----------------------------------------------------------------------------------------------------------

OTHERS: Final = "6b21857f-067c-4312-89e6-be0000000001"


async def _with_runs(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as Prefect does: there are a run that a person started, one of a campaign, and a step of another's run."""
    known: dict[str, dict[str, Any]] = {
        f"/api/flow_runs/{ID}": {"work_pool_name": POOL, "parameters": {"serial": "front"}},
        f"/api/flow_runs/{OTHERS}": {"work_pool_name": "campaigns", "parameters": {}},
        f"/api/task_runs/{ID}": {"flow_run_id": OTHERS},
    }
    if scope["method"] != "GET":
        await _prefect(scope, receive, send)
        return
    assert dict(scope["headers"])[b"authorization"] == _basic(AUTH).encode()
    found = known.get(scope["path"])
    await send({"type": "http.response.start", "status": 404 if found is None else 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(found).encode()})


def decide(api: Api, method: str, path: str, times: int = 1) -> tuple[int, dict[str, Any]]:
    """Let a host decide about a run, several times; return the status and the body of the last answer."""
    app = HostAccess(_with_runs, AUTH, api.tokens, api.runs)
    transport = httpx.ASGITransport(app, client=("10.0.0.2", 1))

    async def run() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://main") as client:
            answers = [
                await client.request(method, path, headers={"Authorization": f"Bearer {TOKEN}"}) for _ in range(times)
            ]
        return answers[-1]

    answer = asyncio.run(run())
    return answer.status_code, answer.json()


def test_a_host_sets_the_states_of_its_own_runs_and_the_api_is_asked_once_in_a_while(api: Api) -> None:
    assert decide(api, *ALLOWED, times=5) == (200, {})
    assert len(api.told) == 1


def test_a_state_of_a_run_of_others_is_refused_as_prefect_refuses_one(api: Api) -> None:
    api.others = {OTHERS}
    status, answer = decide(api, "POST", f"/api/flow_runs/{OTHERS}/set_state")
    assert (status, answer["state"], answer["status"]) == (200, None, "ABORT")
    result = OrchestrationResult[Any].model_validate(answer)
    assert isinstance(result.details, StateAbortDetails)
    assert "not on a phone of this host" in str(result.details.reason)


def test_nothing_else_of_a_run_of_others_is_changed_and_none_of_its_steps(api: Api) -> None:
    api.others = {OTHERS}
    for path in (f"/api/flow_runs/{OTHERS}", f"/api/flow_runs/{OTHERS}/labels"):
        assert decide(api, "PATCH", path)[0] == 403
    assert decide(api, "POST", f"/api/task_runs/{ID}/set_state")[1]["status"] == "ABORT"


def test_of_a_run_that_a_person_has_started_prefect_tells_the_phone(api: Api) -> None:
    api.unknown = {ID}
    assert decide(api, *ALLOWED)[0] == 200
    assert api.told == [{}, {"key": "", "name": "front"}]


def test_a_run_of_no_phone_is_nobodys_but_the_main_hosts(api: Api) -> None:
    api.unknown = {OTHERS}
    assert decide(api, "POST", f"/api/flow_runs/{OTHERS}/set_state")[1]["status"] == "ABORT"
    assert api.told == [{}]


def test_nobody_decides_about_a_run_while_the_api_is_away(api: Api) -> None:
    async def run() -> None:
        tokens = api.tokens
        await tokens.host_of(TOKEN, "10.0.0.2")
        api.away = True
        app = HostAccess(_with_runs, AUTH, tokens, api.runs)
        assert await _asked(app, *ALLOWED, f"Bearer {TOKEN}") == 503

    asyncio.run(run())
