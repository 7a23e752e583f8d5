"""Campaigns against a real Prefect server: due times, runs, and edits on either side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.campaigns import run_now as campaign_by_hand
from api.campaigns.deployments import PrefectCampaigns
from phonefleet.ledger import Ledger, TaskFilter
from phonefleet.ledger.campaigns.campaigns import Campaign
from phonefleet.settings import Settings
from tests.api.campaigning import (
    TASK,
    Call,
    create,
    data,
    deployment,
    remove,
    run_in_prefect,
    shown,
    spoil,
    state_of,
    turning,
    until,
)
from tests.listed import page_of


@pytest.fixture
def served(settings: Settings, ledger: Ledger, prefect: str) -> Iterator[Call]:
    assert ledger.campaigns.all() == []
    with turning(settings, prefect) as call:
        yield call


@pytest.fixture
def there(prefect: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=prefect, timeout=60) as client:
        yield client


def test_a_campaign_fires_at_each_due_time_once(served: Call, there: httpx.Client, ledger: Ledger) -> None:
    made = create(served, schedule={"interval": 5}, task={**TASK, "serials": ["phone-1"]}, catch_up="all")
    first = [datetime.fromisoformat(due_at) for due_at in made["next_due"][:3]]
    assert {later - earlier for earlier, later in pairwise(first)} == {timedelta(seconds=5)}
    # Runs that are late are carried out at once, in any order.
    until("the first three firings", lambda: ledger.campaigns.dealt_with(made["id"], first) == {*first})
    remove(served, there, made)

    def all_are_made() -> bool:
        numbers = [firing.tasks for firing in ledger.campaigns.firings(made["id"], 100)]
        return page_of(ledger, TaskFilter(campaign_id=made["id"])).total == sum(numbers)

    until("the tasks of each firing", all_are_made)  # a last one may be made between the two looks
    firings = ledger.campaigns.firings(made["id"], 100)
    assert {(firing.outcome, firing.tasks) for firing in firings} == {("fired", 2)}
    assert {(firing.due_at - first[0]) % timedelta(seconds=5) for firing in firings} == {timedelta(0)}
    assert len({firing.due_at for firing in firings}) == len(firings)


def test_a_change_here_shows_in_prefect(served: Call, there: httpx.Client) -> None:
    made = create(served)
    before = deployment(served, there, made)
    assert before["schedules"][0]["schedule"]["cron"] == "0 9 1 1 *"
    assert before["parameters"]["task"]["script_name"] == "follow"
    data(served("PATCH", f"/campaigns/{made['id']}", json={"schedule": {"cron": "0 10 1 1 *"}, "jitter": 9}))
    data(served("POST", f"/campaigns/{made['id']}/pause"))
    until("change", lambda: deployment(served, there, made)["paused"])
    after = deployment(served, there, made)
    assert (after["schedules"][0]["schedule"]["cron"], after["parameters"]["jitter"]) == ("0 10 1 1 *", 9)
    there.patch(f"/deployments/{after['id']}", json={"paused": False}).raise_for_status()
    until("resumption", lambda: not shown(served, made)["paused"])
    remove(served, there, made)


def test_a_change_in_prefect_shows_here(served: Call, there: httpx.Client) -> None:
    made = create(served, schedule={"interval": 7 * 86400})
    before = deployment(served, there, made)
    parameters = {**before["parameters"], "jitter": 30, "working_days": ["sunday"]}
    there.patch(f"/deployments/{before['id']}", json={"parameters": parameters}).raise_for_status()
    until("parameters", lambda: shown(served, made)["working_days"] == ["sunday"])
    assert shown(served, made)["schedule"] == made["schedule"]
    schedule = f"/deployments/{before['id']}/schedules/{before['schedules'][0]['id']}"
    body = {"schedule": {"cron": "5 5 5 5 *", "timezone": "UTC"}, "active": False}
    there.patch(schedule, json=body).raise_for_status()
    until("schedule", lambda: shown(served, made)["schedule"]["cron"] == "5 5 5 5 *")
    now = shown(served, made)
    assert (now["paused"], now["jitter"], now["schedule"]["timezone"], now["note"]) == (True, 30, "UTC", None)
    remove(served, there, made)


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYHOUR=9", "RRULE:FREQ=YEARLY", "freq=yearly", "DTSTART:20260101T090000\nRRULE:FREQ=YEARLY"]
)
def test_a_rule_stays_as_it_was_written_whatever_prefect_adds_to_it(
    served: Call, there: httpx.Client, rule: str
) -> None:
    made = create(served, schedule={"rrule": rule})
    path = f"/deployments/{deployment(served, there, made)['id']}"
    there.patch(path, json={"paused": True}).raise_for_status()
    until("pause", lambda: shown(served, made)["paused"])
    assert shown(served, made)["schedule"] == made["schedule"]
    remove(served, there, made)


def reschedule(there: httpx.Client, path: str) -> None:
    """Give a deployment another schedule, as a person does in Prefect."""
    schedule = there.get(path).raise_for_status().json()["schedules"][0]["id"]
    body = {"schedule": {"cron": "5 5 5 5 *", "timezone": "UTC"}}
    there.patch(f"{path}/schedules/{schedule}", json=body).raise_for_status()


def test_a_change_in_prefect_right_after_one_from_here_shows_here(
    served: Call, there: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(served)
    deployment(served, there, made)
    put = PrefectCampaigns.put

    async def put_before_a_person(self: PrefectCampaigns, campaign: Campaign) -> tuple[UUID, dict[str, Any]]:
        """Tell Prefect, and look at what it has only after a person has changed it."""
        monkeypatch.undo()
        deployment_id, _ = await put(self, campaign)
        reschedule(there, f"/deployments/{deployment_id}")
        return deployment_id, (await self.deployments())[deployment_id]

    monkeypatch.setattr(PrefectCampaigns, "put", put_before_a_person)
    data(served("PATCH", f"/campaigns/{made['id']}", json={"jitter": 9}))
    until("schedule", lambda: shown(served, made)["schedule"]["cron"] == "5 5 5 5 *")
    assert shown(served, made)["jitter"] == 9
    remove(served, there, made)


def test_a_change_in_prefect_that_cannot_work_is_put_back_with_a_note(served: Call, there: httpx.Client) -> None:
    made = create(served)
    before = deployment(served, there, made)
    there.patch(f"/deployments/{before['id']}", json={"parameters": {"jitter": -1}}).raise_for_status()
    until("note", lambda: "was not taken over" in (shown(served, made)["note"] or ""))
    until("return", lambda: deployment(served, there, made)["parameters"] == before["parameters"])
    remove(served, there, made)


def test_a_deployment_deleted_in_prefect_pauses_its_campaign(served: Call, there: httpx.Client) -> None:
    made = create(served)
    there.delete(f"/deployments/{deployment(served, there, made)['id']}").raise_for_status()
    until("pause", lambda: shown(served, made)["paused"])
    assert "deleted in Prefect" in shown(served, made)["note"]
    data(served("POST", f"/campaigns/{made['id']}/resume"))
    assert deployment(served, there, made)["paused"] is False
    assert shown(served, made)["note"] is None
    remove(served, there, made)


@pytest.mark.parametrize("state", ["SCHEDULED", "PENDING", "RUNNING"])
def test_a_run_left_in_any_state_is_taken_up_and_fires_once(  # noqa: PLR0913, PLR0917 - fixtures
    served: Call, settings: Settings, prefect: str, there: httpx.Client, ledger: Ledger, state: str
) -> None:
    made = create(served)
    known = deployment(served, there, made)
    with turning(settings, prefect):
        run_id = run_in_prefect(there, known["id"], state)
        until("end of the run", lambda: state_of(there, run_id)[0] == "COMPLETED")
    assert state_of(there, run_id) == ("COMPLETED", "4 tasks")
    [fired] = shown(served, made)["firings"]
    assert (fired["flow_run_id"], fired["tasks"]) == (run_id, 4)
    assert page_of(ledger, TaskFilter(campaign_id=made["id"])).total == 4
    remove(served, there, made)


def test_a_run_by_hand_shows_in_prefect(served: Call, there: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_by_hand, "_PATIENCE", timedelta(minutes=1))
    made = create(served, paused=True)
    deployment(served, there, made)
    fired = data(served("POST", f"/campaigns/{made['id']}/run"))
    until("end of the run", lambda: state_of(there, fired["flow_run_id"]) == ("COMPLETED", "4 tasks"))
    run = there.get(f"/flow_runs/{fired['flow_run_id']}").raise_for_status().json()
    assert run["parameters"]["jitter"] == 0
    assert run["name"].startswith(f"{made['name']} 20")
    assert shown(served, made)["firings"] == [fired]
    remove(served, there, made)


def test_prefect_plans_the_next_runs_by_itself(served: Call, there: httpx.Client) -> None:
    made = create(served, schedule={"cron": "0 * * * *", "timezone": "UTC"})
    known = deployment(served, there, made)
    of_it = {"deployments": {"id": {"any_": [known["id"]]}}, "sort": "EXPECTED_START_TIME_ASC"}
    until("planned runs", lambda: len(there.post("/flow_runs/filter", json=of_it).json()) >= 3)
    planned = [run["expected_start_time"] for run in there.post("/flow_runs/filter", json=of_it).json()]
    assert [datetime.fromisoformat(at) for at in planned] == [
        datetime.fromisoformat(at) for at in shown(served, made)["next_due"][: len(planned)]
    ]
    remove(served, there, made)


def test_two_runs_of_one_due_time_fire_it_once_and_both_end(served: Call, there: httpx.Client, ledger: Ledger) -> None:
    made = create(served)
    known = deployment(served, there, made)
    due_at = datetime.fromisoformat(made["created_at"]).isoformat()
    runs = [run_in_prefect(there, known["id"], due_at=due_at, idempotency_key=f"campaign-{n}-{due_at}") for n in (1, 2)]
    until("end of both", lambda: {state_of(there, run)[0] for run in runs} == {"COMPLETED"})
    assert {state_of(there, run)[1] for run in runs} == {"4 tasks"}
    assert page_of(ledger, TaskFilter(campaign_id=made["id"])).total == 4
    [fired] = shown(served, made)["firings"]
    assert fired["flow_run_id"] in runs
    remove(served, there, made)


def test_a_run_that_is_no_due_time_any_more_does_nothing(served: Call, there: httpx.Client) -> None:
    made = create(served)
    known = deployment(served, there, made)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    run_id = run_in_prefect(there, known["id"], due_at=soon, idempotency_key=f"campaign-{soon}")
    until("end of the run", lambda: state_of(there, run_id)[0] == "COMPLETED")
    assert "no due time any more" in state_of(there, run_id)[1]
    assert [firing["outcome"] for firing in shown(served, made)["firings"]] == ["skipped"]
    remove(served, there, made)


def test_a_campaign_that_cannot_be_read_stops_no_other(served: Call, there: httpx.Client, database_url: str) -> None:
    broken, sound = create(served), create(served)
    runs_of_broken = deployment(served, there, broken)["id"]
    spoil(database_url, broken["id"])
    due_at, key = datetime.now(UTC).isoformat(), f"campaign-{broken['id']}"
    failed = run_in_prefect(there, runs_of_broken, due_at=due_at, idempotency_key=key)
    fired = run_in_prefect(there, deployment(served, there, sound)["id"])
    until("end of both", lambda: {state_of(there, run)[0] for run in (failed, fired)} == {"FAILED", "COMPLETED"})
    assert "overlap" in state_of(there, failed)[1]
    now = shown(served, broken)
    assert ("cannot read it" in now["note"], now["overlap"], now["jitter"]) == (True, "queue", 0)
    data(served("POST", f"/campaigns/{broken['id']}/pause"))
    data(served("PATCH", f"/campaigns/{sound['id']}", json={"jitter": 4}))
    until("change of the other", lambda: deployment(served, there, sound)["parameters"]["jitter"] == 4)
    assert data(served("GET", "/campaigns"))["total"] == 2
    data(served("PATCH", f"/campaigns/{broken['id']}", json={"overlap": "skip", "jitter": 3}))
    until("change", lambda: deployment(served, there, broken)["parameters"]["jitter"] == 3)
    assert shown(served, broken)["note"] is None
    for campaign in (broken, sound):
        remove(served, there, campaign)


def test_a_crash_between_firing_and_telling_prefect_repeats_nothing(
    served: Call, there: httpx.Client, ledger: Ledger
) -> None:
    made = create(served)
    found = deployment(served, there, made)
    fired = data(served("POST", f"/campaigns/{made['id']}/run"))
    run_id = run_in_prefect(there, found["id"], due_at=fired["due_at"])
    until("end of the run", lambda: state_of(there, run_id)[0] == "COMPLETED")
    assert page_of(ledger, TaskFilter(campaign_id=made["id"])).total == 4
    assert len(shown(served, made)["firings"]) == 1
    remove(served, there, made)


def test_a_run_cancelled_in_prefect_does_nothing(served: Call, there: httpx.Client) -> None:
    made = create(served)
    known = deployment(served, there, made)
    soon = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
    run_id = run_in_prefect(there, known["id"], due_at=soon)
    there.post(f"/flow_runs/{run_id}/set_state", json={"state": {"type": "CANCELLED"}}).raise_for_status()
    later = run_in_prefect(there, known["id"], due_at=soon)
    until("end of the other", lambda: state_of(there, later)[0] == "COMPLETED")
    assert [firing["flow_run_id"] for firing in shown(served, made)["firings"]] == [later]
    assert state_of(there, run_id)[0] == "CANCELLED"
    remove(served, there, made)
