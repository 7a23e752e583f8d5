"""Campaigns after everything was down for long: what is made up for, and that something becomes of every due time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.campaigns.firing import MOST_MADE_UP, is_made_up_for
from api.campaigns.schemas import CampaignSettings
from api.campaigns.settings import why_skipped
from phonefleet.ledger import Ledger, TaskFilter
from phonefleet.settings import Settings
from tests.api.campaigning import HOUR, TASK, Earlier, create, data, shown, state_of, turning, until
from tests.api.conftest import callable_api
from tests.listed import page_of

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def settings_with(catch_up: str, **more: Any) -> CampaignSettings:
    schedule = {"cron": "0 * * * *", "timezone": "UTC"}
    return CampaignSettings.model_validate({"task": TASK, "schedule": schedule, "catch_up": catch_up, **more})


def made_up_for(settings: CampaignSettings, hours: int) -> list[int]:
    """Return which of so many missed hours are made up for, by how long ago they were; 0 is the last one."""
    last = NOW.replace(minute=0)
    due = [ago for ago in range(hours) if why_skipped(settings, last - ago * HOUR) is None]
    return [ago for ago in due if is_made_up_for(settings, last - ago * HOUR, NOW)]


def test_none_the_last_or_all_of_what_was_missed_is_made_up_for() -> None:
    assert made_up_for(settings_with("none"), 300) == []
    assert made_up_for(settings_with("last"), 300) == [0]
    assert made_up_for(settings_with("all"), 300) == list(range(MOST_MADE_UP))


def test_the_last_one_is_the_last_that_would_have_done_something() -> None:
    assert made_up_for(settings_with("last", working_days=["monday"]), 48) == [13]
    assert made_up_for(settings_with("last", end="2026-11-24T09:30:00Z"), 48) == [3]


def test_a_long_downtime_of_a_campaign_that_is_due_often_is_judged_at_once() -> None:
    often = settings_with("all", schedule={"interval": 5, "anchor": "2020-01-01T00:00:00Z"})
    assert not is_made_up_for(often, datetime(2020, 1, 1, tzinfo=UTC), NOW)
    assert is_made_up_for(often, NOW - timedelta(seconds=5 * (MOST_MADE_UP - 1)), NOW)


@pytest.fixture
def entered(settings: Settings, ledger: Ledger) -> dict[str, dict[str, Any]]:
    """Campaigns that were entered five and a half hours ago, when everything went down; each was due five times."""
    anchor = (datetime.now(UTC).replace(microsecond=0) - 4.5 * HOUR).isoformat()
    ended = (datetime.now(UTC) - 2 * HOUR).isoformat()
    assert ledger.campaigns.all() == []
    one_phone = {"schedule": {"interval": 3600, "anchor": anchor}, "task": {**TASK, "serials": ["phone-1"]}}
    with callable_api(settings, Earlier()) as call:
        made = {name: create(call, catch_up=name, **one_phone) for name in ("none", "last", "all")}
        return {**made, "ended": create(call, catch_up="all", end=ended, **one_phone)}


def test_something_becomes_of_every_due_time_of_a_downtime(
    entered: dict[str, dict[str, Any]], settings: Settings, ledger: Ledger, prefect: str
) -> None:
    def outcomes(name: str) -> Counter[str]:
        return Counter(one["outcome"] for one in shown(call, entered[name])["firings"])

    with httpx.Client(base_url=prefect, timeout=60) as there, turning(settings, prefect) as call:
        for name, due_times in (("none", 5), ("last", 5), ("all", 5), ("ended", 3)):
            until(f"firings of {name}", lambda name=name, due=due_times: outcomes(name).total() == due)
        until("the end", lambda: shown(call, entered["ended"])["paused"])
        assert "has ended" in shown(call, entered["ended"])["note"]
        runs = {one["flow_run_id"] for one in shown(call, entered["all"])["firings"]}
        assert None not in runs
        # A run ends in Prefect after its due time is dealt with here.
        until("the end of the runs", lambda: {state_of(there, run)[0] for run in runs} == {"COMPLETED"})
        for campaign in entered.values():
            data(call("DELETE", f"/campaigns/{campaign['id']}"))
        until("the end of the deployments", lambda: ledger.campaigns.to_sync() == [])
    assert outcomes_of(ledger, entered) == {
        "none": {"missed": 5}, "last": {"missed": 4, "fired": 1}, "all": {"fired": 5}, "ended": {"fired": 3}
    }  # fmt: skip


def outcomes_of(ledger: Ledger, entered: dict[str, dict[str, Any]]) -> dict[str, Counter[str]]:
    """Return what became of the due times, after a look at the tasks that they made."""
    found: dict[str, Counter[str]] = {}
    for name, campaign in entered.items():
        firings = ledger.campaigns.firings(campaign["id"], 100)
        found[name] = Counter(firing.outcome for firing in firings)
        assert page_of(ledger, TaskFilter(campaign_id=campaign["id"])).total == 2 * found[name]["fired"]
    return found
