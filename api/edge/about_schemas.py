"""The answers of the routes about the server itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.answers.fields import ALL_FIELDS


class License(BaseModel):
    """What this installation allows."""

    plan_name: str
    api_enabled: bool
    device_limit: int
    message: str


class Health(BaseModel):
    """The answer of a health check that passed."""

    model_config = ALL_FIELDS

    status: Literal["ok"] = "ok"


class Readiness(Health):
    """The answer of a readiness check that passed: tasks are taken. Whether they start now, `remark` says."""

    worker: bool | None = Field(
        default=None, description="Whether a worker is alive that can run tasks; null: not known yet."
    )
    remark: str | None = Field(
        default=None, description="What keeps all tasks from starting, in one sentence for a person."
    )
