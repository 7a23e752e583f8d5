"""The answers of the routes about the server itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.answers.fields import ALL_FIELDS
from api.answers.told import Telling, Told


class License(Telling):
    """What this installation allows."""

    plan_name: str
    api_enabled: bool
    device_limit: int
    message: Told


class Health(Telling):
    """The answer of a health check that passed."""

    model_config = ALL_FIELDS

    status: Literal["ok"] = "ok"


class History(Telling):
    """How long ended tasks are kept, and what was deleted since the API began."""

    model_config = ALL_FIELDS

    kept: str = Field(description="How long ended tasks are kept, as in 90d; forever: they are never deleted.")
    cleaned_at: datetime | None = Field(
        description="When everything older was last deleted; null: not yet since the API began."
    )
    deleted: int = Field(description="Number of ended tasks that were deleted since the API began.")
    waiting: int = Field(description="Number of older tasks that wait until Prefect has deleted their runs.")
    remark: Told | None = Field(description="What keeps the API from deleting, in one sentence; null: nothing.")


class HostHealth(BaseModel):
    """Whether a joined host is heard."""

    model_config = ALL_FIELDS

    name: str
    state: Literal["online", "away"]


class Readiness(Health):
    """The answer of a readiness check that passed: tasks are taken. Whether they start now, `remark` says."""

    worker: bool | None = Field(
        default=None, description="Whether a worker is alive that can run tasks; null: not known yet."
    )
    remark: Told | None = Field(
        default=None, description="What keeps all tasks from starting, in one sentence for a person."
    )
    hosts: list[HostHealth] = Field(
        default_factory=list[HostHealth], description="The hosts that have joined, and whether each is heard now."
    )
    history: History
