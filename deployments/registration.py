"""Registers in Prefect what must exist before work can start: work pools, deployments of scripts, queues of phones.

Everything here is idempotent. What people change in the Prefect UI stays: a paused queue remains paused. It must not
know the address of the webhook: deployments/notifying.py has what needs it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterName,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_AUTH_STRING

from deployments.descriptions import deployment_description, form, is_ours, queue_description
from deployments.prefect_waiting import wait_for
from phonefleet.runs.deployments import FORMER_NAME
from phonefleet.runs.queues import queue_name
from phonefleet.scripts import FLOWS, OWN_ENTRYPOINTS
from phonefleet.scripts.script import Script
from phonefleet.settings import CAMPAIGNS, POOL

POOL_TYPE = "phonefleet"
JOB_TEMPLATE: Final[dict[str, Any]] = {"job_configuration": {"env": {}}, "variables": {"type": "object"}}
"""The pool's job template: a lane has no command, environment or image that somebody could choose.

Prefect checks the schema of the variables anew for each run: that of its base class takes its server 7 ms, this one
a third of one. It takes no template whose parts are empty.
"""
_UNREAD: Final = frozenset({"name", "command", "labels", "env"})
"""The variables of the template that Prefect's base class of workers gives to a pool without one."""
_PAGE = 200
"""As many queues as Prefect's API returns at once."""

_UNFINISHED = [
    StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING
]  # fmt: skip


def register(prefect_api_url: str) -> list[str]:
    """Wait for the server, make or update pools and deployments; return the deployments' names."""
    return asyncio.run(_register(prefect_api_url))


async def ensure_all(client: PrefectClient) -> list[str]:
    """Wait for the server, make or update pools and deployments; return the deployments' names.

    What can be done before the server answers is done before. Its calls are made side by side, so that client, server
    and database all have something to do.
    """
    prepared = [_prepare(script, flow) for script, flow in script_flows()]
    await wait_for(client)
    await asyncio.gather(ensure_pool(client), ensure_campaigns(client))
    names = await asyncio.gather(*(_ensure(client, each) for each in prepared))
    await remove_former_deployments(client, [each.flow_name for each in prepared])
    return names


async def ensure_pool(client: PrefectClient) -> None:
    """Make the work pool unless it exists; one of an earlier release loses the variables that nothing of ours reads."""
    try:
        pool = await client.read_work_pool(POOL)
    except ObjectNotFound:
        made = WorkPoolCreate(
            name=POOL,
            type=POOL_TYPE,
            base_job_template=JOB_TEMPLATE,
            description="Android phones: each is a work queue of this pool, named as the phone. "
            "Pause a queue to give its phone a rest.",
        )
        await client.create_work_pool(made)
    else:
        if pool.base_job_template.get("variables", {}).get("properties", {}).keys() == _UNREAD:
            await client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=JOB_TEMPLATE))


async def ensure_campaigns(client: PrefectClient) -> None:
    """Make the pool of campaigns unless it exists."""
    try:
        await client.read_work_pool(CAMPAIGNS)
    except ObjectNotFound:
        pool = WorkPoolCreate(
            name=CAMPAIGNS,
            type=POOL_TYPE,
            description="Campaigns: each is a deployment with a schedule. The API of Phonefleet runs them, no worker.",
        )
        await client.create_work_pool(pool)


async def ensure_queue(client: PrefectClient, serial: str) -> None:
    """Make the phone's queue, or give the one that exists its limit of one run at a time."""
    name = queue_name(serial)
    try:
        await client.create_work_queue(
            name=name, work_pool_name=POOL, concurrency_limit=1, description=queue_description(serial, None)
        )
    except ObjectAlreadyExists:
        queue = await client.read_work_queue_by_name(name, work_pool_name=POOL)
        if queue.concurrency_limit != 1:
            await client.update_work_queue(queue.id, concurrency_limit=1)


async def describe_queue(client: PrefectClient, serial: str, description: str) -> None:
    """Set the description of the phone's queue, unless a person has written another one."""
    queue = await client.read_work_queue_by_name(queue_name(serial), work_pool_name=POOL)
    if is_ours(queue.description) and queue.description != description:
        await client.update_work_queue(queue.id, description=description)


async def ensure_deployment(client: PrefectClient, script: Script, flow: Flow[..., Any]) -> str:
    """Make or update the script's deployment, with a form for its parameters; return `flow/deployment`."""
    return await _ensure(client, _prepare(script, flow))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What Prefect is told of a script; `parameters` is the JSON schema of its form."""

    script: Script
    flow_name: str
    description: str
    parameters: dict[str, Any]


def _prepare(script: Script, flow: Flow[..., Any]) -> _Prepared:
    return _Prepared(script, flow.name, deployment_description(script, flow), form(flow))


async def _ensure(client: PrefectClient, prepared: _Prepared) -> str:
    script = prepared.script
    flow_id = await client.create_flow_from_name(prepared.flow_name)
    await client.create_deployment(
        flow_id=flow_id,
        name=script.name,
        description=prepared.description,
        entrypoint=script.entrypoint,
        work_pool_name=POOL,
        parameter_openapi_schema=prepared.parameters,
        enforce_parameter_schema=True,
    )
    return f"{prepared.flow_name}/{script.name}"


async def remove_former_deployments(client: PrefectClient, flows: Sequence[str]) -> None:
    """Remove the deployments of these flows that bear the name of before, once they have no runs that wait or go on.

    Prefect cannot rename a deployment, and removes what is scheduled with it. Ended runs can still be retried: the
    worker knows the script by its flow.
    """
    found = await client.read_deployments(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[FORMER_NAME])),
    )
    for former in found:
        if former.entrypoint in OWN_ENTRYPOINTS:  # else it is somebody else's
            await _remove_former(client, former)


async def _remove_former(client: PrefectClient, former: DeploymentResponse) -> None:
    of_it = DeploymentFilter(id=DeploymentFilterId(any_=[former.id]))
    unfinished = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNFINISHED)))
    if await client.read_flow_runs(deployment_filter=of_it, flow_run_filter=unfinished, limit=1):
        await client.update_deployment(former.id, DeploymentUpdate(description=_FORMER))
    else:
        await client.delete_deployment(former.id)


_FORMER = (
    "The former name of this script's deployment, which is named as the script now. It goes away by itself at the next "
    "start when its last runs have ended."
)


async def restore(client: PrefectClient) -> list[str]:
    """Make those of the pools and deployments again that somebody has deleted in Prefect; return the deployments."""
    await ensure_pool(client)
    await ensure_campaigns(client)
    return [await ensure_deployment(client, script, _flow(script)) for script in await _missing(client)]


async def _missing(client: PrefectClient) -> list[Script]:
    """Return the scripts that have no deployment."""
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    there = {(each.name, each.entrypoint) for each in await client.read_deployments(work_pool_filter=pool)}
    return [script for script in FLOWS.values() if (script.name, script.entrypoint) not in there]


async def wrong_queues(client: PrefectClient, serials: Collection[str]) -> list[str]:
    """Return those of these phones whose queue is missing, or has no limit of one run, as one that Prefect made."""
    right: set[str] = set()
    seen = 0
    while page := await client.read_work_queues(work_pool_name=POOL, limit=_PAGE, offset=seen):
        right |= {queue.name for queue in page if queue.concurrency_limit == 1}
        seen += len(page)
        if len(page) < _PAGE:
            break
    return [serial for serial in serials if queue_name(serial) not in right]


def script_flows() -> list[tuple[Script, Flow[..., Any]]]:
    """Return the flow of every script and errand."""
    return [(script, _flow(script)) for script in FLOWS.values()]


def _flow(script: Script) -> Flow[..., Any]:
    return cast("Flow[..., Any]", getattr(import_module(script.flow_module), script.name))


async def _register(prefect_api_url: str) -> list[str]:
    async with PrefectClient(prefect_api_url, auth_string=PREFECT_API_AUTH_STRING.value()) as client:
        return await ensure_all(client)
