"""Field types and small models that the schemas of several rooms share. It knows nothing of any concept."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from phonefleet.text import bare_name, storable, whole_number
from phonefleet.wording import Form
from phonefleet.words import say

LARGEST_PAGE_NUMBER = 1_000_000_000
LARGEST_ID = 2**53
"""Larger than any id, and the largest integer up to which every JSON reader is exact (an IEEE 754 double)."""

ALL_FIELDS = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)
"""For answers: fields that have a default are always there, too."""

_MONTH_IN_SECONDS = 31 * 24 * 3600


def is_id(number: int) -> bool:
    """Tell whether a number of an address can be an id; the database refuses to look for others."""
    return 0 < number < LARGEST_ID


def _finite(value: object) -> object:
    """Refuse whole numbers of more than 31 days; JSON allows some that no float can hold. Raises `ValueError`."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MONTH_IN_SECONDS:
        message = say("answers.more_than_31_days", "is more than 31 days")
        raise ValueError(message)
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written(value: object) -> object:
    """Refuse instants that are given as numbers, whose unit nobody knows. Raises `ValueError`."""
    if isinstance(value, str) and not value.strip().lstrip("+-").replace(".", "", 1).isdecimal():
        return value
    message = say("answers.must_iso_8601_instant_offset", "must be an ISO 8601 instant with an offset")
    raise ValueError(message)


def _day_written(value: object) -> object:
    """Refuse days that are given as anything but YYYY-MM-DD: a number would count from 1970. Raises `ValueError`."""
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        return value.strip()
    message = say("answers.must_be_a_day", "must be a date, as in 2031-01-02")
    raise ValueError(message)


Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str)]
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Username = Annotated[str, StringConstraints(max_length=200), AfterValidator(bare_name), Field(min_length=1)]
Interval = Annotated[float, BeforeValidator(_finite), Field(ge=0, le=_MONTH_IN_SECONDS, allow_inf_nan=False)]
WantedId = Annotated[int, Field(gt=0, lt=LARGEST_ID), BeforeValidator(whole_number)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Day = Annotated[date, BeforeValidator(_day_written)]
Id = Annotated[int, Field(description="Increasing, never used again.")]

MOST_TAGS = 50
ONE_LINE = Form(
    r"^[^\x00-\x1f\x7f]*$", say("answers.must_one_line_without_control", "must be one line without control characters")
)
_BARE_NAME = Form(
    r"^\s*@?[^\s,@/?#\x00-\x1f\x7f]{1,100}\s*$",
    say(
        "answers.must_one_name_1_100",
        "must be one name of 1 to 100 characters, without spaces and without any of , @ / ? #",
    ),
)
_TAG = Form(
    r"^[\w.:/-]+( [\w.:/-]+)*$",
    say("answers.tag_form", "must be letters, digits and any of _ . : / -, with single spaces between"),
)

NewUsername = Annotated[str, StringConstraints(max_length=200), _BARE_NAME, AfterValidator(bare_name)]
Tag = Annotated[str, StringConstraints(max_length=64), _TAG]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS), AfterValidator(lambda tags: list(dict.fromkeys(tags)))]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), ONE_LINE]


def may_be_omitted(schema: dict[str, Any]) -> None:
    """Mark a field as optional in the OpenAPI document without a default: leaving it out is not the same as null."""
    schema.pop("default", None)


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: int = Field(default=1, ge=1, le=LARGEST_PAGE_NUMBER)
    page_size: int = Field(default=20, ge=1, le=100)


class Deleted(BaseModel):
    """How many things were deleted."""

    deleted_count: int


class CreatedTasks(BaseModel):
    """The tasks of a request: all of them, in order."""

    task_ids: list[Id]
    created_count: int
    ignored_fields: list[str] | None = Field(
        default=None,
        description="Fields that nobody knows, where PHONEFLEET_UNKNOWN_FIELDS ignores them.",
    )
