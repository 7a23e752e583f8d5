"""Cache of loaded flows: each deployment's code is imported once for each process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, ScriptError
from prefect.flows import load_flow_from_entrypoint

from deployments.worker.loading.entrypoints import allowed_entrypoint
from phonefleet.errors import Permanent
from phonefleet.scripts import FLOWS


class FlowCache:
    """The flows by deployment id. Changed code is read when the worker is restarted.

    For example:

        flow = FlowCache(settings.script_folders).flow_of(flow_run, client)
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._flows: dict[UUID, Flow[..., Any]] = {}

    def flow_of(self, flow_run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        """Return the flow of a run, loading it the first time.

        Raises:
            Permanent: the run has no deployment, or the deployment's code is not allowed or cannot be loaded.

        """
        deployment_id = flow_run.deployment_id
        if deployment_id is None:
            message = "a flow run without a deployment cannot run on a phone"
            raise Permanent(message)
        if deployment_id not in self._flows:
            self._flows[deployment_id] = _load(self._entrypoint(flow_run, deployment_id, client))
        return self._flows[deployment_id]

    def _entrypoint(self, flow_run: FlowRun, deployment_id: UUID, client: SyncPrefectClient) -> str:
        try:
            deployment = client.read_deployment(deployment_id)
        except ObjectNotFound:
            return _of_our_own(client.read_flow(flow_run.flow_id).name)
        return allowed_entrypoint(deployment, self._folders)


def _of_our_own(script: str) -> str:
    """Return the entrypoint of one of our scripts, for a run whose deployment was deleted in Prefect."""
    if script not in FLOWS:
        message = f"the deployment of the script {script} was deleted in Prefect: deploy it again"
        raise Permanent(message)
    return f"{FLOWS[script].flow_module}:{FLOWS[script].name}"


def _load(entrypoint: str) -> Flow[..., Any]:
    try:
        return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    except (Exception, SystemExit) as error:  # a user's code: whatever it raises ends the run with its reason
        message = f"the script {entrypoint[:200]} cannot be loaded: {_told(error)}"
        raise Permanent(message) from error


def _told(error: BaseException) -> str:
    """Return an error in one line; Prefect's own error hides the one that the script has raised."""
    cause = error.user_exc if isinstance(error, ScriptError) else error
    first, _, _ = str(cause).partition("\n")
    return f"{type(cause).__name__}: {first[:500]}" if first else type(cause).__name__
