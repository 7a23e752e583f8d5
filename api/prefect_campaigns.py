"""What campaigns need of Prefect's HTTP API: a deployment each, with a schedule, and its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from api.campaign_schemas import CampaignParameters, CampaignSettings
from api.prefect_api import PrefectApi, PrefectLacks
from phonefleet.ledger.campaigns import Campaign
from phonefleet.schedules import Schedule
from phonefleet.settings import CAMPAIGNS

FLOW = "campaign"
_PLANNED = "campaign-"
_PAGE = 200
_UNFINISHED = ("SCHEDULED", "PENDING", "RUNNING", "CANCELLING", "PAUSED")
_POOL = {"name": {"any_": [CAMPAIGNS]}}


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """A run of a campaign's deployment; one that a person has started is not planned."""

    id: UUID
    deployment_id: UUID
    due_at: datetime
    planned: bool
    state_type: str
    parameters: dict[str, Any]

    @classmethod
    def parse(cls, data: dict[str, Any]) -> Self:
        """Read a run as Prefect's API describes it."""
        return cls(
            id=UUID(data["id"]),
            deployment_id=UUID(data["deployment_id"]),
            due_at=datetime.fromisoformat(data["expected_start_time"]),
            planned=bool(data["auto_scheduled"]) or (data["idempotency_key"] or "").startswith(_PLANNED),
            state_type=data["state_type"] or "SCHEDULED",
            parameters=data["parameters"] or {},
        )


class PrefectCampaigns:
    """Deployments and runs of campaigns. Every call raises `PrefectUnreachable` or `PrefectRefused`, nothing else."""

    def __init__(self, prefect: PrefectApi) -> None:
        self._prefect = prefect

    async def deployments(self) -> dict[UUID, dict[str, Any]]:
        """Return what Prefect has of each campaign."""
        found: dict[UUID, dict[str, Any]] = {}
        while True:
            wanted = {"work_pools": _POOL, "limit": _PAGE, "offset": len(found), "sort": "NAME_ASC"}
            page = await self._prefect.call("POST", "/deployments/filter", wanted)
            found |= {UUID(deployment["id"]): seen_of(deployment) for deployment in page}
            if len(page) < _PAGE:
                return found

    async def put(self, campaign: Campaign) -> tuple[UUID, dict[str, Any]]:
        """Make or change a campaign's deployment; return its id and what Prefect has of it now."""
        body = _body(campaign)
        deployment_id = campaign.deployment_id
        if deployment_id is not None:
            try:
                await self._prefect.call("PATCH", f"/deployments/{deployment_id}", body)
            except PrefectLacks:
                deployment_id = None
        if deployment_id is None:
            deployment_id = await self._create(campaign, body)
        return deployment_id, seen_of(await self._prefect.call("GET", f"/deployments/{deployment_id}"))

    async def delete(self, deployment_id: UUID) -> None:
        """Delete a deployment, if it is there."""
        try:
            await self._prefect.call("DELETE", f"/deployments/{deployment_id}")
        except PrefectLacks:
            return

    async def runs(self, before: datetime) -> list[CampaignRun]:
        """Return the runs that are due before an instant and have not ended, by due time."""
        runs = {
            "state": {"type": {"any_": _UNFINISHED}},
            "expected_start_time": {"before_": before.isoformat()},
            "deployment_id": {"is_null_": False},
        }
        wanted = {"work_pools": _POOL, "flow_runs": runs, "sort": "EXPECTED_START_TIME_ASC", "limit": _PAGE}
        return [CampaignRun.parse(data) for data in await self._prefect.call("POST", "/flow_runs/filter", wanted)]

    async def plan(self, campaign: Campaign, due_at: datetime) -> bool:
        """Make the run of a due time; False when there is or was one, which somebody may have cancelled."""
        deployment_id, moment = campaign.deployment_id, timedelta(milliseconds=1)
        around = {"after_": (due_at - moment).isoformat(), "before_": (due_at + moment).isoformat()}
        runs = {"deployment_id": {"any_": [str(deployment_id)]}, "expected_start_time": around}
        if await self._prefect.call("POST", "/flow_runs/count", {"flow_runs": runs}):
            return False
        body = {
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due_at.isoformat()}},
            "idempotency_key": f"{_PLANNED}{deployment_id}-{due_at.isoformat()}",
            "enforce_parameter_schema": False,
        }
        await self._prefect.call("POST", f"/deployments/{deployment_id}/create_flow_run", body)
        return True

    async def begin(self, run_id: UUID) -> bool:
        """Let a run be Running; False when it must not be: it was cancelled or deleted."""
        try:
            answer = await self._prefect.call(
                "POST", f"/flow_runs/{run_id}/set_state", {"state": {"type": "RUNNING", "name": "Running"}}
            )
        except PrefectLacks:
            return False
        return answer["status"] == "ACCEPT"

    async def end(self, run_id: UUID, state_type: str, name: str, message: str) -> None:
        """Let a run have ended, with a sentence."""
        state = {"type": state_type, "name": name, "message": message}
        try:
            await self._prefect.call("POST", f"/flow_runs/{run_id}/set_state", {"state": state, "force": True})
        except PrefectLacks:
            return

    async def _create(self, campaign: Campaign, body: dict[str, Any]) -> UUID:
        flow = await self._prefect.call("POST", "/flows/", {"name": FLOW})
        more = {"name": campaign.name, "flow_id": flow["id"], "work_pool_name": CAMPAIGNS}
        return UUID((await self._prefect.call("POST", "/deployments/", body | more))["id"])


def _body(campaign: Campaign) -> dict[str, Any]:
    settings = CampaignSettings.model_validate(campaign.settings)
    return {
        "description": "A campaign of Phonefleet: its API runs it, no worker does. Schedule and parameters may be "
        "changed here; see the campaign for what was taken over.",
        "tags": [f"campaign:{campaign.id}"],
        "paused": campaign.paused,
        "schedules": [{"active": not campaign.paused, "schedule": _written(settings.schedule)}],
        "parameters": {name: value for name, value in campaign.settings.items() if name != "schedule"},
        "parameter_openapi_schema": _form(),
        "enforce_parameter_schema": False,
    }


def _form() -> dict[str, Any]:
    """Return the form of a campaign's parameters, as Prefect describes forms."""
    schema = CampaignParameters.model_json_schema(ref_template="#/definitions/{model}")
    return {
        "title": "Parameters",
        "type": "object",
        "properties": schema["properties"],
        "required": schema["required"],
        "definitions": schema.get("$defs", {}),
    }


def seen_of(deployment: dict[str, Any]) -> dict[str, Any]:
    """Return of a deployment what people may change."""
    schedules = [{"active": each["active"], "schedule": each["schedule"]} for each in deployment["schedules"]]
    return {"paused": deployment["paused"], "schedules": schedules, "parameters": deployment["parameters"]}


def _written(schedule: Schedule) -> dict[str, Any]:
    if schedule.cron is not None:
        return {"cron": schedule.cron, "timezone": schedule.timezone}
    if schedule.rrule is not None:
        return {"rrule": schedule.rrule, "timezone": schedule.timezone}
    anchor = schedule.anchor and schedule.anchor.isoformat()
    return {"interval": schedule.interval, "anchor_date": anchor, "timezone": schedule.timezone}


def read_schedule(written: dict[str, Any]) -> dict[str, Any]:
    """Return a schedule of Prefect's as a campaign has it."""
    fields = {"cron": "cron", "rrule": "rrule", "interval": "interval", "anchor_date": "anchor", "timezone": "timezone"}
    return {ours: written[theirs] for theirs, ours in fields.items() if written.get(theirs) is not None}


def is_paused(seen: dict[str, Any]) -> bool:
    """Tell whether nothing is due: the deployment is paused, or no schedule of it is active."""
    schedules: Sequence[dict[str, Any]] = seen["schedules"]
    return seen["paused"] or not any(each["active"] for each in schedules)
