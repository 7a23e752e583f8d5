"""The schemas of plans: of a request, or of all campaigns over some days."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StrictBool,
    Tag,
    model_validator,
)

from api.answers.envelope import FieldError
from api.answers.fields import ALL_FIELDS, Id, Instant, WantedId
from api.answers.told import Telling, Told
from api.campaigns.schemas import CampaignRequest
from api.fleet.device_schemas import PhoneName
from api.tasks.schemas import TaskRequest
from phonefleet.limits import Kind
from phonefleet.limits.deciding import Limit
from phonefleet.plans import Basis, Overlap
from phonefleet.text import whole_number
from phonefleet.words import say

MOST_DAYS = 31
_EXAMPLE: dict[str, JsonValue] = {"days": 7}


class DaysRequest(BaseModel):
    """For how many days to plan all campaigns, from now on, perhaps with one that is not entered yet."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS), BeforeValidator(whole_number)]
    with_paused: StrictBool = Field(default=False, description="Paused campaigns too, as if they were resumed now.")
    campaign: CampaignRequest | None = Field(
        default=None,
        description="One that is not entered yet, planned among the others as if it were, and not paused. The answer "
        "has it with the id 0, or that of `instead_of`; it is refused as `POST /campaigns` would refuse it.",
    )
    instead_of: WantedId | None = Field(
        default=None, description="The campaign in whose place `campaign` is, where it is to be changed."
    )

    @model_validator(mode="after")
    def _instead_of_one(self) -> Self:
        if self.instead_of is not None and self.campaign is None:
            message = say("plans.instead_of_needs_campaign", "instead_of needs campaign")
            raise ValueError(message)
        return self


def _which(body: Any) -> str:
    return "<days>" if isinstance(body, dict) and "days" in body else "<tasks>"


PlanRequest = Annotated[
    Annotated[TaskRequest, Tag("<tasks>")] | Annotated[DaysRequest, Tag("<days>")], Discriminator(_which)
]
"""What `POST /task` takes, or a number of days; in the places of errors, angle brackets tell which one was meant."""


class Times(BaseModel):
    """An instant with its uncertainty."""

    earliest: Instant = Field(description="If nearly every task is as quick as the quickest tenth of earlier ones.")
    expected: Instant = Field(description="If tasks take what earlier ones took on average.")
    latest: Instant = Field(description="If nearly every task is as slow as the slowest tenth of earlier ones.")


class EstimateOut(BaseModel):
    """How long one task takes, in seconds, without the wait before it."""

    earliest: float
    expected: float
    latest: float
    median: float
    samples: int = Field(description="How many earlier tasks of the script say so.")
    basis: Basis = Field(description="Whose they are: the phone's, those of all phones, or nobody's: a usual figure.")


class LimitMet(Telling):
    """A limit that tasks meet."""

    model_config = ConfigDict(from_attributes=True)

    campaign: Id | None = Field(description="Whose tasks they are; null: those of the request.")
    account: str
    kind: Kind | None = Field(description="Of actions; null when no kind of them is possible.")
    limit: Limit
    why: Told = Field(description="Goes on after the account's name.")
    until: Instant | None = Field(description="When the first of them goes on; null: never.")
    fails: bool = Field(description="Whether they fail; otherwise they wait.")
    tasks: int
    at: list[Instant] = Field(description="When they meet it, first on each day (UTC), of at most 31 days.")


class SpanOut(BaseModel):
    """A time in which a phone is expected to work, waits between tasks included."""

    model_config = ConfigDict(from_attributes=True)

    start: Instant
    end: Instant
    asked: bool = Field(description="Whether the plan is about these tasks, not those that are there already.")
    tasks: int
    campaign: Id | None


class PhoneShare(BaseModel):
    """What a campaign would do on one phone."""

    campaign: Id
    tasks: int
    start: Times | None = Field(description="Null when none of its tasks would begin.")
    end: Times | None


class PhonePlan(BaseModel):
    """What a phone would do."""

    model_config = ALL_FIELDS

    serial: str
    alias: str | None
    tasks: int
    before: int = Field(description="Tasks that it runs or that wait for it already.")
    start: Times | None = Field(description="Null when every task would fail at a limit.")
    end: Times | None
    estimate: EstimateOut | None = Field(description="Null where campaigns are planned: see each of them.")
    limits: list[LimitMet]
    conflicts: list[Told] = Field(description="Each a sentence for a person.")
    spans: list[SpanOut] = Field(description="As expected.")
    shares: list[PhoneShare] = Field(default_factory=list[PhoneShare], description="What is whose, of campaigns.")


class FiringPlan(BaseModel):
    """A firing of a campaign."""

    due_at: Instant
    begins_at: Instant = Field(description="After its jitter, which is drawn for each due time once and for all.")
    outcome: Literal["fired", "skipped", "failed"]
    cancelled: int = Field(description="Tasks of an earlier firing that it cancels.")
    tasks: int
    end: Instant | None = Field(description="As expected; null when none of its tasks would come to an end.")


ConflictKind = Literal["refused", "phone", "overlap", "budget", "hours", "unfinished"]


class ConflictOut(Telling):
    """A conflict of a campaign: with other tasks, with itself, with a limit, or with time."""

    kind: ConflictKind = Field(
        description="It makes no tasks; it waits for a phone; it overlaps itself; it wants more than a budget; "
        "it is due out of working hours; or it makes more work than there is time for."
    )
    why: Told = Field(description="Goes on after the campaign's name.")
    other: Id | None = Field(description="The campaign that it waits for.")
    times: int
    first_at: Instant | None
    serials: list[str] = Field(description="The phones, at most 20.")
    phones: list[PhoneName] = Field(description="The same phones with their aliases.")


class CampaignPlan(BaseModel):
    """What a campaign would do."""

    id: Id
    name: str
    script_name: str
    timezone: str
    overlap: Overlap
    paused: bool
    fired: int = Field(description="How often it makes tasks.")
    skipped: int = Field(description="How often it does nothing, because tasks of an earlier time go on.")
    failed: int = Field(description="How often it can make no tasks.")
    tasks: int
    cancelled: int = Field(description="Tasks that it makes and cancels again.")
    phones: int
    start: Times | None
    end: Times | None
    estimate: EstimateOut | None = Field(description="How long one of its tasks takes; null when it makes none.")
    firings: list[FiringPlan] = Field(description="The first ones, at most 50.")
    conflicts: list[ConflictOut]


class PlanOut(BaseModel):
    """What a request for tasks would do, or all campaigns over some days; nothing has been done."""

    model_config = ALL_FIELDS

    accepted: bool = Field(description="Whether `POST /task` would take it, or each campaign could make its tasks.")
    refusals: list[FieldError] = Field(description="Why not, such as people whom nobody may contact.")
    tasks: int
    start: Times | None
    end: Times | None
    phones: list[PhonePlan]
    since: Instant | None = Field(default=None, description="Campaigns are planned from here; null for a request.")
    until: Instant | None = Field(default=None, description="Due times up to here are planned; null for a request.")
    cut: Told | None = Field(default=None, description="Why it does not reach as far as asked for, in a sentence.")
    campaigns: list[CampaignPlan] = Field(default_factory=list[CampaignPlan], description="Empty for a request.")
