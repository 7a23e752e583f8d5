"""The routes of campaigns: create, declare, list, change, pause, resume, run now, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers.envelope import CONFLICT, NOT_FOUND, Envelope, Problem, invalid
from api.answers.fields import Deleted, is_id
from api.campaigns.apply import apply
from api.campaigns.run_now import run_now
from api.campaigns.schemas import (
    CampaignChanges,
    CampaignDetail,
    CampaignOut,
    CampaignPage,
    CampaignQuery,
    CampaignRequest,
    CampaignsApplied,
    CampaignsRequest,
    FiringOut,
)
from api.campaigns.settings import checked, settings_of, shown_campaigns, shown_in_detail
from api.loops.threads import in_thread
from api.resources import Resources, TheResources
from api.tasks.sealing import refuse_references
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.masking import unmasked
from phonefleet.words import say

router = APIRouter(tags=["campaigns"])

CampaignId = Annotated[int, Path()]
_CLEARED_BY_NULL = ("working_days", "start", "end")


@router.get("/campaigns")
def list_campaigns(wanted: Annotated[CampaignQuery, Query()], resources: TheResources) -> Envelope[CampaignPage]:
    """List campaigns, by name."""
    found = [one for one in resources.ledger.campaigns.all() if wanted.name in {None, one.name}]
    begin = (wanted.page - 1) * wanted.page_size
    shown = shown_campaigns(resources, found[begin : begin + wanted.page_size])
    return Envelope(data=CampaignPage(campaigns=shown, total=len(found), page=wanted.page, page_size=wanted.page_size))


@router.post("/campaigns")
def create_campaign(request: CampaignRequest, resources: TheResources) -> Envelope[CampaignOut]:
    """Enter a campaign; from now on it makes tasks whenever it is due."""
    refuse_references(request.task.script_config, "task.script_config")
    stored = checked(resources, request)
    campaign = resources.ledger.campaigns.create(request.name, stored, resources.clock.now(), paused=request.paused)
    return _changed(resources, campaign)


@router.put("/campaigns")
def apply_campaigns(request: CampaignsRequest, resources: TheResources) -> Envelope[CampaignsApplied]:
    """Make the campaigns be as they are declared, by name: all are checked before the first is changed."""
    for number, one in enumerate(request.campaigns):
        refuse_references(one.task.script_config, f"campaigns.{number}.task.script_config")
    return Envelope(data=apply(resources, request))


@router.get("/campaigns/{campaign_id}")
def get_campaign(campaign_id: CampaignId, resources: TheResources) -> Envelope[CampaignDetail]:
    """Show a campaign and what became of its last due times."""
    return Envelope(data=shown_in_detail(resources, _found(resources, campaign_id)))


@router.patch("/campaigns/{campaign_id}")
def change_campaign(
    campaign_id: CampaignId, request: CampaignChanges, resources: TheResources
) -> Envelope[CampaignOut]:
    """Change a campaign; what is left out stays, and null takes working days, start or end away.

    A secret that is shown as `**********` stays where it is sent back so.
    """
    campaign = _found(resources, campaign_id)
    if request.task is not None:
        refuse_references(request.task.script_config, "task.script_config")
    changes = request.model_dump(mode="json", exclude_unset=True)
    if "task" in changes:  # what was shown masked, and sent back as it was, stays
        changes["task"] = unmasked(changes["task"], campaign.settings.get("task"))
    if wrong := [name for name, value in changes.items() if value is None and name not in _CLEARED_BY_NULL]:
        raise invalid(*((name, say("campaigns.must_not_null", "must not be null")) for name in wrong))
    stored = checked(resources, settings_of({**campaign.settings, **changes}))
    changed = resources.ledger.campaigns.change(
        campaign_id, resources.clock.now(), settings=stored, instead_of=campaign.version
    )
    if changed is None:
        raise Problem(
            CONFLICT,
            say(
                "campaigns.somebody_else_changed_campaign_meanwhile",
                "Somebody else has changed the campaign meanwhile: look at it again",
            ),
        )
    return _changed(resources, changed)


@router.delete("/campaigns/{campaign_id}")
def delete_campaign(campaign_id: CampaignId, resources: TheResources) -> Envelope[Deleted]:
    """Delete a campaign; the tasks that it has made go on."""
    campaign = _found(resources, campaign_id)
    gone = resources.ledger.campaigns.delete(campaign.id, resources.clock.now())
    resources.campaigns_changed()
    return Envelope(data=Deleted(deleted_count=int(gone)))


@router.post("/campaigns/{campaign_id}/pause")
def pause_campaign(campaign_id: CampaignId, resources: TheResources) -> Envelope[CampaignOut]:
    """Let nothing be due until the campaign is resumed; the tasks that it has made go on."""
    return _put_on_pause(resources, campaign_id, paused=True)


@router.post("/campaigns/{campaign_id}/resume")
def resume_campaign(campaign_id: CampaignId, resources: TheResources) -> Envelope[CampaignOut]:
    """Let a campaign be due again from now on."""
    return _put_on_pause(resources, campaign_id, paused=False)


@router.post("/campaigns/{campaign_id}/run")
async def run_campaign(campaign_id: CampaignId, resources: TheResources) -> Envelope[FiringOut]:
    """Make the tasks of a campaign now, paused or not, besides those of its schedule."""
    campaign = await in_thread(_found, resources, campaign_id)
    return Envelope(data=FiringOut.model_validate(await run_now(resources, campaign)))


def _put_on_pause(resources: Resources, campaign_id: int, *, paused: bool) -> Envelope[CampaignOut]:
    campaign = _found(resources, campaign_id)
    if campaign.paused is not paused:
        campaign = resources.ledger.campaigns.change(campaign.id, resources.clock.now(), paused=paused) or campaign
    return _changed(resources, campaign)


def _found(resources: Resources, campaign_id: int) -> Campaign:
    campaign = resources.ledger.campaigns.get(campaign_id) if is_id(campaign_id) else None
    if campaign is None:
        raise Problem(
            NOT_FOUND,
            say("campaigns.no_campaign", "There is no campaign {campaign_id}", campaign_id=str(campaign_id)[:20]),
        )
    return campaign


def _changed(resources: Resources, campaign: Campaign) -> Envelope[CampaignOut]:
    resources.campaigns_changed()
    [shown] = shown_campaigns(resources, [campaign])
    return Envelope(data=shown)
