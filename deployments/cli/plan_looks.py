"""By which letter and colour a chart tells campaigns from one another, on a terminal and in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from phonefleet.client.answers import CampaignPlan, Plan

_COLOURS = (
    ("cyan3", "#0891b2"), ("orchid", "#c026d3"), ("green3", "#16a34a"), ("dodger_blue1", "#2563eb"),
    ("dark_orange", "#ea580c"), ("deep_pink2", "#db2777"), ("gold3", "#a16207"), ("medium_purple", "#7c3aed"),
    ("turquoise4", "#0f766e"), ("light_salmon3", "#b45309"), ("slate_blue1", "#4f46e5"), ("grey50", "#475569"),
)  # fmt: skip
_LETTERS = ascii_uppercase + ascii_lowercase


@dataclass(frozen=True, slots=True)
class Look:
    """How a campaign is drawn."""

    letter: str
    colour: str
    web_colour: str

    @property
    def mark(self) -> tuple[str, str]:
        """A character on a terminal, with its style."""
        return self.letter, f"black on {self.colour}"


def looks_of(plan: Plan) -> dict[int, Look]:
    """Return how each campaign of a plan looks, by its id; those that do something come first."""
    ordered = sorted(plan["campaigns"], key=lambda campaign: not campaign["tasks"])
    return {campaign["id"]: _look(place) for place, campaign in enumerate(ordered)}


def names_of(plan: Plan) -> dict[int, str]:
    """Return the name of each campaign of a plan, by its id."""
    return {campaign["id"]: campaign["name"] for campaign in plan["campaigns"]}


def at_work(plan: Plan) -> list[CampaignPlan]:
    """Return the campaigns that make tasks."""
    return [campaign for campaign in plan["campaigns"] if campaign["tasks"]]


def _look(place: int) -> Look:
    return Look(_LETTERS[place % len(_LETTERS)], *_COLOURS[place % len(_COLOURS)])
