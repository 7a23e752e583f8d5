"""What the server says about itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class License(BaseModel):
    """What this installation allows."""

    plan_name: str
    api_enabled: bool
    device_limit: int
    message: str


class Health(BaseModel):
    """That the process answers, and what it needs does too."""

    status: Literal["ok"] = "ok"
