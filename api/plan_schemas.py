"""The answer of a plan: what the tasks of a request would do."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.envelope import FieldError
from api.schemas import Instant
from phonefleet.limits import Kind
from phonefleet.limits.deciding import Limit
from phonefleet.plans import Basis


class Times(BaseModel):
    """An instant as well as it is known."""

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


class LimitMet(BaseModel):
    """A limit that tasks meet."""

    model_config = ConfigDict(from_attributes=True)

    account: str
    kind: Kind | None = Field(description="Of actions; null when no kind of them is possible.")
    limit: Limit
    why: str = Field(description="Goes on after the account's name.")
    until: Instant | None = Field(description="When the first of them goes on; null: never.")
    fails: bool = Field(description="Whether they fail; otherwise they wait.")
    tasks: int


class SpanOut(BaseModel):
    """A time in which a phone is expected to work, waits between tasks included."""

    model_config = ConfigDict(from_attributes=True)

    start: Instant
    end: Instant
    asked: bool = Field(description="Whether these are tasks of the request, not those that are there already.")
    tasks: int


class PhonePlan(BaseModel):
    """What a phone would do."""

    serial: str
    alias: str | None
    tasks: int
    before: int = Field(description="Tasks that it runs or that wait for it already.")
    start: Times | None = Field(description="Null when every task would fail at a limit.")
    end: Times | None
    estimate: EstimateOut
    limits: list[LimitMet]
    conflicts: list[str] = Field(description="What stands against it, each a sentence for a person.")
    spans: list[SpanOut] = Field(description="As expected.")


class PlanOut(BaseModel):
    """What a request for tasks would do; nothing has been done."""

    accepted: bool = Field(description="Whether `POST /task` would take it.")
    refusals: list[FieldError] = Field(description="Why it would not, such as people whom nobody may contact.")
    tasks: int
    start: Times | None
    end: Times | None
    phones: list[PhonePlan]
