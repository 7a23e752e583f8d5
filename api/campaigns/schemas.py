"""The schemas of campaigns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)

from api.answers.fields import Id, Instant, Interval, Moment, Name, PageQuery
from api.answers.told import Telling, Told
from api.fleet.device_schemas import PhoneName
from api.tasks.schemas import TaskRequest
from phonefleet.ledger.campaigns.campaigns import Outcome
from phonefleet.schedules import Schedule, Weekday
from phonefleet.text import storable
from phonefleet.words import say

Overlap = Literal["skip", "queue", "cancel"]
CatchUp = Literal["none", "last", "all"]

_EXAMPLE: dict[str, JsonValue] = {
    "name": "Morning follows",
    "task": {
        "serials": ["device_serial_1"],
        "script_name": "follow",
        "script_config": {"target_users": ["@example_user"]},
    },
    "schedule": {"cron": "0 9 * * *", "timezone": "Europe/Berlin"},
    "jitter": 600,
    "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
}


CampaignName = Annotated[Name, BeforeValidator(storable)]


class CampaignParameters(BaseModel):
    """What a campaign does when it is due; in Prefect these are the parameters of its deployment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: TaskRequest = Field(description="What `POST /task` takes, without `start_time`.")
    jitter: Interval = Field(default=0, description="Longest delay after a due time, in seconds; drawn each time.")
    working_days: list[Weekday] | None = Field(default=None, description="Weekdays in its time zone; null: all.")
    start: Moment | None = Field(default=None, description="Due times before it do nothing.")
    end: Moment | None = Field(default=None, description="Due times after it do nothing.")
    random_order: StrictBool = Field(default=False, description="Draw the order of the tasks of each phone.")
    overlap: Overlap = Field(
        default="queue", description="While tasks of an earlier time go on: skip this time, queue it, or cancel those."
    )
    catch_up: CatchUp = Field(
        default="last",
        description="Which due times are made up for after everything was down for over a minute; "
        "`all` looks back to the last 100.",
    )

    @field_validator("task")
    @classmethod
    def _starts_when_due(cls, task: TaskRequest) -> TaskRequest:
        if task.start_time is not None:
            message = say(
                "campaigns.must_leave_out_start_time",
                "must leave out start_time: a campaign's tasks start when it is due",
            )
            raise ValueError(message)
        return task

    @field_validator("end")
    @classmethod
    def _after_the_start(cls, end: datetime | None, info: ValidationInfo) -> datetime | None:
        start: datetime | None = info.data.get("start")
        if start is not None and end is not None and end <= start:
            message = say("campaigns.must_lie_after_start", "must lie after start")
            raise ValueError(message)
        return end


class CampaignSettings(CampaignParameters):
    """All settings of a campaign except its name, as the ledger stores them."""

    schedule: Schedule


class CampaignRequest(CampaignSettings):
    """A new campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    name: CampaignName
    paused: StrictBool = False


class CampaignChanges(BaseModel):
    """What to change about a campaign; what is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: TaskRequest | None = None
    schedule: Schedule | None = None
    jitter: Interval | None = None
    working_days: list[Weekday] | None = None
    start: Moment | None = None
    end: Moment | None = None
    random_order: StrictBool | None = None
    overlap: Overlap | None = None
    catch_up: CatchUp | None = None


class CampaignQuery(PageQuery):
    """Which campaigns to list."""

    name: CampaignName | None = Field(default=None, description="The one with this name.")


class ScheduleOut(BaseModel):
    """When a campaign is due."""

    model_config = ConfigDict(from_attributes=True)

    cron: str | None
    interval: int | None
    anchor: Instant | None
    rrule: str | None
    timezone: str | None


class FiringOut(Telling):
    """What became of a due time."""

    model_config = ConfigDict(from_attributes=True)

    due_at: Instant
    fired_at: Instant
    outcome: Outcome
    remark: Told
    tasks: int
    flow_run_id: UUID | None


class CampaignOut(Telling):
    """A campaign."""

    id: Id
    name: str
    task: dict[str, Any]
    phones: list[PhoneName] = Field(description="The phones that `task.serials` names, those of groups left out.")
    schedule: ScheduleOut
    jitter: float
    working_days: list[Weekday] | None
    start: Instant | None
    end: Instant | None
    random_order: bool
    overlap: Overlap
    catch_up: CatchUp
    paused: bool
    version: int
    note: Told | None = Field(description="What a person should know, such as a change in Prefect that does not fit.")
    created_at: Instant
    updated_at: Instant
    deployment_url: str | None = Field(description="Where people see it in the Prefect UI; null until Prefect has it.")
    next_due: list[Instant] = Field(description="The next due times, without jitter; none while it is paused.")
    last_firing: FiringOut | None


class CampaignDetail(CampaignOut):
    """A campaign with what became of its last due times, the latest first."""

    firings: list[FiringOut]


class CampaignPage(BaseModel):
    """One page of campaigns, by name."""

    campaigns: list[CampaignOut]
    total: int
    page: int
    page_size: int


class CampaignsRequest(BaseModel):
    """All campaigns that there should be, or some of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaigns: list[CampaignRequest] = Field(max_length=1000)
    prune: StrictBool = Field(default=False, description="Delete the campaigns that are not named.")
    dry_run: StrictBool = Field(default=False, description="Only tell what would change.")

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        names = [campaign.name for campaign in self.campaigns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            message = say(
                "campaigns.names_more_than_once", "names {twice} more than once", twice=", ".join(twice)[:100]
            )
            raise ValueError(message)
        return self


class Difference(BaseModel):
    """A field that differs; null means that it is not there."""

    field: str
    before: Any
    after: Any


class CampaignChange(BaseModel):
    """What was done, or would be done, to a campaign."""

    name: str
    action: Literal["create", "change", "keep", "delete"]
    differences: list[Difference]


class CampaignsApplied(BaseModel):
    """What was changed so that the campaigns are as wanted; with `dry_run`, what would be."""

    changes: list[CampaignChange]
    applied: bool
