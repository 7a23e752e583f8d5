"""The Prefect client of a lane, which leaves out the calls of Prefect's engine whose answers the lane knows already.

For each run the engine (3.8.8) writes the flow's version and retries to the server, although our flows have none, reads
the run again right after it was set to Running, and asks where results are stored, although ours are not. All three are
left out here: of six calls a run, three remain. How long a request waits for a server that is away is decided in
`patient_client`.
"""

from __future__ import annotations

import ssl
import time
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.objects import FlowRun, FlowRunPolicy, ServerDefaultResultStorage, State
from prefect.client.schemas.responses import SetStateStatus
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_KEY, PREFECT_API_URL

_NOTHING_TO_SAY = 204
_STORAGE_HOLDS = timedelta(minutes=1)


class LaneClient(SyncPrefectClient):
    """A client for one thread that executes runs, each announced with `begin`; other calls are Prefect's own.

    client = lane_client()
    client.begin(flow_run)
    """

    _begun: FlowRun | None = None
    _fresh: FlowRun | None = None
    _storage: ClassVar[tuple[ServerDefaultResultStorage | None, float]] = (None, 0.0)  # of all lanes

    def begin(self, flow_run: FlowRun) -> None:
        """Take note of the run that is executed next, as Prefect has just offered it."""
        self._begun, self._fresh = flow_run, None

    def set_flow_run_state(self, flow_run_id: UUID | str, state: State[Any], force: bool = False) -> Any:  # noqa: FBT001, FBT002 - Prefect's signature
        """Set the state of a run; once the begun one runs, its next reading is known."""
        result: OrchestrationResult[Any] = super().set_flow_run_state(flow_run_id, state, force)
        begun, entered = self._begun, result.state if result.status is SetStateStatus.ACCEPT else None
        self._fresh = None
        if begun and entered and entered.is_running() and str(begun.id) == str(flow_run_id):
            self._fresh = _as_running(begun, entered)
        return result

    def read_flow_run(self, flow_run_id: UUID) -> FlowRun:
        """Return a run; right after it was set to Running, without asking the server."""
        fresh, self._fresh, self._begun = self._fresh, None, None
        return fresh if fresh is not None and fresh.id == flow_run_id else super().read_flow_run(flow_run_id)

    def read_server_default_result_storage(self) -> ServerDefaultResultStorage:
        """Return where results are stored by default, as it was a minute ago at most."""
        storage, until = self._storage
        if storage is None or time.monotonic() > until:
            storage = super().read_server_default_result_storage()
            LaneClient._storage = storage, time.monotonic() + _STORAGE_HOLDS.total_seconds()
        return storage

    def update_flow_run(self, flow_run_id: UUID, *given: Any, **named: Any) -> httpx.Response:
        """Update a run, unless only the version of the flow and a policy without retries would be written."""
        if not given and _says_nothing(**named):
            return httpx.Response(_NOTHING_TO_SAY)
        return super().update_flow_run(flow_run_id, *given, **named)


def lane_client() -> LaneClient:
    """Return a client for the configured server, as Prefect's `get_client` does."""
    url = PREFECT_API_URL.value()
    settings = {"verify": _no_certificates()} if url.startswith("http://") else None
    return LaneClient(
        url, auth_string=PREFECT_API_AUTH_STRING.value(), api_key=PREFECT_API_KEY.value(), httpx_settings=settings
    )


@cache
def _no_certificates() -> ssl.SSLContext:
    """Return the TLS settings of connections without TLS: certificates in each client would cost a megabyte a lane."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _as_running(run: FlowRun, state: State[Any]) -> FlowRun:
    began = run.start_time or state.timestamp
    changed = {
        "state": state, "state_id": state.id, "state_type": state.type, "state_name": state.name,
        "run_count": run.run_count + 1, "start_time": began, "expected_start_time": run.expected_start_time or began,
    }  # fmt: skip
    return run.model_copy(update=changed)


def _says_nothing(flow_version: str | None = None, empirical_policy: FlowRunPolicy | None = None, **more: Any) -> bool:
    del flow_version
    return not more and empirical_policy is not None and not empirical_policy.retries
