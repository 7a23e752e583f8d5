"""The schemas of takeovers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.answers.fields import ONE_LINE, Instant
from phonefleet.device.entered import Entered, Pressed, Touched
from phonefleet.device.hand import HandKey, Spot
from phonefleet.text import whole_number
from phonefleet.words import say

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)


class TakeoverRequest(BaseModel):
    """How to take a phone over."""

    model_config = _STRICT

    idle_seconds: Annotated[
        int,
        Field(ge=10, le=3600, description="It ends by itself when nothing was entered for so long."),
        BeforeValidator(whole_number),
    ] = 120
    by: Annotated[str, Field(min_length=1, max_length=100), ONE_LINE] | None = Field(
        default=None, description="Who takes it over; counts where the server does not know the person by a token."
    )


class PastTakeover(BaseModel):
    """A takeover that has ended."""

    by: str
    since: Instant
    held_since: Instant | None = Field(description="Null where it ended before the phone was free.")
    ended_at: Instant
    ended_by: str = Field(description="`idleness` where nobody gave it back.")
    inputs: int


class TakeoverOut(BaseModel):
    """Who has taken a phone over."""

    state: Literal["none", "waiting", "held"] = Field(
        description="`waiting` until what runs on the phone has come to a safe point; inputs are refused till then."
    )
    lease: str | None = Field(description="What inputs have to name; only its holder is told.")
    by: str | None
    since: Instant | None
    until: Instant | None = Field(description="When it ends by itself; each input moves it on.")
    idle_seconds: int | None
    inputs: int = Field(description="How many touches, keys and texts there were.")


class TakeoverShown(TakeoverOut):
    """Who has taken a phone over, and who had before."""

    earlier: list[PastTakeover]


class SpotIn(BaseModel):
    """A place on the screen as it is shown, as fractions of its width and height."""

    model_config = _STRICT

    x: Fraction
    y: Fraction

    @property
    def spot(self) -> Spot:
        """The place."""
        return Spot(self.x, self.y)


class TapIn(SpotIn):
    """A touch, or a long one."""

    seconds: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False, description="How long the finger stays.")] = 0


class SwipeIn(BaseModel):
    """A finger that moves from one place to another."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)

    start: SpotIn = Field(alias="from")
    end: SpotIn = Field(alias="to")
    seconds: Annotated[float, Field(ge=0.02, le=5, allow_inf_nan=False)] = 0.3


class InputRequest(BaseModel):
    """One input: exactly one of `tap`, `swipe`, `text` and `key`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    lease: Annotated[str, Field(min_length=1, max_length=100)]
    tap: TapIn | None = None
    swipe: SwipeIn | None = None
    text: Annotated[str, Field(min_length=1, max_length=2000)] | None = Field(
        default=None, description="Typed where the cursor is; kept nowhere."
    )
    key: HandKey | None = None

    @property
    def entered(self) -> Entered | None:
        """What is done to the phone; None for a text, which nobody is told of."""
        if self.tap is not None:
            return Touched(self.tap.spot, self.tap.spot, self.tap.seconds)
        if self.swipe is not None:
            return Touched(self.swipe.start.spot, self.swipe.end.spot, self.swipe.seconds)
        return Pressed(self.key) if self.key is not None else None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("tap", "swipe", "text", "key") if getattr(self, name) is not None]
        if len(given) != 1:
            message = say("fleet.give_exactly_one_tap_swipe", "give exactly one of tap, swipe, text and key")
            raise ValueError(message)
        return self
