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
        """Return the code of a run. Of a deployment that is gone it is the script that has the name of the run's flow.

        Raises:
            Permanent: the code is not allowed, or the deployment is gone and was none of ours.

        """
        try:
            return allowed_entrypoint(client.read_deployment(deployment_id), self._folders)
        except ObjectNotFound as error:
            script = FLOWS.get(client.read_flow(flow_run.flow_id).name)
            if script is None:
                message = "the deployment of this run is gone from Prefect: deploy its script again, and start it anew"
                raise Permanent(message) from error
            return script.entrypoint


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
