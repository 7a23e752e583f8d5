"""Applies declared campaigns: compares them with the existing ones by name, and creates, changes or deletes.

All are checked before the first is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from api.answers.envelope import ErrorData, Problem, invalid
from api.campaigns.schemas import CampaignChange, CampaignRequest, CampaignsApplied, CampaignsRequest, Difference
from api.campaigns.settings import as_stored, checked, has_ended
from api.resources import Resources
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.masking import masked

Action = Literal["create", "change", "keep", "delete"]


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    action: Action
    before: Campaign | None
    settings: dict[str, Any]
    paused: bool

    def shown(self) -> CampaignChange:
        """Return the step as answers show it, without secrets."""
        before = {} if self.before is None else {**self.before.settings, "paused": self.before.paused}
        after = {} if self.action == "delete" else {**self.settings, "paused": self.paused}
        differences = [] if self.action == "delete" else list(_differences(masked(before), masked(after)))
        return CampaignChange(name=self.name, action=self.action, differences=differences)


def apply(resources: Resources, request: CampaignsRequest) -> CampaignsApplied:
    """Make the campaigns as declared; with `prune` delete those that are not declared, with `dry_run` only compare.

    Raises:
        Problem: a campaign is wrong; then none is changed.

    """
    there = {campaign.name: campaign for campaign in resources.ledger.campaigns.all()}
    steps = [_step(resources, number, one, there.get(one.name)) for number, one in enumerate(request.campaigns)]
    named = {one.name for one in request.campaigns}
    surplus = [campaign for name, campaign in there.items() if request.prune and name not in named]
    steps += [_Step(one.name, "delete", one, one.settings, one.paused) for one in surplus]
    if not request.dry_run:
        for step in steps:
            _take(resources, step)
        resources.campaigns_changed()
    return CampaignsApplied(changes=[step.shown() for step in steps], applied=not request.dry_run)


def _step(resources: Resources, number: int, wanted: CampaignRequest, there: Campaign | None) -> _Step:
    wanted = _with_anchor(wanted, there)
    if there is not None and as_stored(resources, wanted) == there.settings:
        return _as_it_is(resources, wanted, there)
    try:
        settings = checked(resources, wanted)
    except Problem as problem:
        data = problem.envelope.data
        found = data.errors if isinstance(data, ErrorData) else []
        told = [(f"campaigns.{number}.{error.field}", error.reason) for error in found]
        raise invalid(*told or [(f"campaigns.{number}.task", problem.message)]) from problem
    if there is None:
        return _Step(wanted.name, "create", None, settings, wanted.paused)
    return _Step(wanted.name, "change", there, settings, _paused(wanted, there))


def _as_it_is(resources: Resources, wanted: CampaignRequest, there: Campaign) -> _Step:
    """Keep the settings of a campaign without checking them again; one that has ended stays paused."""
    paused = there.paused if has_ended(wanted, resources.clock.now()) else _paused(wanted, there)
    return _Step(wanted.name, "keep" if paused is there.paused else "change", there, there.settings, paused)


def _paused(wanted: CampaignRequest, there: Campaign) -> bool:
    return wanted.paused if "paused" in wanted.model_fields_set else there.paused


def _with_anchor(wanted: CampaignRequest, there: Campaign | None) -> CampaignRequest:
    """Keep the anchor of an interval that is declared without one, so that its due times do not move."""
    schedule: dict[str, Any] = {} if there is None else there.settings.get("schedule") or {}
    if wanted.schedule.anchor is not None or schedule.get("interval") != wanted.schedule.interval:
        return wanted
    anchored = wanted.schedule.model_validate({**wanted.schedule.model_dump(), "anchor": schedule.get("anchor")})
    return wanted.model_copy(update={"schedule": anchored})


def _take(resources: Resources, step: _Step) -> None:
    campaigns, now = resources.ledger.campaigns, resources.clock.now()
    if step.before is None:
        campaigns.create(step.name, step.settings, now, paused=step.paused)
    elif step.action == "delete":
        campaigns.delete(step.before.id, now)
    elif step.action == "change":
        campaigns.change(step.before.id, now, settings=step.settings, paused=step.paused)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], place: str = "") -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if isinstance(new, dict) and (old is None or isinstance(old, dict)):
            yield from _differences(cast("dict[str, Any]", old or {}), cast("dict[str, Any]", new), f"{place}{name}.")
        elif old != new:
            yield Difference(field=f"{place}{name}", before=old, after=new)
