"""Keeps a deployment in Prefect for each own script, named as the script, with a form made of its configuration.

What people change there stays: schedules, a pause, parameters. A deployment of another file is left alone.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from phonefleet.own_scripts.catalogue import Look
from phonefleet.own_scripts.configured import OwnScript
from phonefleet.own_scripts.described import DescribedScript
from phonefleet.runs.deployments import deployment_of
from phonefleet.settings import POOL

_log = logging.getLogger(__name__)

TAG: Final = "own script"
"""The tag of the deployments that are made here, and that go when their files are gone."""

_UNFINISHED = [
    StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING
]  # fmt: skip


async def register_own(client: PrefectClient, look: Look) -> None:
    """Make or change the deployments of the scripts, and remove those whose files are gone."""
    for script in look.scripts.values():
        await _ensure(client, script)
    await remove_gone(client)


async def restore_own(client: PrefectClient, look: Look) -> None:
    """Make those of the deployments again that somebody has deleted in Prefect, and remove those without a file."""
    for script in look.scripts.values():
        if await _existing(client, script) is None:
            await _create(client, script.described)
    await remove_gone(client)


async def remove_gone(client: PrefectClient) -> None:
    """Remove the deployments whose files are gone, once they have no runs that wait or go on.

    Prefect removes what is scheduled together with a deployment; until then such runs begin, and fail with the reason.
    """
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    for deployment in await client.read_deployments(deployment_filter=ours):
        if not _file_of(deployment).exists() and not await _has_runs(client, deployment):
            await client.delete_deployment(deployment.id)
            _log.info("the deployment of %s is removed from Prefect with its file", deployment.name)


async def _ensure(client: PrefectClient, script: OwnScript) -> None:
    there = await _existing(client, script)
    if there is None:
        await _create(client, script.described)
    elif _is_of_another(there, script.described):
        _log.warning("%s stays in Prefect as it is: it is of %s", deployment_of(script.name), there.entrypoint)
    elif _differs(there, script.described):
        changes = DeploymentUpdate(
            description=_description(script.described),
            entrypoint=script.entrypoint,
            parameter_openapi_schema=dict(script.described.form),
            tags=list(dict.fromkeys([*there.tags, TAG])),
        )
        await client.update_deployment(there.id, changes)


async def _existing(client: PrefectClient, script: OwnScript) -> DeploymentResponse | None:
    try:
        return await client.read_deployment_by_name(deployment_of(script.name))
    except ObjectNotFound:
        return None


async def _create(client: PrefectClient, script: DescribedScript) -> None:
    flow_id = await client.create_flow_from_name(script.name)
    await client.create_deployment(
        flow_id=flow_id,
        name=script.name,
        description=_description(script),
        entrypoint=script.entrypoint,
        work_pool_name=POOL,
        parameter_openapi_schema=dict(script.form),
        enforce_parameter_schema=True,
        tags=[TAG],
    )
    _log.info("the script %s of %s is taken up", script.name, script.file)


def _is_of_another(there: DeploymentResponse, script: DescribedScript) -> bool:
    file = _file_of(there)
    return file != script.file and file.exists()


def _differs(there: DeploymentResponse, script: DescribedScript) -> bool:
    told = (there.entrypoint, there.description, there.parameter_openapi_schema)
    return told != (script.entrypoint, _description(script), script.form) or TAG not in there.tags


def _file_of(deployment: DeploymentResponse) -> Path:
    return Path((deployment.entrypoint or "").rpartition(":")[0])


async def _has_runs(client: PrefectClient, deployment: DeploymentResponse) -> bool:
    of_it = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
    unfinished = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNFINISHED)))
    return bool(await client.read_flow_runs(deployment_filter=of_it, flow_run_filter=unfinished, limit=1))


def _description(script: DescribedScript) -> str:
    return (
        f"{script.title}\n\nThe script `{script.name}` of `{script.file}`. It is taken up from there while everything "
        "runs: the next run uses the file as it is then. For a run of your own: *Run*, *Custom run*."
    )
