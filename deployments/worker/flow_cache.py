"""The flows of deployments, loaded once a process: any deployment of our pool can run, not only our own scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.flows import load_flow_from_entrypoint

from phonefleet.errors import Permanent


class FlowCache:
    """Flows by deployment. A deployment whose code changes is loaded anew when the worker starts again."""

    def __init__(self) -> None:
        self._flows: dict[UUID, Flow[..., Any]] = {}

    def flow_of(self, flow_run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        """Return the flow that the run is of.

        Raises:
            Permanent: the run has no deployment, or its deployment names no code.

        """
        deployment_id = flow_run.deployment_id
        if deployment_id is None:
            message = "a flow run without a deployment cannot run on a phone"
            raise Permanent(message)
        if deployment_id not in self._flows:
            self._flows[deployment_id] = _load(client.read_deployment(deployment_id).entrypoint)
        return self._flows[deployment_id]


def _load(entrypoint: str | None) -> Flow[..., Any]:
    if not entrypoint:
        message = "the deployment names no entrypoint"
        raise Permanent(message)
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
