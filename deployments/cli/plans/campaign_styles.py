"""The letter and colour of each campaign in charts, on a terminal and in SVG."""

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
class CampaignStyle:
    """How a campaign is drawn; `colour` is the name of a terminal colour, `web_colour` the CSS value."""

    letter: str
    colour: str
    web_colour: str

    @property
    def mark(self) -> tuple[str, str]:
        """The character on a terminal, and its style."""
        return self.letter, f"black on {self.colour}"


def styles_of(plan: Plan) -> dict[int, CampaignStyle]:
    """Return the style of each campaign, by id; those that make tasks get the first letters."""
    ordered = sorted(plan["campaigns"], key=lambda campaign: not campaign["tasks"])
    return {campaign["id"]: _look(place) for place, campaign in enumerate(ordered)}


def names_of(plan: Plan) -> dict[int, str]:
    """Return the name of each campaign, by id."""
    return {campaign["id"]: campaign["name"] for campaign in plan["campaigns"]}


def active_campaigns(plan: Plan) -> list[CampaignPlan]:
    """Return the campaigns that make tasks."""
    return [campaign for campaign in plan["campaigns"] if campaign["tasks"]]


def _look(place: int) -> CampaignStyle:
    return CampaignStyle(_LETTERS[place % len(_LETTERS)], *_COLOURS[place % len(_COLOURS)])
