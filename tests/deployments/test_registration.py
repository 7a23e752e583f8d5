"""Registration against a real Prefect server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_entrypoint
from prefect.states import Cancelled
from prefect.workers.base import BaseWorker

from deployments.descriptions import form, queue_description
from deployments.registration import (
    JOB_TEMPLATE,
    POOL_TYPE,
    describe_queue,
    ensure_pool,
    ensure_queue,
    register,
    script_flows,
)
from deployments.worker.loading.flow_cache import FlowCache
from phonefleet.ledger import Device
from phonefleet.scripts import FLOWS
from phonefleet.scripts.like import LikeConfig
from phonefleet.settings import POOL

pytestmark = pytest.mark.timeout(180)  # the first use starts a Prefect server

T = TypeVar("T")


def _ask(url: str, question: Callable[[PrefectClient], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with PrefectClient(url) as client:
            return await question(client)

    return asyncio.run(ask())


def test_every_script_has_a_flow() -> None:
    assert [script.name for script, _ in script_flows()] == list(FLOWS)


@pytest.mark.parametrize("name", [script.name for script, _ in script_flows()])
def test_every_field_of_a_form_has_a_title_for_people_and_is_explained(name: str) -> None:
    [flow] = [flow for script, flow in script_flows() if script.name == name]
    schema = form(flow)
    for field, described in _fields(schema):
        about = described.get("description") or _referred(schema, described).get("description")
        assert about, f"{name}: {field}"
        title = described.get("title") or _referred(schema, described).get("title") or ""
        assert title[0].isupper(), f"{name}: {field} is called {title!r}"
        assert "_" not in title, f"{name}: {field} is called {title!r}"


def _fields(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, field)
        for part in (schema, *schema["definitions"].values())
        for name, field in part.get("properties", {}).items()
    ]


def _referred(schema: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    """Return the definition that a field refers to, if need be as one of several."""
    refers = [each["$ref"] for each in (field, *field.get("anyOf", [])) if "$ref" in each]
    return schema["definitions"][refers[0].rpartition("/")[2]] if refers else {}


def test_a_pool_asks_nobody_for_a_command_or_an_environment(prefect_api_url: str) -> None:
    _ask(prefect_api_url, ensure_pool)
    assert _template(prefect_api_url) == JOB_TEMPLATE


def test_a_pool_of_an_earlier_release_loses_the_variables_that_nothing_reads(prefect_api_url: str) -> None:
    earlier = WorkPoolUpdate(base_job_template=BaseWorker.get_default_base_job_template())
    _ask(prefect_api_url, ensure_pool)
    _ask(prefect_api_url, lambda client: client.update_work_pool(POOL, earlier))
    _ask(prefect_api_url, ensure_pool)
    assert _template(prefect_api_url) == JOB_TEMPLATE


def test_a_template_that_a_person_wrote_stays(prefect_api_url: str) -> None:
    written = {"job_configuration": {"floor": "{{ floor }}"}, "variables": {"properties": {"floor": {"default": "2"}}}}
    _ask(prefect_api_url, ensure_pool)
    _ask(prefect_api_url, lambda client: client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=written)))
    _ask(prefect_api_url, ensure_pool)
    assert _template(prefect_api_url) == written
    _ask(prefect_api_url, lambda client: client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=JOB_TEMPLATE)))


def _template(url: str) -> dict[str, Any]:
    return _ask(url, lambda client: client.read_work_pool(POOL)).base_job_template


def test_the_fields_of_a_form_keep_their_order_through_the_server(prefect_api_url: str) -> None:
    register(prefect_api_url)
    deployment = _ask(prefect_api_url, lambda client: client.read_deployment_by_name("like/like"))
    assert deployment.parameter_openapi_schema is not None
    fields: dict[str, Any] = deployment.parameter_openapi_schema["definitions"]["LikeConfig"]["properties"]
    assert sorted(fields, key=lambda name: fields[name]["position"]) == list(LikeConfig.model_fields)


def test_registering_twice_is_registering_once(prefect_api_url: str) -> None:
    assert register(prefect_api_url) == register(prefect_api_url)
    pool = _ask(prefect_api_url, lambda client: client.read_work_pool(POOL))
    ours = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))  # those of campaigns are in another pool
    deployments = _ask(prefect_api_url, lambda client: client.read_deployments(work_pool_filter=ours))
    assert pool.type == POOL_TYPE
    assert len(deployments) == len(script_flows())


def test_the_deployments_are_told_apart_by_their_names(prefect_api_url: str) -> None:
    assert register(prefect_api_url) == [f"{name}/{name}" for name in FLOWS]


async def _former(client: PrefectClient, script: str) -> UUID:
    """Make the deployment of a script as it was called before, and return its id."""
    flow_id = await client.create_flow_from_name(script)
    return await client.create_deployment(
        flow_id=flow_id, name="phone", entrypoint=FLOWS[script].entrypoint, work_pool_name=POOL
    )


def test_a_deployment_of_the_former_name_goes_when_its_last_run_has_ended(prefect_api_url: str) -> None:
    register(prefect_api_url)

    async def schedule(client: PrefectClient) -> tuple[UUID, UUID]:
        deployment_id = await _former(client, "unfollow")
        run = await client.create_flow_run_from_deployment(deployment_id, parameters={"serial": "gone"})
        return deployment_id, run.id

    deployment_id, run_id = _ask(prefect_api_url, schedule)
    register(prefect_api_url)
    kept = _ask(prefect_api_url, lambda client: client.read_deployment(deployment_id))
    waiting = _ask(prefect_api_url, lambda client: client.read_flow_run(run_id))
    _ask(prefect_api_url, lambda client: client.set_flow_run_state(run_id, Cancelled(), force=True))
    register(prefect_api_url)

    assert "former name" in (kept.description or "")
    assert (waiting.state is not None, waiting.deployment_id) == (True, deployment_id)
    with pytest.raises(ObjectNotFound):
        _ask(prefect_api_url, lambda client: client.read_deployment(deployment_id))
    assert _ask(prefect_api_url, lambda client: client.read_flow_run(run_id)).state is not None


def test_an_ended_run_of_a_deployment_that_is_gone_can_be_retried(prefect_api_url: str) -> None:
    register(prefect_api_url)

    async def end_and_remove(client: PrefectClient) -> FlowRun:
        deployment_id = await _former(client, "like")
        run = await client.create_flow_run_from_deployment(deployment_id, state=Cancelled())
        await client.delete_deployment(deployment_id)
        return await client.read_flow_run(run.id)

    run = _ask(prefect_api_url, end_and_remove)
    with SyncPrefectClient(prefect_api_url) as client:
        assert FlowCache([]).flow_of(run, client).name == "like"


def test_a_person_s_own_deployment_of_that_name_stays(prefect_api_url: str) -> None:
    register(prefect_api_url)

    async def deploy(client: PrefectClient) -> UUID:
        flow_id = await client.create_flow_from_name("comment")
        return await client.create_deployment(flow_id=flow_id, name="phone", entrypoint="/mine/comment.py:comment")

    deployment_id = _ask(prefect_api_url, deploy)
    register(prefect_api_url)
    assert _ask(prefect_api_url, lambda client: client.read_deployment(deployment_id)).name == "phone"
    _ask(prefect_api_url, lambda client: client.delete_deployment(deployment_id))


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


def test_a_queue_tells_whose_it_is_until_a_person_writes_something_else(prefect_api_url: str) -> None:
    serial = f"127.0.0.1:{uuid4().hex}"

    async def make_and_describe(client: PrefectClient) -> list[str | None]:
        await ensure_pool(client)
        await ensure_queue(client, serial)
        told: list[str | None] = []
        for description in ("What a phone has to do: Pixel-07", "mine", "What a phone has to do: Pixel-08"):
            if description == "mine":
                queue = await client.read_work_queue_by_name(serial, work_pool_name=POOL)
                await client.update_work_queue(queue.id, description=description)
            else:
                await describe_queue(client, serial, description)
            told.append((await client.read_work_queue_by_name(serial, work_pool_name=POOL)).description)
        return told

    assert _ask(prefect_api_url, make_and_describe) == ["What a phone has to do: Pixel-07", "mine", "mine"]


def test_a_queues_description_names_alias_model_and_host() -> None:
    now = datetime.now(UTC)
    known = Device(
        serial="R58M12", alias="Pixel-07", model="Pixel 9", android_version=None, host="atelier", state="device",
        battery=None, enabled=True, group_name=None, first_seen=now, last_seen=now, quarantine_reason=None,
        quarantined_until=None,
    )  # fmt: skip
    assert queue_description("R58M12", known) == "What a phone has to do: Pixel-07, Pixel 9, on the host atelier"
    assert queue_description("R58M12", None) == "What a phone has to do: R58M12"
