"""A campaign in Prefect's HTTP API: one deployment with a schedule, and one flow run for each due time.

It translates; which runs there should be is decided in `due_times`, what a run does in `firing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal, Self
from uuid import UUID

from api.campaigns.schemas import CampaignParameters
from api.campaigns.settings import settings_of
from api.prefect.client import PrefectApi, PrefectNotFound
from phonefleet.ledger.campaigns.campaigns import Campaign, Firing
from phonefleet.schedules import Schedule, begun
from phonefleet.settings import CAMPAIGNS

FLOW = "campaign"
_KEY_PREFIX = "campaign-"
_PAGE = 200
_UNFINISHED = ("SCHEDULED", "PENDING", "RUNNING", "CANCELLING", "PAUSED")
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
_STATES = {"fired": ("COMPLETED", "Completed"), "failed": ("FAILED", "Failed")}
_POOL = {"name": {"any_": [CAMPAIGNS]}}


Ensured = Literal["made", "there", "ended"]
"""The run of a due time was created now, exists and has not ended, or has ended without being carried out."""


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """A flow run of a campaign's deployment; `by_schedule` is false for one that a person has started in Prefect."""

    id: UUID
    deployment_id: UUID
    due_at: datetime
    by_schedule: bool
    state_type: str
    parameters: dict[str, Any]
    name: str

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Read a run as Prefect's API describes it."""
        return cls(
            id=UUID(data["id"]),
            deployment_id=UUID(data["deployment_id"]),
            due_at=datetime.fromisoformat(data["expected_start_time"]),
            by_schedule=bool(data["auto_scheduled"]) or (data["idempotency_key"] or "").startswith(_KEY_PREFIX),
            state_type=data["state_type"] or "SCHEDULED",
            parameters=data["parameters"] or {},
            name=data["name"],
        )


class PrefectCampaigns:
    """Deployments and flow runs of campaigns. Calls raise `PrefectUnreachable` or `PrefectRefused`, nothing else."""

    def __init__(self, prefect: PrefectApi, zone: tzinfo) -> None:
        self._zone = zone
        self._prefect = prefect

    async def deployments(self) -> dict[UUID, dict[str, Any]]:
        """Return what people can change of each campaign's deployment (see `seen_of`), by its id."""
        found: dict[UUID, dict[str, Any]] = {}
        while True:
            wanted = {"work_pools": _POOL, "limit": _PAGE, "offset": len(found), "sort": "NAME_ASC"}
            page = await self._prefect.call("POST", "/deployments/filter", wanted)
            found |= {UUID(deployment["id"]): seen_of(deployment) for deployment in page}
            if len(page) < _PAGE:
                return found

    async def put(self, campaign: Campaign) -> tuple[UUID, dict[str, Any]]:
        """Create or change a campaign's deployment; return its id, and `seen_of` it. Raises `Problem`, too."""
        body = _body(campaign)
        deployment_id = campaign.deployment_id
        if deployment_id is not None:
            try:
                await self._prefect.call("PATCH", f"/deployments/{deployment_id}", body)
            except PrefectNotFound:
                deployment_id = None
        if deployment_id is None:
            deployment_id = await self._create(campaign, body)
        return deployment_id, seen_of(await self._prefect.call("GET", f"/deployments/{deployment_id}"))

    async def delete(self, deployment_id: UUID) -> None:
        """Delete a deployment, if it is there."""
        try:
            await self._prefect.call("DELETE", f"/deployments/{deployment_id}")
        except PrefectNotFound:
            return

    async def runs(self, before: datetime) -> list[CampaignRun]:
        """Return the unfinished runs that are due before an instant, by due time."""
        runs = {
            "state": {"type": {"any_": _UNFINISHED}},
            "expected_start_time": {"before_": before.isoformat()},
            "deployment_id": {"is_null_": False},
        }
        return [CampaignRun.parse(data) for data in await self._runs({"work_pools": _POOL, "flow_runs": runs})]

    async def ensure_run(self, campaign: Campaign, due_at: datetime) -> Ensured:
        """Create the run of a due time, unless there is or was one, which somebody may have cancelled."""
        moment = timedelta(milliseconds=1)
        around = {"after_": (due_at - moment).isoformat(), "before_": (due_at + moment).isoformat()}
        runs = {"deployment_id": {"any_": [str(campaign.deployment_id)]}, "expected_start_time": around}
        if found := await self._runs({"flow_runs": runs}):
            return "there" if any(run["state_type"] in {*_UNFINISHED, None} for run in found) else "ended"
        await self._make(campaign, due_at, key=f"{_KEY_PREFIX}{campaign.deployment_id}-{due_at.isoformat()}")
        return "made"

    async def create_run(self, campaign: Campaign, at: datetime) -> UUID:
        """Create a run as a person would in Prefect, with the campaign's present parameters; return its id."""
        return await self._make(campaign, at, parameters=_parameters(campaign))

    async def set_running(self, run_id: UUID) -> bool:
        """Set a run to Running; False when Prefect rejects that: it was cancelled or deleted, or it is too early."""
        try:
            answer = await self._prefect.call(
                "POST", f"/flow_runs/{run_id}/set_state", {"state": {"type": "RUNNING", "name": "Running"}}
            )
        except PrefectNotFound:
            return False
        return answer["status"] == "ACCEPT"

    async def has_ended(self, run_id: UUID) -> bool:
        """Tell whether a run exists and has ended."""
        try:
            return (await self._prefect.call("GET", f"/flow_runs/{run_id}"))["state_type"] in _ENDED
        except PrefectNotFound:
            return False

    async def set_name(self, run: CampaignRun, campaign: Campaign) -> None:
        """Give a run that Prefect's scheduler created a readable name."""
        name = _name(campaign, run.due_at, self._zone)
        if run.name != name:
            try:
                await self._prefect.call("PATCH", f"/flow_runs/{run.id}", {"name": name})
            except PrefectNotFound:
                return

    async def end_with(self, run_id: UUID, firing: Firing) -> None:
        """End a run with the outcome of its firing: Completed, Failed, or a completed state named Skipped or Missed."""
        state_type, name = _STATES.get(firing.outcome, ("COMPLETED", firing.outcome.title()))
        await self.end(run_id, state_type, name, firing.remark)

    async def end(self, run_id: UUID, state_type: str, name: str, message: str) -> None:
        """Set a run to a final state, with a message for people."""
        state = {"type": state_type, "name": name, "message": message}
        try:
            await self._prefect.call("POST", f"/flow_runs/{run_id}/set_state", {"state": state, "force": True})
        except PrefectNotFound:
            return

    async def _runs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """Return all runs that pass a filter, by due time."""
        found: list[dict[str, Any]] = []
        while True:
            page = {**wanted, "sort": "EXPECTED_START_TIME_ASC", "limit": _PAGE, "offset": len(found)}
            some = await self._prefect.call("POST", "/flow_runs/filter", page)
            found += some
            if len(some) < _PAGE:
                return found

    async def _make(self, campaign: Campaign, at: datetime, **more: Any) -> UUID:
        body = {
            "name": _name(campaign, at, self._zone),
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": at.isoformat()}},
            "enforce_parameter_schema": False,
            "parameters": more.get("parameters", {}),
            "idempotency_key": more.get("key"),
        }
        made = await self._prefect.call("POST", f"/deployments/{campaign.deployment_id}/create_flow_run", body)
        return UUID(made["id"])

    async def _create(self, campaign: Campaign, body: dict[str, Any]) -> UUID:
        flow = await self._prefect.call("POST", "/flows/", {"name": FLOW})
        more = {"name": campaign.name, "flow_id": flow["id"], "work_pool_name": CAMPAIGNS}
        return UUID((await self._prefect.call("POST", "/deployments/", body | more))["id"])


def _body(campaign: Campaign) -> dict[str, Any]:
    settings = settings_of(campaign.settings)
    return {
        "description": "A campaign of Phonefleet: its API runs it, no worker does. Schedule and parameters may be "
        "changed here; see the campaign for what was taken over.",
        "tags": [f"campaign:{campaign.id}"],
        "paused": campaign.paused,
        # Active even while paused, so that a person resumes the campaign with one switch.
        "schedules": [{"active": True, "schedule": prefect_schedule(settings.schedule)}],
        "parameters": _parameters(campaign),
        "parameter_openapi_schema": _form(),
        "enforce_parameter_schema": False,
    }


def _parameters(campaign: Campaign) -> dict[str, Any]:
    return {name: value for name, value in campaign.settings.items() if name != "schedule"}


def _name(campaign: Campaign, at: datetime, zone: tzinfo) -> str:
    """Return the name of a run: the campaign's name, and the due time in the zone of all times that people read."""
    return f"{campaign.name} {at.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _form() -> dict[str, Any]:
    """Return the JSON schema of a campaign's parameters, from which Prefect's UI builds its form."""
    schema = CampaignParameters.model_json_schema(ref_template="#/definitions/{model}")
    return {
        "title": "Parameters",
        "type": "object",
        "properties": schema["properties"],
        "required": schema["required"],
        "definitions": schema.get("$defs", {}),
    }


def seen_of(deployment: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a deployment that people may change in Prefect: paused, schedules, parameters."""
    schedules = [{"active": each["active"], "schedule": each["schedule"]} for each in deployment["schedules"]]
    return {"paused": deployment["paused"], "schedules": schedules, "parameters": deployment["parameters"]}


def prefect_schedule(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule in the form of Prefect's API."""
    if schedule.cron is not None:
        return {"cron": schedule.cron, "timezone": schedule.timezone}
    if schedule.rrule is not None:
        return {"rrule": begun(schedule.rrule), "timezone": schedule.timezone}
    if schedule.rule is not None:  # Prefect's interval of days shifts by an hour between summer and winter time
        return {"rrule": schedule.rule, "timezone": schedule.timezone}
    anchor = schedule.anchor and schedule.anchor.isoformat()
    return {"interval": schedule.interval, "anchor_date": anchor, "timezone": schedule.timezone}


def read_schedule(schedule: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a campaign's schedule, from a schedule of Prefect's API."""
    fields = {"cron": "cron", "rrule": "rrule", "interval": "interval", "anchor_date": "anchor", "timezone": "timezone"}
    return {ours: schedule[theirs] for theirs, ours in fields.items() if schedule.get(theirs) is not None}


def is_paused(seen: dict[str, Any]) -> bool:
    """Tell whether a deployment is paused, or has no active schedule."""
    schedules: Sequence[dict[str, Any]] = seen["schedules"]
    return seen["paused"] or not any(each["active"] for each in schedules)
