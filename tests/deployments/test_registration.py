"""Registration against a real Prefect server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.flows import load_flow_from_entrypoint

from deployments.registration import POOL_TYPE, ensure_pool, ensure_queue, register, script_flows
from phonefleet.scripts import FLOWS
from phonefleet.settings import POOL

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

T = TypeVar("T")


def _ask(url: str, question: Callable[[PrefectClient], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with PrefectClient(url) as client:
            return await question(client)

    return asyncio.run(ask())


def test_every_available_script_has_a_flow() -> None:
    assert [script.name for script, _ in script_flows()] == [name for name, s in FLOWS.items() if s.available]


def test_registering_twice_is_registering_once(prefect_api_url: str) -> None:
    assert register(prefect_api_url) == register(prefect_api_url)
    pool = _ask(prefect_api_url, lambda client: client.read_work_pool(POOL))
    deployments = _ask(prefect_api_url, lambda client: client.read_deployments())
    assert pool.type == POOL_TYPE
    assert len(deployments) == len(script_flows())


def test_a_deployment_has_a_form_for_its_parameters_and_a_flow_that_loads(prefect_api_url: str) -> None:
    for name in register(prefect_api_url):
        deployment = _ask(prefect_api_url, lambda client, name=name: client.read_deployment_by_name(name))
        assert deployment.parameter_openapi_schema is not None
        assert {"serial", "config", "username"} <= deployment.parameter_openapi_schema["properties"].keys()
        assert deployment.entrypoint is not None
        assert load_flow_from_entrypoint(deployment.entrypoint, use_placeholder_flow=False).name == name.split("/")[0]


def test_a_phones_queue_lets_one_run_at_a_time_and_a_pause_stays(prefect_api_url: str) -> None:
    serial = f"127.0.0.1:{uuid4().hex}"

    async def pause_and_repeat(client: PrefectClient) -> None:
        await ensure_pool(client)
        await ensure_queue(client, serial)
        queue = await client.read_work_queue_by_name(serial, work_pool_name=POOL)
        await client.update_work_queue(queue.id, is_paused=True)
        await ensure_queue(client, serial)

    _ask(prefect_api_url, pause_and_repeat)
    queue = _ask(prefect_api_url, lambda client: client.read_work_queue_by_name(serial, work_pool_name=POOL))
    assert (queue.concurrency_limit, queue.is_paused) == (1, True)


def test_a_queue_that_prefect_made_by_itself_gets_its_limit(prefect_api_url: str) -> None:
    serial = f"127.0.0.1:{uuid4().hex}"

    async def make_and_ensure(client: PrefectClient) -> int | None:
        await ensure_pool(client)
        await client.create_work_queue(serial, work_pool_name=POOL)
        await ensure_queue(client, serial)
        return (await client.read_work_queue_by_name(serial, work_pool_name=POOL)).concurrency_limit

    assert _ask(prefect_api_url, make_and_ensure) == 1
