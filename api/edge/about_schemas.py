"""The answers of the routes about the server itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

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
