"""The client of a lane asks Prefect's server for nothing that the lane knows already."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prefect import flow
from prefect.client.schemas.objects import FlowRun
from prefect.context import SyncClientContext
from prefect.flow_engine import run_flow
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Pending, Running

from deployments.worker.prefect.engine_settings import engine_settings
from deployments.worker.prefect.lane_client import LaneClient

HERE = "http://prefect/api"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@flow(name="nothing", persist_result=False)
def nothing() -> str:
    return "done"


def a_run() -> FlowRun:
    return FlowRun(id=uuid4(), name="a", flow_id=uuid4(), state=Pending(), parameters={}, run_count=1)


class _ClientContext(SyncClientContext):
    """Gives Prefect's engine a client, as `PatientClientContext` does."""

    def __init__(self, client: LaneClient) -> None:
        super(SyncClientContext, self).__init__(client=client)


class Server:
    """Answers as Prefect's server, and keeps what it was asked."""

    def __init__(self, run: FlowRun, *, refuses: bool = False) -> None:
        self.run = run
        self.refuses = refuses
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api")
        self.asked.append(f"{request.method} {path}".replace(str(self.run.id), "RUN"))
        if path.endswith("/storage"):
            return httpx.Response(200, json={"default_result_storage_block_id": None})
        if path.endswith("/set_state"):
            return httpx.Response(201, json=self._enter(json.loads(request.content)["state"]))
        return httpx.Response(200, json=self.run.model_dump(mode="json"))

    def _enter(self, state: dict[str, Any]) -> dict[str, Any]:
        if self.refuses:
            return {"state": None, "status": "ABORT", "details": {"type": "abort_details", "reason": "no"}}
        entered = {**state, "id": str(uuid4()), "timestamp": NOW.isoformat()}
        return {"state": entered, "status": "ACCEPT", "details": {"type": "accept_details"}}


@pytest.fixture
def client_of() -> Generator[Callable[[Server], LaneClient]]:
    def make(server: Server) -> LaneClient:
        return LaneClient(HERE, httpx_settings={"transport": httpx.MockTransport(server)})

    with engine_settings(), temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: False, PREFECT_API_URL: HERE}):
        yield make


def test_a_run_costs_three_requests_from_its_begin_to_its_end(client_of: Callable[[Server], LaneClient]) -> None:
    run = a_run()
    server = Server(run)
    client = client_of(server)
    client.begin(run)
    with _ClientContext(client):
        run_flow(nothing, flow_run=run, return_type="state")
    storage = [asked for asked in server.asked if asked.endswith("/storage")]
    assert [asked for asked in server.asked if asked not in storage] == ["POST /flow_runs/RUN/set_state"] * 2
    assert len(storage) <= 1


def test_a_run_that_was_just_set_to_running_is_known_once(client_of: Callable[[Server], LaneClient]) -> None:
    run = a_run()
    server = Server(run)
    client = client_of(server)
    client.begin(run)
    client.set_flow_run_state(run.id, Running())
    known = client.read_flow_run(run.id)
    assert known.state is not None
    assert (known.state.type.value, known.run_count, known.start_time) == ("RUNNING", 2, NOW)
    client.read_flow_run(run.id)
    assert server.asked == ["POST /flow_runs/RUN/set_state", "GET /flow_runs/RUN"]


def test_a_run_that_may_not_begin_and_another_one_are_read(client_of: Callable[[Server], LaneClient]) -> None:
    run = a_run()
    for server, state in ((Server(run, refuses=True), Running()), (Server(run), Pending())):
        client = client_of(server)
        client.begin(run)
        client.set_flow_run_state(run.id, state)
        client.read_flow_run(run.id)
        assert server.asked[-1] == "GET /flow_runs/RUN"


def test_retries_of_an_own_flow_are_written(client_of: Callable[[Server], LaneClient]) -> None:
    run = a_run()
    server = Server(run)
    policy = run.empirical_policy.model_copy(update={"retries": 2})
    client_of(server).update_flow_run(run.id, flow_version="1", empirical_policy=policy)
    assert server.asked == ["PATCH /flow_runs/RUN"]
