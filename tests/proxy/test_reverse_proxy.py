"""The guide's configurations of nginx and Caddy, run by the real programs before the real API and Prefect server."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deployments import prefect_server
from deployments.launcher.ports import claim
from deployments.postgres import EmbeddedPostgres
from deployments.supervision.records import Records
from deployments.supervision.service import Child, Program
from deployments.supervision.supervisor import Supervisor
from phonefleet.clock import StopSignal
from phonefleet.ledger import Ledger
from phonefleet.public_url import PublicUrl
from tests.databases import Databases
from tests.integration.stack import Stack
from tests.proxy.programs import HOST, PATH, Certificate, Ports, running
from tests.proxy.visitor import FROM, Visitor
from tests.security.process import running_api

pytestmark = pytest.mark.timeout(600)

TOKEN = "a-token-of-the-proxys-tests-4471"  # noqa: S105 - made up for these tests
AUTH = "phonefleet:a-password-of-the-proxys-tests"
TASK = {"script_name": "follow", "script_config": {"target_users": ["person_0001"]}}


@dataclass(frozen=True)
class Installation:
    """What runs behind the proxy: its public address, where it really is, Prefect's user:password, and the API's token.

    `task` is one that it has done, and `said` what its launcher has told since.
    """

    public: PublicUrl
    ports: Ports
    auth: str
    token: str
    task: int = 0
    said: str = ""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def on_a_host(databases: Databases, postgres_server: EmbeddedPostgres, open_folder: Path) -> Iterator[Installation]:
    """The API and Prefect's server of https://phones.example.org, each a process of its own."""
    public = PublicUrl("https", HOST, claim(0, ""))
    with databases.lend() as url, ExitStack() as exits:
        with Ledger(url, pool_size=1) as ledger:
            ledger.devices.seen("phone-1", "online", "host")
        prefect = exits.enter_context(_prefect(postgres_server, open_folder, public.below("/prefect")))
        settings = {"PUBLIC_URL": str(public), "API_TOKEN": TOKEN, "PREFECT_AUTH": AUTH}
        api = exits.enter_context(running_api(url, **settings))
        yield Installation(public, Ports(public.port, api.port, prefect), AUTH, TOKEN)


@contextmanager
def _prefect(postgres: EmbeddedPostgres, folder: Path, public: PublicUrl) -> Generator[int]:
    home = folder / "behind-a-proxy"
    (home / "prefect").mkdir(parents=True)
    postgres.ensure_database("prefect_behind_a_proxy")
    database, port = postgres.url("prefect_behind_a_proxy", driver="postgresql+asyncpg"), claim(0, "")
    environment = prefect_server.server_environment(home, database, port, {}, auth=AUTH, public=public)
    program = Program(
        "prefect", prefect_server.server_command(port), environment, home / "logs" / "prefect.log",
        ready=lambda: prefect_server.is_ready(port), folder=home,
    )  # fmt: skip
    supervisor = Supervisor(Records(home / "run"), StopSignal(), print)
    try:
        supervisor.start(Child(program))
        supervisor.await_ready("prefect")
        yield port
    finally:
        hurry = StopSignal()
        hurry.set("nobody needs what it has")
        supervisor.stop_all(hurry)


@pytest.fixture(scope="module")
def below_a_path(stack_of_two: Stack) -> Installation:
    """A whole `phonefleet up` of https://example.org/fleet, which has done a task."""
    if not stack_of_two.runs:
        stack_of_two.start()
    stack, public = stack_of_two, PublicUrl.parse(stack_of_two.setting("PUBLIC_URL"))
    [task] = stack.finished(stack.post("follow", ["person_0001"], stack.serials[:1]))
    api, prefect = (httpx.URL(stack.endpoints[name]).port or 0 for name in ("api", "prefect"))
    said = (stack.home / "up.log").read_text(errors="replace")
    ports, auth = Ports(public.port, api, prefect), ":".join(stack.prefect_auth)
    return Installation(public, ports, auth, stack.setting("API_TOKEN"), task["id"], said)


@pytest.fixture(scope="module", params=[f"{name} {host}" for host in (HOST, PATH) for name in ("nginx", "caddy")])
def visitor(
    request: pytest.FixtureRequest, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, Installation]]:
    """Somebody elsewhere, and what they reach through one of the programs."""
    name, host = str(request.param).split()
    installation: Installation = request.getfixturevalue("on_a_host" if host == HOST else "below_a_path")
    folder = tmp_path_factory.mktemp(name)
    with running(name, host, installation.ports, certificate, folder):
        yield Visitor(httpx.URL(str(installation.public)), certificate.trusted(), installation.token), installation


Reached = tuple[Visitor, Installation]


def test_the_configurations_of_the_guide_pass_everything_on(visitor: Reached) -> None:
    somebody, there = visitor
    _who_calls_is_known_and_needs_the_token(somebody)
    _pages_of_the_public_address_may_call_and_others_may_not(somebody)
    _documentation_leads_to_the_public_address(somebody, there)
    _events_come_while_they_happen(somebody)
    _large_uploads_reach_the_api(somebody)
    _the_prefect_ui_works(somebody, there)


def _who_calls_is_known_and_needs_the_token(somebody: Visitor) -> None:
    assert somebody.call("GET", "/healthz", token=False).status_code == 200
    pretended = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    for headers in ({}, pretended):
        answer = somebody.call("POST", "/task", token=False, json=TASK, headers=headers)
        assert answer.json()["code"] == 40101
        latest = somebody.call("GET", "/audit?page_size=1").json()["data"]["entries"][0]
        assert (latest["address"], latest["actor"], latest["code"]) == (FROM, "anonymous", 40101)


def _pages_of_the_public_address_may_call_and_others_may_not(somebody: Visitor) -> None:
    answers = {
        origin: somebody.call("GET", "/license/check", headers={"Origin": origin}).json()["code"]
        for origin in (somebody.origin, "https://evil.example", "null", somebody.origin.replace("https", "http"))
    }
    assert list(answers.values()) == [0, 40301, 40301, 40301], answers


def _documentation_leads_to_the_public_address(somebody: Visitor, there: Installation) -> None:
    path = there.public.path
    document = somebody.open("GET", f"{path}/openapi.json").json()
    assert document["servers"] == [{"url": str(there.public)}]
    page = somebody.open("GET", f"{path}/docs").text
    for file in re.findall(r'(?:src|href)="(docs/[^"]+)"', page):
        assert somebody.open("GET", f"{path}/{file}").status_code == 200, file


def _events_come_while_they_happen(somebody: Visitor) -> None:
    listed = somebody.call("GET", "/devices").json()["data"]["devices"][0]
    phone, before = listed["serial"], listed["alias"]
    with somebody.events() as events:
        assert next(events)["event"] == "ready"
        for alias in ("seen-through-the-proxy", before):
            changed = somebody.call("PATCH", f"/devices/{phone}", json={"alias": alias})
            assert changed.json()["code"] == 0, changed.text
            told = next(each["data"] for each in events if each["event"] == "device" and each["data"]["alias"] == alias)
            assert told["serial"] == phone


def _large_uploads_reach_the_api(somebody: Visitor) -> None:
    answer = somebody.call("POST", "/media?name=large.jpg", content=b"no picture" * 300_000)
    assert answer.json()["code"] == 40001, answer.text  # the API's own answer, not the proxy's


def _the_prefect_ui_works(somebody: Visitor, there: Installation) -> None:
    base = f"{there.public.path}/prefect"
    settings = somebody.open("GET", f"{base}/ui-settings").json()
    assert (settings["api_url"], settings["auth"]) == (f"{base}/api", "BASIC")
    for path in (f"{base}/", f"{base}/runs"):
        page = _followed(somebody, path)
        scripts: list[str] = re.findall(r'<script[^>]* src="([^"]+)"', page)
        assert scripts
        for script in scripts:
            assert script.startswith(f"{base}/")
            loaded = somebody.open("GET", script)
            assert (loaded.status_code, "javascript" in loaded.headers["content-type"]) == (200, True), script
    user, _, password = there.auth.partition(":")
    flows = f"{base}/api/flows/filter"
    assert somebody.open("POST", flows, json={}, headers={"Origin": somebody.origin}).status_code == 401
    basic: dict[str, str] = dict(_authorization(user, password))
    assert somebody.open("POST", flows, json={}, headers=basic | {"Origin": somebody.origin}).status_code == 200
    assert somebody.open("POST", flows, json={}, headers=basic | {"Origin": "https://evil.example"}).status_code == 403
    with somebody.socket(f"{base}/api/events/out") as link:
        link.send(json.dumps({"type": "auth", "token": there.auth}))
        assert json.loads(link.recv(60))["type"] == "auth_success"


def _authorization(user: str, password: str) -> dict[str, str]:
    request = next(httpx.BasicAuth(user, password).auth_flow(httpx.Request("GET", "http://any")))
    return {"Authorization": request.headers["Authorization"]}


def _followed(somebody: Visitor, path: str) -> str:
    """Return the page that a browser shows at a path."""
    navigation = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = somebody.open("GET", path, headers=navigation)
    if answer.status_code == 307:
        assert answer.headers["location"].startswith("/"), answer.headers
        answer = somebody.open("GET", answer.headers["location"], headers=navigation)
    assert answer.status_code == 200
    return answer.text


def test_every_link_that_up_shows_and_answers_is_below_the_public_address(below_a_path: Installation) -> None:
    there = below_a_path
    with httpx.Client(
        base_url=f"http://127.0.0.1:{there.ports.api}/api/v1",
        headers={"Authorization": f"Bearer {there.token}"},
        trust_env=False,
    ) as direct:
        task = direct.get(f"/task/{there.task}").json()["data"]
        assert task["status"] == 2
        assert task["flow_run_url"] == f"{there.public}/prefect/runs/flow-run/{task['flow_run_id']}"
        shown = direct.get("/task").text + direct.get(f"/task/{task['id']}").text + direct.get("/campaigns").text
    assert f"{there.public}/api/v1/" in there.said
    assert f"{there.public}/prefect" in there.said
    for port in (there.ports.api, there.ports.prefect):
        assert f":{port}" not in shown


def test_prefects_own_pages_are_found_from_where_they_are_not(below_a_path: Installation) -> None:
    at = f"http://127.0.0.1:{below_a_path.ports.prefect}"
    opened = httpx.get(f"{at}/runs?state=failed", follow_redirects=False, trust_env=False)
    assert (opened.status_code, opened.headers["location"]) == (307, "/fleet/prefect/runs?state=failed")
    assert httpx.get(f"{at}/api/health", trust_env=False).status_code == 200
