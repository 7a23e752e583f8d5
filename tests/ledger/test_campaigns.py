"""Campaigns in the ledger: each due time is dealt with once, whoever tries."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from phonefleet.errors import CampaignExists
from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.campaigns.campaigns import BUSY, Campaign, Firing
from tests.ledger.conftest import NOW

Make = Callable[..., NewTask]


@pytest.fixture
def campaign(ledger: Ledger) -> Campaign:
    return ledger.campaigns.create("mornings", {"schedule": {"cron": "0 9 * * *"}}, NOW)


def firing(campaign: Campaign, minutes: int = 0) -> Firing:
    due = NOW + timedelta(minutes=minutes)
    return Firing(campaign.id, due, due, uuid4(), "fired", "2 tasks", 0)


def batch(campaign: Campaign, new_task: Make) -> list[NewTask]:
    return [new_task(source="campaign", campaign_id=campaign.id, serial=f"phone-{number}") for number in (1, 2)]


def test_a_due_time_is_expanded_once_by_racing_runners(ledger: Ledger, campaign: Campaign, new_task: Make) -> None:
    def fire(_: int) -> Firing:
        return ledger.campaigns.fire(firing(campaign), batch(campaign, new_task))

    with ThreadPoolExecutor(4) as racing:
        fired = list(racing.map(fire, range(12)))
    assert len(set(fired)) == 1
    assert (fired[0].tasks, ledger.tasks.count().total, ledger.outbox.pending_count()) == (2, 2, 2)
    assert ledger.campaigns.unfinished(campaign.id) == [task.id for task in ledger.tasks.some(range(1, 99))]


def test_a_firing_that_fails_in_the_middle_leaves_nothing(ledger: Ledger, campaign: Campaign, new_task: Make) -> None:
    broken = [*batch(campaign, new_task), new_task(script_name=None)]
    with pytest.raises(Exception, match="null value"):
        ledger.campaigns.fire(firing(campaign), broken)
    assert ledger.campaigns.firing(campaign.id, NOW) is None
    assert ledger.tasks.count().total == 0
    assert ledger.campaigns.fire(firing(campaign), batch(campaign, new_task)).tasks == 2


def test_where_times_must_not_overlap_a_busy_one_is_skipped(ledger: Ledger, campaign: Campaign, new_task: Make) -> None:
    ledger.campaigns.fire(firing(campaign), batch(campaign, new_task), skip_when_busy=True)
    skipped = ledger.campaigns.fire(firing(campaign, 1), batch(campaign, new_task), skip_when_busy=True)
    assert (skipped.outcome, skipped.remark, skipped.tasks) == ("skipped", BUSY, 0)
    for task_id in ledger.campaigns.unfinished(campaign.id):
        ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", NOW))
    third = ledger.campaigns.fire(firing(campaign, 2), batch(campaign, new_task), skip_when_busy=True)
    assert (third.outcome, third.tasks) == ("fired", 2)
    assert [one.due_at for one in ledger.campaigns.firings(campaign.id, 2)] == [third.due_at, skipped.due_at]
    assert ledger.campaigns.last_firings([campaign.id]) == {campaign.id: third}


def test_names_are_unique_among_campaigns_that_are_not_deleted(ledger: Ledger, campaign: Campaign) -> None:
    with pytest.raises(CampaignExists):
        ledger.campaigns.create("mornings", {}, NOW)
    assert ledger.campaigns.delete(campaign.id, NOW)
    assert not ledger.campaigns.delete(campaign.id, NOW)
    assert ledger.campaigns.create("mornings", {}, NOW).id > campaign.id
    assert ledger.campaigns.get(campaign.id) is None


def test_an_edit_in_prefect_does_not_undo_a_later_one_here(ledger: Ledger, campaign: Campaign) -> None:
    ledger.campaigns.synced(campaign.id, campaign.version, uuid4(), {"paused": False})
    changed = ledger.campaigns.change(campaign.id, NOW, paused=True)
    assert changed is not None
    assert ledger.campaigns.take_over(campaign, NOW, None, settings={"other": True}) is None
    folded = ledger.campaigns.take_over(changed, NOW, "seen", paused=False)
    assert folded is not None
    assert (folded.paused, folded.note, folded.version == folded.synced_version) == (False, "seen", True)


def test_a_deleted_campaign_stays_known_until_prefect_has_forgotten_it(ledger: Ledger, campaign: Campaign) -> None:
    deployment = uuid4()
    ledger.campaigns.synced(campaign.id, 1, deployment, None)
    ledger.campaigns.delete(campaign.id, NOW)
    [gone] = ledger.campaigns.to_sync()
    assert (gone.deployment_id, gone.deleted_at) == (deployment, NOW)
    ledger.campaigns.synced(campaign.id, 2, None, None)
    assert ledger.campaigns.to_sync() == []
    assert ledger.campaigns.change(campaign.id, NOW, paused=False) is None


def test_a_change_of_an_older_version_is_not_made(ledger: Ledger, campaign: Campaign) -> None:
    assert ledger.campaigns.change(campaign.id, NOW, paused=True, instead_of=campaign.version) is not None
    assert ledger.campaigns.change(campaign.id, NOW, paused=True, instead_of=campaign.version) is None
    assert campaign.paused is False


def test_due_times_that_are_dealt_with_are_told_from_those_that_are_not(ledger: Ledger, campaign: Campaign) -> None:
    due_times = [NOW + timedelta(minutes=minutes) for minutes in range(4)]
    for minutes in (0, 2):
        ledger.campaigns.fire(firing(campaign, minutes))
    assert ledger.campaigns.dealt_with(campaign.id, due_times) == {due_times[0], due_times[2]}
    assert ledger.campaigns.dealt_with(campaign.id, []) == set()


def test_a_campaign_that_has_ended_is_paused_unless_somebody_has_just_changed_it(
    ledger: Ledger, campaign: Campaign
) -> None:
    changed = ledger.campaigns.change(campaign.id, NOW, settings={"end": "later"})
    assert changed is not None
    ledger.campaigns.finish(campaign, NOW, "it has ended")
    assert ledger.campaigns.get(campaign.id) == changed
    ledger.campaigns.finish(changed, NOW, "it has ended")
    [finished] = ledger.campaigns.all()
    assert (finished.paused, finished.note, finished.version) == (True, "it has ended", changed.version + 1)
