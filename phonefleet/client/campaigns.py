"""The calls about campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phonefleet.client.answers import (
    Campaign,
    CampaignDetail,
    CampaignPage,
    CampaignsApplied,
    CatchUp,
    Deleted,
    Firing,
    Overlap,
    Weekday,
)
from phonefleet.client.connection import UNSET, Connection, Unset, given
from phonefleet.client.paging import items_of_pages


class CampaignCalls:
    """Lists, enters, changes, pauses and runs campaigns."""

    _connection: Connection

    def list_campaigns(
        self, *, page: int | None = None, page_size: int | None = None, name: str | None = None
    ) -> CampaignPage:
        """Return one page of campaigns, by name."""
        return self._connection.call("GET", "/campaigns", query=given(page=page, page_size=page_size, name=name))

    def iter_campaigns(self, *, name: str | None = None) -> Iterator[Campaign]:
        """Yield all campaigns, by name."""
        return items_of_pages(
            lambda page, size: self.list_campaigns(page=page, page_size=size, name=name),
            lambda found: found["campaigns"],
            lambda campaign: campaign["id"],
        )

    def get_campaign(self, campaign_id: int) -> CampaignDetail:
        """Return one campaign and what became of its last due times."""
        return self._connection.call("GET", f"/campaigns/{campaign_id}")

    def create_campaign(  # noqa: PLR0913 - as many as a campaign has settings
        self,
        name: str,
        task: Mapping[str, Any],
        schedule: Mapping[str, Any],
        *,
        jitter: float | None = None,
        working_days: Sequence[Weekday] | None = None,
        start: str | None = None,
        end: str | None = None,
        random_order: bool | None = None,
        overlap: Overlap | None = None,
        catch_up: CatchUp | None = None,
        paused: bool | None = None,
    ) -> Campaign:
        """Enter a campaign: `task` as `POST /task` takes it, `schedule` as `{"cron": "0 9 * * *", "timezone": …}`."""
        body = given(
            name=name, task=task, schedule=schedule, jitter=jitter, working_days=working_days, start=start, end=end,
            random_order=random_order, overlap=overlap, catch_up=catch_up, paused=paused,
        )  # fmt: skip
        return self._connection.call("POST", "/campaigns", body=body)

    def change_campaign(  # noqa: PLR0913 - as above
        self,
        campaign_id: int,
        *,
        task: Mapping[str, Any] | None = None,
        schedule: Mapping[str, Any] | None = None,
        jitter: float | None = None,
        working_days: Sequence[Weekday] | Unset | None = UNSET,
        start: str | Unset | None = UNSET,
        end: str | Unset | None = UNSET,
        random_order: bool | None = None,
        overlap: Overlap | None = None,
        catch_up: CatchUp | None = None,
    ) -> Campaign:
        """Change a campaign; what is left out stays, None takes working days, start or end away."""
        body = given(
            task=task, schedule=schedule, jitter=jitter, random_order=random_order, overlap=overlap, catch_up=catch_up
        )
        cleared = {"working_days": working_days, "start": start, "end": end}
        body |= {name: value for name, value in cleared.items() if not isinstance(value, Unset)}
        return self._connection.call("PATCH", f"/campaigns/{campaign_id}", body=body)

    def apply_campaigns(
        self, campaigns: Sequence[Mapping[str, Any]], *, prune: bool | None = None, dry_run: bool | None = None
    ) -> CampaignsApplied:
        """Make campaigns be as they are declared, by name, all or none; with `prune`, delete all others."""
        body = given(campaigns=campaigns, prune=prune, dry_run=dry_run)
        return self._connection.call("PUT", "/campaigns", body=body)

    def delete_campaign(self, campaign_id: int) -> Deleted:
        """Delete a campaign; the tasks that it has made go on."""
        return self._connection.call("DELETE", f"/campaigns/{campaign_id}")

    def pause_campaign(self, campaign_id: int) -> Campaign:
        """Let nothing be due until the campaign is resumed."""
        return self._connection.call("POST", f"/campaigns/{campaign_id}/pause")

    def resume_campaign(self, campaign_id: int) -> Campaign:
        """Let a campaign be due again from now on."""
        return self._connection.call("POST", f"/campaigns/{campaign_id}/resume")

    def run_campaign(self, campaign_id: int) -> Firing:
        """Make the tasks of a campaign now, besides those of its schedule."""
        return self._connection.call("POST", f"/campaigns/{campaign_id}/run")
