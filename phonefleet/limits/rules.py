"""The limits of a whole fleet, as people write them: what holds for all accounts, and for which ones other things do.

The same form is kept in the ledger, spoken by the API and read from TOML files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from phonefleet.limits.hours import WEEKDAYS, Hours, Span, Weekday
from phonefleet.limits.kinds import Kind
from phonefleet.limits.policy import DEFAULT_BUDGETS, Policy, WhenMet
from phonefleet.pacing import zone_named
from phonefleet.text import bare_name, storable, whole_number

T = TypeVar("T")

LARGEST_BUDGET = 100_000
LONGEST_GAP = 24 * 3600.0
MOST_OVERRIDES = 1_000


def _weekly(value: object) -> object:
    """Take one list of spans for that of every day."""
    return dict.fromkeys(WEEKDAYS, cast("list[str]", value)) if isinstance(value, list) else value


def _zone(name: str) -> str:
    zone_named(name)
    return name


Budget = Annotated[int, Field(ge=0, le=LARGEST_BUDGET), BeforeValidator(whole_number)]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_GAP, allow_inf_nan=False)]
SpanText = Annotated[
    str,
    AfterValidator(lambda text: str(Span.parse(text))),
    Field(max_length=30, examples=["09:00-18:00", "22:00-06:00", "9-18"]),
]
Spans = Annotated[list[SpanText], Field(min_length=1, max_length=48)]
Week = Annotated[dict[Weekday, Spans], Field(min_length=1)]
Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
WorkingHours = Annotated[Week, BeforeValidator(_weekly, json_schema_input_type=Week | Spans)]
"""Spans of local time, for some weekdays or, as one list, for every day."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An account as overrides select it; `group` is that of its phone."""

    username: str
    app: str
    tags: frozenset[str] = field(default_factory=frozenset[str])
    group: str | None = None


class Override(BaseModel):
    """Other limits for the accounts that match all given selectors. Limits that are left out stay."""

    # Whoever reads overrides gets all fields: those that were left out, too.
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, json_schema_serialization_defaults_required=True
    )

    username: Label | None = Field(default=None, description="One account; `@` and case do not matter.")
    app: Label | None = Field(default=None, description="The accounts of one app profile.")
    tag: Label | None = Field(default=None, description="The accounts with this tag.")
    group: Label | None = Field(default=None, description="The accounts whose phone is in this group.")
    budgets: dict[Kind, Budget] = Field(default_factory=dict[Kind, int])
    gap: Seconds | None = None
    gaps: dict[Kind, Seconds] = Field(default_factory=dict[Kind, float])
    hours: WorkingHours | None = None
    when_met: WhenMet | None = None

    def fits(self, actor: Actor) -> bool:
        """Tell whether the override applies to an account."""
        return (
            (self.username is None or bare_name(self.username).casefold() == actor.username.casefold())
            and (self.app is None or self.app == actor.app)
            and (self.tag is None or self.tag in actor.tags)
            and (self.group is None or self.group == actor.group)
        )


class Rules(BaseModel):
    """All limits of a fleet. What is left out has its default; of several matching overrides the later one wins."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    budgets: Annotated[dict[Kind, Budget], AfterValidator(lambda given: {**DEFAULT_BUDGETS, **given})] = Field(
        default_factory=lambda: dict(DEFAULT_BUDGETS), description="Actions a day of each account, by kind."
    )
    gap: Seconds = Field(default=0, description="Seconds between any two actions of an account.")
    gaps: dict[Kind, Seconds] = Field(
        default_factory=dict[Kind, float],
        description="Seconds between two actions of the same kind, in place of `gap`.",
    )
    hours: WorkingHours | None = Field(
        default=None,
        description="When accounts act: spans of local time, for every day or by weekday, else never; null: always.",
    )
    timezone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="IANA name of the zone of days and hours; null: PHONEFLEET_TIMEZONE of each host."
    )
    when_met: WhenMet = Field(default="wait", description="Whether a task that meets a limit waits or fails.")
    allow_shared_pool: bool = Field(
        default=False, description="Whether several accounts may be pointed at the same people (shared_pool)."
    )
    overrides: Annotated[list[Override], Field(max_length=MOST_OVERRIDES)] = Field(default_factory=list[Override])

    def policy_for(self, actor: Actor) -> Policy:
        """Return the limits of an account: those of all accounts, changed by the matching overrides in their order."""
        layers = [self, *(override for override in self.overrides if override.fits(actor))]
        return Policy(
            budgets=_merged(layer.budgets for layer in layers),
            gap=timedelta(seconds=_last(layer.gap for layer in layers)),
            gaps={kind: timedelta(seconds=gap) for kind, gap in _merged(layer.gaps for layer in layers).items()},
            hours=_hours(next((layer.hours for layer in reversed(layers) if layer.hours is not None), None)),
            when_met=_last(layer.when_met for layer in layers),
        )


def _hours(spans: Mapping[Weekday, list[str]] | None) -> Hours | None:
    if spans is None:
        return None
    return Hours({day: tuple(Span.parse(text) for text in texts) for day, texts in spans.items()})


def _merged(layers: Iterable[Mapping[Kind, T]]) -> dict[Kind, T]:
    return {kind: value for layer in layers for kind, value in layer.items()}


def _last(values: Iterable[T | None]) -> T:
    """Return the last one that is given; the first always is."""
    return [value for value in values if value is not None][-1]
