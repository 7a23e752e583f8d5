"""POST /plan with days: what all campaigns will do, told before they do it. People: 0880-0889."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.actions.do_not_contact import DoNotContactEntry
from phonefleet.limits import Rules
from phonefleet.schedules import jitter_of
from phonefleet.scripts.script import UnknownConfig
from phonefleet.settings import Settings
from tests.api.campaigning import spoil

Call = Callable[..., httpx.Response]
DAY = timedelta(days=1)
TASK: dict[str, Any] = {
    "serials": ["phone-1"],
    "script_name": "follow",
    "script_config": {"target_users": ["person_0880"]},
    "min_interval": 0,
    "max_interval": 0,
}


def data(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def create(call: Call, name: str = "", *, task: dict[str, Any] | None = None, **more: Any) -> int:
    """Enter a campaign that is due each day at noon, as long as nothing else is said."""
    schedule = {"cron": "0 12 * * *", "timezone": "UTC"}
    body = {"name": name or f"campaign {uuid4()}", "task": TASK | (task or {}), "schedule": schedule, **more}
    return data(call("POST", "/campaigns", json=body))["id"]


def planned(call: Call, days: int = 7, **more: Any) -> dict[str, Any]:
    return data(call("POST", "/plan", json={"days": days, **more}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def conflicts(campaign: dict[str, Any]) -> list[str]:
    return [conflict["kind"] for conflict in campaign["conflicts"]]


def test_without_campaigns_there_is_nothing_to_do(call: Call) -> None:
    found = planned(call)
    assert (found["accepted"], found["tasks"], found["phones"], found["campaigns"]) == (True, 0, [], [])
    assert (found["start"], found["end"], found["cut"]) == (None, None, None)
    assert at(found["until"]) - at(found["since"]) == 7 * DAY


def test_a_campaign_that_cannot_be_read_is_told_and_the_others_are_planned(call: Call, database_url: str) -> None:
    sound, broken = create(call), create(call)
    spoil(database_url, broken)
    found = planned(call)
    assert [(campaign["id"], campaign["fired"]) for campaign in found["campaigns"]] == [(sound, 7)]
    [refusal] = found["refusals"]
    assert (found["accepted"], refusal["field"]) == (False, f"campaigns.{broken}.overlap")


def test_each_due_time_of_the_days_is_planned_and_nothing_is_written(call: Call, ledger: Ledger) -> None:
    key = create(call, task={"serials": ["phone-1", "phone-2"]})
    found = planned(call)
    [campaign] = found["campaigns"]
    assert (campaign["id"], campaign["fired"], campaign["tasks"], campaign["phones"]) == (key, 7, 14, 2)
    due = [at(firing["due_at"]) for firing in campaign["firings"]]
    assert all(each.hour == 12 and at(found["since"]) < each <= at(found["until"]) for each in due)
    assert [phone["serial"] for phone in found["phones"]] == ["phone-1", "phone-2"]
    [share] = found["phones"][0]["shares"]
    assert (share["campaign"], share["tasks"]) == (key, 7)
    assert at(share["start"]["expected"]) == due[0]
    assert at(share["end"]["expected"]) == due[-1] + timedelta(seconds=20)
    assert [at(share["end"][bound]) - due[-1] for bound in ("earliest", "latest")] == [
        timedelta(seconds=10), timedelta(seconds=40)
    ]  # fmt: skip
    spans = found["phones"][0]["spans"]
    assert [(span["campaign"], span["asked"], span["tasks"]) for span in spans] == [(key, True, 1)] * 7
    assert ledger.tasks.count().total == ledger.outbox.pending_count() == 0
    assert ledger.campaigns.firings(key, 10) == []


def test_working_days_count_in_the_campaigns_own_time_zone(call: Call) -> None:
    create(call, schedule={"cron": "30 0 * * *", "timezone": "Pacific/Auckland"}, working_days=["monday"])
    [campaign] = planned(call, days=14)["campaigns"]
    due = [at(firing["due_at"]) for firing in campaign["firings"]]
    assert campaign["fired"] == 2
    assert {each.strftime("%A") for each in due} == {"Sunday"}


def test_a_campaign_is_planned_from_its_start_to_its_end(call: Call) -> None:
    now = datetime.now(UTC)
    create(call, start=(now + 2 * DAY).isoformat(), end=(now + 4 * DAY).isoformat())
    [campaign] = planned(call)["campaigns"]
    assert campaign["fired"] == 2
    assert all(now + 2 * DAY <= at(one["due_at"]) <= now + 4 * DAY for one in campaign["firings"])


def test_the_jitter_is_the_one_that_will_be_waited(call: Call) -> None:
    key = create(call, jitter=3600)
    [campaign] = planned(call)["campaigns"]
    for firing in campaign["firings"]:
        due_at = at(firing["due_at"])
        assert at(firing["begins_at"]) == due_at + jitter_of(key, due_at, timedelta(hours=1)) != due_at


def test_paused_campaigns_do_nothing_unless_they_are_asked_for(call: Call) -> None:
    create(call, paused=True)
    [resting], [resumed] = planned(call)["campaigns"], planned(call, with_paused=True)["campaigns"]
    assert (resting["paused"], resting["fired"], resumed["fired"]) == (True, 0, 7)


def test_waits_between_tasks_and_targets_count(call: Call) -> None:
    people = {"target_users": ["person_0880", "person_0881", "person_0882"]}
    create(call, task={"script_config": people, "min_interval": 60, "max_interval": 120})
    [campaign] = planned(call, days=1)["campaigns"]
    lasting = {bound: at(campaign["end"][bound]) - at(campaign["start"]["expected"]) for bound in campaign["end"]}
    assert {bound: each.total_seconds() for bound, each in lasting.items()} == {
        "earliest": 3 * 10 + 2 * 60, "expected": 3 * 20 + 2 * 90, "latest": 3 * 40 + 2 * 120
    }  # fmt: skip


def test_a_campaign_waits_for_another_that_wants_the_same_phone_at_the_same_time(call: Call) -> None:
    first, second = create(call, "A"), create(call, "B")
    found = planned(call)["campaigns"]
    waiting = [campaign for campaign in found if campaign["conflicts"]]
    [conflict] = waiting[0]["conflicts"]
    assert len(waiting) == 1
    assert {waiting[0]["id"], conflict["other"]} == {first, second}
    assert (conflict["kind"], conflict["times"], conflict["serials"]) == ("phone", 7, ["phone-1"])
    assert conflict["why"].endswith("on 1 phone, 7 times, for 20 s at the longest")


def test_tasks_that_wait_already_come_first(call: Call) -> None:
    many = {"target_users": [f"person_{number:04}" for number in range(1, 181)]}
    assert call("POST", "/task", json=TASK | {"script_config": many}).status_code == 200
    create(call, schedule={"interval": 600})
    found = planned(call, days=1)
    [phone], [campaign] = found["phones"], found["campaigns"]
    assert phone["before"] == 180
    assert at(campaign["start"]["expected"]) - at(found["since"]) == timedelta(hours=1)
    assert "waits for tasks that are no campaign's on 1 phone" in campaign["conflicts"][-1]["why"]


@pytest.mark.parametrize(
    ("overlap", "fired", "skipped", "told"),
    [
        ("queue", 1440, 0, "the new tasks queue behind them"),
        ("skip", 720, 720, "these times are skipped"),
        ("cancel", 1440, 0, "of the earlier times are cancelled"),
    ],
)
def test_a_firing_that_overlaps_the_one_before_does_what_its_policy_says(
    call: Call, overlap: str, fired: int, skipped: int, told: str
) -> None:
    long = {"script_name": "account_warmup", "script_config": {"task_duration": 90}}
    create(call, task=long, schedule={"interval": 60}, overlap=overlap)
    [campaign] = planned(call, days=1)["campaigns"]
    assert (campaign["fired"], campaign["skipped"]) == (fired, skipped)
    assert campaign["conflicts"][0]["kind"] == "overlap"
    assert told in campaign["conflicts"][0]["why"]
    assert ("unfinished" in conflicts(campaign)) == (overlap == "queue")
    assert (campaign["cancelled"] > 0) == (overlap == "cancel")


def test_tasks_of_an_earlier_firing_that_go_on_keep_the_next_one_from_beginning(call: Call, ledger: Ledger) -> None:
    key = create(call, overlap="skip", schedule={"interval": 600})
    now = datetime.now(UTC)
    many = [
        NewTask(
            "follow",
            UnknownConfig.model_validate({"target_users": ["x"]}),
            "phone-2",
            "sample",
            now,
            now,
            campaign_id=key,
        )
    ] * 180
    ledger.tasks.create(many)
    found = planned(call, days=1)
    [campaign] = found["campaigns"]
    assert [firing["outcome"] for firing in campaign["firings"][:9]] == ["skipped"] * 6 + ["fired"] * 3
    assert [phone["serial"] for phone in found["phones"]] == ["phone-1"]


def test_more_than_a_budget_allows_is_a_conflict_and_waits_for_the_next_day(call: Call, ledger: Ledger) -> None:
    ledger.limits.replace(Rules(budgets={"follow": 2}, timezone="UTC"), datetime.now(UTC))
    task = {"serials": None, "usernames": ["shop_1"], "script_config": {"target_users": ["person_0883", "person_0884"]}}
    create(call, "Morning", task=task, schedule={"cron": "0 8 * * *", "timezone": "UTC"})
    create(call, "Evening", task=task, schedule={"cron": "0 20 * * *", "timezone": "UTC"})
    found = planned(call, days=3)
    for campaign in found["campaigns"]:
        [budget] = [one for one in campaign["conflicts"] if one["kind"] == "budget"]
        assert "wants 2 follows of @shop_1 on" in budget["why"]
        assert f"4 together with “{'Evening' if campaign['name'] == 'Morning' else 'Morning'}”" in budget["why"]
    [phone] = found["phones"]
    assert {met["campaign"] for met in phone["limits"]} <= {one["id"] for one in found["campaigns"]}
    assert all(met["limit"] == "budget" and met["at"] for met in phone["limits"])
    assert at(phone["end"]["expected"]) > at(found["until"])


def test_what_is_due_out_of_working_hours_is_a_conflict(call: Call, ledger: Ledger) -> None:
    ledger.limits.replace(Rules.model_validate({"hours": ["14:00-18:00"], "timezone": "UTC"}), datetime.now(UTC))
    create(call, task={"serials": None, "usernames": ["shop_1"]})
    found = planned(call)
    [campaign], [phone] = found["campaigns"], found["phones"]
    [conflict] = campaign["conflicts"]
    assert conflict["kind"] == "hours"
    assert conflict["why"] == "is due out of working hours: 7 tasks on 1 phone would wait"
    assert {at(span["start"]).hour for span in phone["spans"]} == {14}
    assert len(phone["limits"][0]["at"]) == 7


def test_a_group_without_phones_is_told_with_every_due_time_that_fails(call: Call, ledger: Ledger) -> None:
    ledger.devices.change("phone-1", group_name="shop")
    key = create(call, task={"serials": ["group:shop"]})
    ledger.devices.change("phone-1", enabled=False)
    found = planned(call)
    [campaign] = found["campaigns"]
    assert found["accepted"] is False
    assert found["refusals"] == [
        {"field": f"campaigns.{key}.task.serials.0", "reason": "group:shop has no enabled phone"}
    ]
    assert (campaign["fired"], campaign["failed"], campaign["tasks"], campaign["estimate"]) == (0, 7, 0, None)
    assert [firing["outcome"] for firing in campaign["firings"]] == ["failed"] * 7
    [conflict] = campaign["conflicts"]
    assert (conflict["kind"], conflict["times"]) == ("refused", 7)
    assert conflict["why"] == "makes no tasks: serials.0 group:shop has no enabled phone"


def test_people_whom_nobody_may_contact_keep_a_campaign_from_making_tasks(call: Call, ledger: Ledger) -> None:
    create(call)
    ledger.do_not_contact.put([DoNotContactEntry("person_0880", None, "asked us to stop", datetime.now(UTC))])
    [campaign] = planned(call)["campaigns"]
    assert "@person_0880 is on the do-not-contact list" in campaign["conflicts"][0]["why"]


def test_a_campaign_every_five_seconds_is_cut_short_and_says_so(call: Call) -> None:
    create(call, schedule={"interval": 5}, overlap="skip")
    found = planned(call, days=31)
    assert found["cut"].startswith("campaigns are due so often that only 2.9 days are planned")
    assert at(found["until"]) - at(found["since"]) < 3 * DAY
    [campaign], [phone] = found["campaigns"], found["phones"]
    assert campaign["fired"] + campaign["skipped"] == 50_000
    assert len(campaign["firings"]) == 50
    assert len(phone["spans"]) <= 201
    assert sum(span["tasks"] for span in phone["spans"]) == phone["tasks"] == campaign["fired"]


def test_a_due_time_whose_jitter_is_not_over_is_planned_and_one_that_is_dealt_with_is_not(
    call: Call, ledger: Ledger
) -> None:
    create(call, schedule={"interval": 600}, jitter=600)
    [before] = planned(call, days=1)["campaigns"]
    assert at(before["firings"][0]["begins_at"]) > datetime.now(UTC)
    assert ledger.tasks.count().total == 0


def test_durations_come_from_earlier_tasks_of_the_script(call: Call, ledger: Ledger) -> None:
    due = datetime.now(UTC) - timedelta(hours=1)
    for number in range(3):
        begun = due + timedelta(minutes=number)
        [task_id] = ledger.tasks.create([NewTask("follow", UnknownConfig(), "phone-2", "sample", begun, begun)])
        ledger.outbox.submitted(task_id, uuid4(), StateChange("SCHEDULED", "Scheduled", begun))
        ledger.tasks.project(task_id, StateChange("RUNNING", "Running", begun))
        ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", begun + timedelta(seconds=7)))
    create(call)
    [campaign] = planned(call, days=1)["campaigns"]
    assert (campaign["estimate"]["basis"], campaign["estimate"]["samples"]) == ("script", 3)
    assert campaign["estimate"]["expected"] == pytest.approx(7)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 32}, "days"),
        ({"days": 1.5}, "days"),
        ({"days": "7"}, "days"),
        ({"days": None}, "days"),
        ({"days": 7, "with_paused": 1}, "with_paused"),
        ({"days": 7, "script_name": "follow"}, "script_name"),
    ],
)
def test_days_that_make_no_sense_are_refused_with_the_field(call: Call, body: dict[str, Any], field: str) -> None:
    answer = call("POST", "/plan", json=body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["data"]["errors"]] == [field]


def test_a_body_that_is_neither_asks_for_the_script(call: Call) -> None:
    assert call("POST", "/plan", json={}).json()["code"] == 40002


# --- before a campaign is entered ------------------------------------------------------------------------


def wished(**more: Any) -> dict[str, Any]:
    return {"name": "a wish", "task": TASK, "schedule": {"cron": "0 12 * * *", "timezone": "UTC"}, **more}


def test_a_campaign_is_planned_among_the_others_before_it_is_entered(call: Call, ledger: Ledger) -> None:
    other = create(call)
    found = planned(call, campaign=wished(paused=True))
    assert {campaign["id"]: campaign["fired"] for campaign in found["campaigns"]} == {0: 7, other: 7}
    assert [share["campaign"] for phone in found["phones"] for share in phone["shares"]].count(0) == 1
    assert [campaign.id for campaign in ledger.campaigns.all()] == [other]


def test_a_change_is_planned_in_the_place_of_what_it_changes(call: Call) -> None:
    campaign, other = create(call, "a wish", paused=True), create(call)
    hourly = wished(schedule={"cron": "0 */12 * * *", "timezone": "UTC"})
    found = planned(call, campaign=hourly, instead_of=campaign)
    assert {one["id"]: one["fired"] for one in found["campaigns"]} == {campaign: 14, other: 7}
    assert data(call("GET", f"/campaigns/{campaign}"))["paused"] is True


WRONG_CAMPAIGNS: list[tuple[dict[str, Any], str]] = [
    ({"jitter": 90_000}, "campaign.jitter"),
    ({"end": "2020-01-01T00:00:00Z"}, "campaign.end"),
    ({"task": TASK | {"serials": ["nowhere"]}}, "campaign.task.serials.0"),
    ({"task": TASK | {"script_config": {}}}, "campaign.task.script_config.target_users"),
    ({"schedule": {"cron": "whenever"}}, "campaign.schedule.cron"),
    ({"name": ""}, "campaign.name"),
    ({"tyop": 1}, "campaign.tyop"),
]


@pytest.mark.parametrize(("change", "field"), WRONG_CAMPAIGNS)
def test_a_plan_refuses_what_could_not_be_entered_with_the_field(
    call: Call, change: dict[str, Any], field: str
) -> None:
    answer = call("POST", "/plan", json={"days": 7, "campaign": wished(**change)})
    assert answer.status_code == 400, answer.text
    assert field in [error["field"].removeprefix("<days>.") for error in answer.json()["data"]["errors"]], answer.text


def test_only_a_campaign_that_exists_can_be_planned_anew(call: Call) -> None:
    assert call("POST", "/plan", json={"days": 7, "campaign": wished(), "instead_of": 999_999}).status_code == 404
    assert call("POST", "/plan", json={"days": 7, "instead_of": create(call)}).status_code == 400


def test_a_plan_neither_stores_nor_shows_a_key(call: Call, ledger: Ledger, settings: Settings) -> None:
    settings_of_model = {"base_url": "https://texts.example/v1", "api_key": "sk-very-secret", "model": "small"}
    config = {"generate_by_chatgpt": True, "chatgpt_settings": settings_of_model}
    task = TASK | {"script_name": "account_warmup", "script_config": config}
    answer = call("POST", "/plan", json={"days": 7, "campaign": wished(task=task)})
    assert data(answer)["accepted"] is True
    assert "sk-very-secret" not in answer.text
    assert not (settings.home / "secret.key").exists()
    assert ledger.campaigns.all() == []
