"""A client for the few calls of Prefect's HTTP API that this API needs.

Plain HTTP, because Prefect's own library would make the process many times as large. It knows nothing of tasks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

import httpx

from phonefleet.durations import parse_duration
from phonefleet.errors import LedgerUnreachable, Outage, Permanent
from phonefleet.loops import Survives
from phonefleet.words import say

_RETRY = (408, 409, 429)
"""HTTP statuses worth another try. 409: of two simultaneous first runs for a phone, each creates its work queue, and
Prefect lets one of them win."""


ENDED = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")
"""The types of the states that Prefect calls terminal."""

MOST_DELETED = 50
"""How many runs Prefect deletes in one call."""

_ARTIFACTS = 20
"""How many artifacts are read at once: pictures are among them."""


class PrefectUnreachable(Outage):
    """Prefect cannot be reached; the task is sent again by itself."""


class PrefectNotFound(PrefectUnreachable):
    """Prefect has no such flow run, deployment or queue."""


class PrefectRefused(Permanent):
    """Prefect refuses the request, and always will."""


OUTAGES = Survives((LedgerUnreachable, PrefectUnreachable, PrefectRefused))
"""What the API's loops survive: the ledger or Prefect is away, or Prefect refuses."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A flow run to create. The same `idempotency_key` always names the same run."""

    deployment: str
    name: str
    work_queue: str
    parameters: dict[str, Any]
    tags: list[str]
    idempotency_key: str
    scheduled_for: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it as Prefect's API takes it."""
        return {
            "name": self.name,
            "work_queue_name": self.work_queue,
            "parameters": self.parameters,
            "tags": self.tags,
            "idempotency_key": self.idempotency_key,
            "enforce_parameter_schema": False,  # checked already, and costly
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": self.scheduled_for.isoformat()}},
        }


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run and the state that it is in."""

    id: UUID
    state_type: str
    state_name: str
    at: datetime
    message: str | None
    key: str | None
    pool: str | None
    flow_id: UUID
    created: datetime
    parameters: dict[str, Any] = field(repr=False)
    next_start: datetime | None = None
    """When a scheduled run is to start."""

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Read a flow run as Prefect's API describes it; one without a state has never been scheduled."""
        state = data.get("state") or {"type": "SCHEDULED", "name": "Scheduled", "timestamp": data["created"]}
        next_start: str | None = data.get("next_scheduled_start_time")
        return cls(
            id=UUID(data["id"]),
            state_type=state["type"],
            state_name=state["name"],
            at=datetime.fromisoformat(state["timestamp"]),
            message=state.get("message"),
            key=data.get("idempotency_key"),
            pool=data.get("work_pool_name"),
            flow_id=UUID(data["flow_id"]),
            created=datetime.fromisoformat(data["created"]),
            parameters=data.get("parameters") or {},
            next_start=None if next_start is None else datetime.fromisoformat(next_start),
        )


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a flow run's log, as of a logger with a name."""

    flow_run_id: UUID
    logger: str
    message: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it as Prefect's API takes it."""
        said = {"name": self.logger, "level": logging.INFO, "message": self.message, "timestamp": self.at.isoformat()}
        return {**said, "flow_run_id": str(self.flow_run_id)}


class PrefectApi:
    """Prefect's API. Every call raises `PrefectUnreachable` or `PrefectRefused`, nothing else."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._deployments: dict[str, str] = {}
        self._flows: dict[UUID, str] = {}

    async def create_run(self, new: NewRun) -> Run:
        """Create a flow run, or return the one that was created with the same idempotency key."""
        return Run.parse(await self._create(new.deployment, "", new.as_json()))

    async def create_runs(self, news: Sequence[NewRun]) -> list[UUID]:
        """Create flow runs of one deployment in one transaction; return their ids.

        It costs Prefect much less than as many calls. It does not tell which of them had been created before. Where one
        cannot be created none counts, although Prefect calls the others created: an error of the database in the midst
        undoes them all. Raises `PrefectUnreachable` then.
        """
        made = await self._create(news[0].deployment, "/bulk", [new.as_json() for new in news])
        results: list[dict[str, Any]] = made["results"]
        if any(result["status"] != "CREATED" for result in results):
            raise PrefectUnreachable
        return [UUID(result["flow_run_id"]) for result in results]

    async def _create(self, deployment: str, how: str, body: object) -> Any:
        deployment_id = await self._deployment_id(deployment)
        try:
            return await self.call("POST", f"/deployments/{deployment_id}/create_flow_run{how}", body)
        except PrefectUnreachable:
            self._deployments.pop(deployment, None)
            raise

    async def runs(self, ids: Sequence[UUID], not_in: Sequence[str] = ()) -> list[Run]:
        """Return those of these flow runs that exist, and are not in a state of certain types; 200 ids at most."""
        state = {"state": {"type": {"not_any_": list(not_in)}}} if not_in else {}
        return await self._runs({"flow_runs": {"id": {"any_": [str(one) for one in ids]}, **state}})

    async def runs_made_with(self, keys: Sequence[str]) -> list[Run]:
        """Return the flow runs that were created with these idempotency keys; 200 keys at most."""
        return await self._runs({"flow_runs": {"idempotency_key": {"any_": list(keys)}}})

    async def count_in(self, types: Sequence[str], ids: Sequence[UUID], pool: str) -> int:
        """Return how many of these flow runs are in a queue of a work pool, and in a state of these types."""
        states = {"type": {"any_": list(types)}}
        pools = {"name": {"any_": [pool]}}
        wanted = {"work_pools": pools, "flow_runs": {"id": {"any_": [str(one) for one in ids]}, "state": states}}
        return int(await self.call("POST", "/flow_runs/count", wanted))

    async def runs_of_pool(self, pool: str, wanted: dict[str, Any], offset: int = 0) -> list[Run]:
        """Return a page of at most 200 flow runs of a work pool that pass one of Prefect's filters."""
        pools = {"name": {"any_": [pool]}}
        return await self._runs({"work_pools": pools, "flow_runs": wanted, "sort": "ID_DESC", "offset": offset})

    async def flow_name(self, flow_id: UUID) -> str:
        """Return the name of a flow."""
        if flow_id not in self._flows:
            self._flows[flow_id] = (await self.call("GET", f"/flows/{flow_id}"))["name"]
        return self._flows[flow_id]

    async def cancel(self, run_id: UUID, message: str) -> Run:
        """Cancel a flow run: at once when it has not begun, else at its next safe point. Raises `PrefectNotFound`."""
        return await self._enter(run_id, {"type": "CANCELLING", "name": "Cancelling", "message": message})

    async def end(self, run_id: UUID, message: str) -> Run:
        """Set a flow run to Cancelled by force, for runs that no worker runs any more. Raises `PrefectNotFound`."""
        return await self._enter(run_id, {"type": "CANCELLED", "name": "Cancelled", "message": message}, force=True)

    async def schedule_again(self, run_id: UUID, at: datetime) -> Run:
        """Schedule a flow run that has ended for another try (AwaitingRetry). Raises `PrefectNotFound`."""
        details = {"scheduled_time": at.isoformat()}
        return await self._enter(run_id, {"type": "SCHEDULED", "name": "AwaitingRetry", "state_details": details})

    async def mark_late(self, run_id: UUID, due: datetime, message: str) -> bool:
        """Set a flow run that waits since `due` to Late, with a message for people; tell whether it is so now.

        Prefect refuses it, under a lock of the run, for one that is not scheduled any more, or Late already. A run that
        a worker takes at the same moment is therefore not disturbed.
        """
        details = {"scheduled_time": due.isoformat()}
        state = {"type": "SCHEDULED", "name": "Late", "message": message, "state_details": details}
        try:
            answer = await self.call("POST", f"/flow_runs/{run_id}/set_state", {"state": state})
        except PrefectNotFound:
            return False
        return answer["status"] == "ACCEPT"

    async def write_logs(self, lines: Sequence[LogLine]) -> None:
        """Add lines to the logs of flow runs."""
        await self.call("POST", "/logs/", [line.as_json() for line in lines])

    async def logs(self, run_ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return the newest lines of these runs' logs, 200 at most, the newest first."""
        wanted = {"logs": {"flow_run_id": {"any_": [str(one) for one in run_ids]}}, "sort": "TIMESTAMP_DESC"}
        return await self.call("POST", "/logs/filter", wanted)

    async def has_deployment(self, run_id: UUID) -> bool:
        """Tell whether the deployment of a flow run is still there: without it, Prefect lets no worker begin the run.

        Raises `PrefectNotFound` where the run itself is gone.
        """
        deployment_id = (await self.call("GET", f"/flow_runs/{run_id}"))["deployment_id"]
        try:
            await self.call("GET", f"/deployments/{deployment_id}")
        except PrefectNotFound:
            return False
        return True

    async def remove_queue(self, pool: str, name: str) -> None:
        """Remove a work queue, if it exists."""
        with suppress(PrefectNotFound):
            await self.call("DELETE", f"/work_pools/{pool}/queues/{quote(name, safe='')}")

    async def delete_run(self, run_id: UUID) -> None:
        """Delete a flow run, if it exists."""
        with suppress(PrefectNotFound):
            await self.call("DELETE", f"/flow_runs/{run_id}")

    async def keeps_ended_runs(self) -> timedelta | None:
        """Return for how long Prefect keeps ended runs before it deletes them by itself; None: for ever."""
        settings: Any = await self.call("GET", "/admin/settings")
        vacuum: dict[str, Any] = settings.get("server", {}).get("services", {}).get("db_vacuum") or {}
        enabled, kept = vacuum.get("enabled"), vacuum.get("retention_period")
        deletes = enabled is True or "flow_runs" in (enabled or ())
        return parse_duration(str(kept)) if deletes and kept is not None else None

    async def delete_ended_runs(self, ids: Sequence[UUID]) -> None:
        """Delete those of these flow runs that have ended, with their artifacts and logs; 50 ids at most."""
        runs = {"any_": [str(one) for one in ids]}
        ended = {"flow_runs": {"id": runs, "state": {"type": {"any_": list(ENDED)}}}}
        found = {"artifacts": {"flow_run_id": runs}, **ended, "limit": _ARTIFACTS}
        while artifacts := await self.call("POST", "/artifacts/filter", found):
            for artifact in artifacts:
                with suppress(PrefectNotFound):
                    await self.call("DELETE", f"/artifacts/{artifact['id']}")
        await self.call("POST", "/flow_runs/bulk_delete", {**ended, "limit": MOST_DELETED})

    async def send_events(self, events: Sequence[dict[str, Any]]) -> None:
        """Send events to Prefect; one whose id it has seen before is ignored."""
        await self.call("POST", "/events", list(events))

    async def ping(self) -> None:
        """Check that Prefect answers."""
        await self.call("GET", "/health")

    async def _enter(self, run_id: UUID, state: dict[str, Any], *, force: bool = False) -> Run:
        """Propose a state, and return the run as it is then: Prefect may have chosen another state."""
        await self.call("POST", f"/flow_runs/{run_id}/set_state", {"state": state, "force": force})
        return Run.parse(await self.call("GET", f"/flow_runs/{run_id}"))

    async def _runs(self, wanted: dict[str, Any]) -> list[Run]:
        return [Run.parse(data) for data in await self.call("POST", "/flow_runs/filter", wanted)]

    async def _deployment_id(self, name: str) -> str:
        if name not in self._deployments:
            self._deployments[name] = (await self.call("GET", f"/deployments/name/{name}"))["id"]
        return self._deployments[name]

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Make any call of the API, and return the JSON of its answer; None when that is empty."""
        try:
            response = await self._client.request(method, path, json=body)
            if response.is_success:
                return response.json() if response.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise PrefectUnreachable from error
        raise _refusal(response)


def _refusal(response: httpx.Response) -> PrefectUnreachable | PrefectRefused:
    """Return the error for an unsuccessful answer; a server that fails, or is not set up yet, counts as unreachable."""
    told = say(
        "prefect.prefect_answers",
        "Prefect answers {status_code} to {path}: {response}",
        status_code=response.status_code,
        path=response.request.url.path,
        response=response.text[:200],
    )
    if response.status_code == HTTPStatus.NOT_FOUND:
        return PrefectNotFound(
            say("prefect.task_sent_again_itself", "{told}; the task is sent again by itself", told=told)
        )
    again = response.is_server_error or response.status_code in _RETRY
    return (
        PrefectUnreachable(say("prefect.task_sent_again_itself", "{told}; the task is sent again by itself", told=told))
        if again
        else PrefectRefused(told)
    )
