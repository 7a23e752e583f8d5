"""The flows that a worker runs: ours are imported once, those of files anew when their folder has changed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, ScriptError
from prefect.flows import load_flow_from_entrypoint

from deployments.own_scripts.loading import load_flow
from deployments.worker.loading.entrypoints import allowed_entrypoint, entrypoint_here
from phonefleet.errors import Permanent
from phonefleet.own_scripts.catalogue import Catalogue
from phonefleet.own_scripts.folder import Stamps, stamps_of
from phonefleet.scripts import FLOWS, OWN_ENTRYPOINTS
from phonefleet.scripts.script import Script
from phonefleet.words import say


class FlowCache:
    """The flows of runs. Thread-safe.

    Of a file, the flow is the one that it holds when the run begins; of a file that cannot be loaded by then, no
    earlier version runs. For example:

        flow = FlowCache(settings.script_folders).flow_of(flow_run, client)
    """

    def __init__(self, folders: Sequence[Path], own: Catalogue | None = None, *, joined: str | None = None) -> None:
        """Take code from these folders; `joined` is the name of a host that has joined another one."""
        self._folders = folders
        self._joined = joined
        self._own = own
        self._ours: dict[UUID, Flow[..., Any]] = {}
        self._lock = threading.Lock()
        self._of_files: dict[str, tuple[Stamps, Flow[..., Any]]] = {}

    def flow_of(self, flow_run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        """Return the flow of a run.

        Raises:
            Permanent: the run has no deployment, or the deployment's code is not allowed or cannot be loaded.

        """
        deployment_id = flow_run.deployment_id
        if deployment_id is None:
            message = say(
                "worker.flow_run_without_deployment_cannot", "a flow run without a deployment cannot run on a phone"
            )
            raise Permanent(message)
        if deployment_id in self._ours:
            return self._ours[deployment_id]
        entrypoint = self._entrypoint(flow_run, deployment_id, client)
        if entrypoint not in OWN_ENTRYPOINTS:
            return self._of_file(entrypoint)
        return self._ours.setdefault(deployment_id, _load(entrypoint))

    def _of_file(self, entrypoint: str) -> Flow[..., Any]:
        path, _, function = entrypoint.rpartition(":")
        file = Path(path)
        with self._lock:
            stamps = stamps_of(file.parent)
            before, flow = self._of_files.pop(entrypoint, (None, None))
            if flow is None or before != stamps:
                flow = load_flow(file, function)
            self._of_files[entrypoint] = (stamps, flow)
            return flow

    def _entrypoint(self, flow_run: FlowRun, deployment_id: UUID, client: SyncPrefectClient) -> str:
        """Return the code of a run. Of a deployment that is gone it is the script that has the name of the run's flow.

        Raises:
            Permanent: the code is not allowed or gone, or the deployment is gone and was none of ours.

        """
        try:
            deployment = client.read_deployment(deployment_id)
            if self._joined is not None:
                deployment.entrypoint = entrypoint_here(deployment.entrypoint or "", self._folders, self._joined)
            self._refuse_gone(deployment.entrypoint or "")
            return allowed_entrypoint(deployment, self._folders)
        except ObjectNotFound as error:
            script = self._named(client.read_flow(flow_run.flow_id).name)
            if script is None:
                message = say(
                    "worker.deployment_run_gone_from_prefect",
                    "the deployment of this run is gone from Prefect: deploy its script again, and start it anew",
                )
                raise Permanent(message) from error
            return script.entrypoint

    def _named(self, name: str) -> Script | None:
        return FLOWS.get(name) or (self._own.look().scripts.get(name) if self._own else None)

    def _refuse_gone(self, entrypoint: str) -> None:
        path, _, function = entrypoint.rpartition(":")
        file = Path(path)
        if any(file.parent == folder for folder in self._folders) and not file.exists():
            message = say(
                "worker.script_gone_file_removed_put",
                "the script {function} is gone: its file {file} was removed; put it back and retry the task",
                function=function,
                file=file,
            )
            raise Permanent(message)


def _load(entrypoint: str) -> Flow[..., Any]:
    try:
        return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    except (Exception, SystemExit) as error:  # whatever a broken installation raises ends the run with its reason
        message = say(
            "worker.script_cannot_loaded",
            "the script {entrypoint} cannot be loaded: {told}",
            entrypoint=entrypoint[:200],
            told=_told(error),
        )
        raise Permanent(message) from error


def _told(error: BaseException) -> str:
    """Return an error in one line; Prefect's own error hides the one that the script has raised."""
    cause = error.user_exc if isinstance(error, ScriptError) else error
    first, _, _ = str(cause).partition("\n")
    return f"{type(cause).__name__}: {first[:500]}" if first else type(cause).__name__
