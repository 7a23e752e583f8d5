"""The schemas of scraped users."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers.fields import Id, Instant, PageQuery


class ScrapedUserQuery(PageQuery):
    """Which users to list, and in which format; CSV has no pages."""

    format: Literal["json", "csv"] = Field(default="json", description="One page as JSON, or everybody as CSV.")
    whole_request: bool = Field(
        default=False, description="Whom all tasks of the same request have collected, not this one alone."
    )


class ScrapedUserOut(BaseModel):
    """Somebody who was found: by which task, in which list, at which place from 1."""

    model_config = ConfigDict(from_attributes=True)

    username: str
    source: str
    position: int
    task_id: Id
    seen_at: Instant


class ScrapedUserPage(BaseModel):
    """One page of people, in order of discovery."""

    users: list[ScrapedUserOut]
    total: int
    page: int
    page_size: int
