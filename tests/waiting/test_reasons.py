"""Why a pending task waits: each thing that can stand in its way has its word and its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from phonefleet.limits import History, Hours, Policy, Span
from phonefleet.waiting import (
    AccountFacts,
    Facts,
    PendingTask,
    PhoneFacts,
    PrefectFacts,
    Sign,
    obstacles_of,
    of_all_phones,
    why_it_waits,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
TASK = PendingTask(
    7, "R58M1", "Shop", "sample", NOW, submitted=True, postponed=False, remark=None, only_action="follow"
)
PHONE = PhoneFacts("R58M1", "front_desk", "desk", "device", AN_HOUR_AGO, enabled=True)
SHOP = AccountFacts("Shop", enabled=True, hold_reason=None, held_since=None, policy=Policy())
ALIVE = Sign(NOW - timedelta(seconds=20), timedelta(seconds=30))
DEAD = Sign(AN_HOUR_AGO, timedelta(seconds=30))


def facts(phone: PhoneFacts | None = PHONE, account: AccountFacts | None = SHOP, **prefect: Any) -> Facts:
    phones = {} if phone is None else {phone.serial: phone}
    accounts = {} if account is None else {("sample", account.username.lower()): account}
    return Facts(NOW, BERLIN, BERLIN, phones, accounts, PrefectFacts(**prefect))


def told(task: PendingTask, known: Facts) -> tuple[str, str]:
    reason = why_it_waits(task, known)
    return reason.code, reason.sentence


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        (
            {"state": "absent"},
            "phone_offline",
            "front_desk is offline since 12:00: the task waits until it is connected",
        ),
        (
            {"state": "absent", "seen_at": NOW - timedelta(days=2), "alias": None},
            "phone_offline",
            "R58M1 is offline since 2026-02-27 13:00: the task waits until it is connected",
        ),
        ({"enabled": False}, "phone_disabled", "front_desk is disabled: the task waits until it is enabled"),
        (
            {"quarantine_reason": "cracked", "quarantined_until": NOW + timedelta(minutes=30)},
            "phone_quarantined",
            "front_desk is in quarantine (cracked): the task waits until 13:30",
        ),
        (
            {"quarantine_reason": "battery low", "quarantined_by": "worker"},
            "phone_quarantined",
            "front_desk is in quarantine (battery low): the task waits until it is well again",
        ),
        (
            {"quarantine_reason": "looked at", "quarantined_by": "person"},
            "phone_quarantined",
            "front_desk is in quarantine (looked at): the task waits until it is released",
        ),
        (
            {"running": 3, "queue": {5: 0, 6: 1, 7: 2}},
            "turn",
            "it waits for its turn on front_desk: task 3 runs and 2 tasks come before it",
        ),
        ({"queue": {6: 0, 7: 1}}, "turn", "it waits for its turn on front_desk: 1 task comes before it"),
        (
            {"queue": {1: 0, 2: 1}, "queue_is_longer": True},
            "turn",
            "it waits for its turn on front_desk: more than 2 tasks come before it",
        ),
        ({}, "starting", "nothing stands in its way: it starts within moments"),
        ({"quarantine_reason": "over", "quarantined_until": AN_HOUR_AGO}, "starting", None),
    ],
)
def test_a_phone_that_cannot_take_a_task_says_why(changes: dict[str, Any], code: str, sentence: str | None) -> None:
    found = told(TASK, facts(replace(PHONE, **changes)))
    assert found == (code, sentence or found[1])


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("unauthorized", "phone_unauthorized"),
        ("no_permissions", "phone_no_permissions"),
        ("recovery", "phone_recovery"),
        ("unread", "phone_unread"),
        ("ambiguous", "phone_ambiguous"),
        ("something new", "phone_offline"),
    ],
)
def test_every_state_that_keeps_a_phone_from_working_has_its_word(state: str, code: str) -> None:
    assert told(TASK, facts(replace(PHONE, state=state)))[0] == code


def test_a_phone_that_nobody_has_seen_is_told() -> None:
    assert told(TASK, facts(None)) == (
        "phone_unknown",
        "no host has seen a phone 'R58M1': the task waits until one has",
    )


@pytest.mark.parametrize(
    ("prefect", "code", "sentence"),
    [
        (
            {"away_since": AN_HOUR_AGO},
            "prefect_unreachable",
            "Prefect cannot be reached since 12:00: the task waits until it answers",
        ),
        (
            {"workers": {"desk": DEAD}},
            "no_worker",
            "the worker on desk has given no sign of life since 12:00: the task waits until a worker runs",
        ),
        ({"workers": {}}, "no_worker", "no worker has given a sign of life: the task waits until a worker runs"),
        (
            {"workers": {"cellar": DEAD}},
            "no_worker",
            "no worker has given a sign of life since 12:00: the task waits until a worker runs",
        ),
        (
            {"workers": {"desk": ALIVE}, "pool_paused": True},
            "pool_paused",
            "the work pool of all phones is paused in Prefect: the task waits until it is resumed there",
        ),
        (
            {"workers": {"desk": ALIVE}, "paused_queues": frozenset({"R58M1"})},
            "queue_paused",
            "the queue of front_desk is paused in Prefect: the task waits until it is resumed there",
        ),
        ({"workers": {"cellar": ALIVE}}, "starting", None),
        ({"paused_queues": frozenset({"other"})}, "starting", None),
    ],
)
def test_what_prefect_holds_back_is_told(prefect: dict[str, Any], code: str, sentence: str | None) -> None:
    found = told(TASK, facts(**prefect))
    assert found == (code, sentence or found[1])


def test_a_dead_worker_is_told_before_the_state_that_it_left_of_its_phone() -> None:
    assert told(TASK, facts(replace(PHONE, state="absent"), workers={"desk": DEAD}))[0] == "no_worker"


def test_a_task_of_later_says_when_it_starts_whatever_else_stands_in_its_way() -> None:
    later = replace(TASK, scheduled_for=NOW + timedelta(hours=30))
    assert told(later, facts(None)) == ("starts_later", "it starts at 2026-03-02 19:00, as was asked for")


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"enabled": False}, "account_disabled", "@Shop is disabled: the task fails unless it is enabled before"),
        (
            {"hold_reason": "asks for a code", "held_since": AN_HOUR_AGO},
            "account_held",
            "@Shop is held since 12:00 (asks for a code): the task fails unless it is released",
        ),
        (
            {"histories": {"follow": History(used=20)}},
            "account_limit",
            "@Shop has used its 20 follows of today: the task waits until 2026-03-02 00:00",
        ),
        (
            {"policy": Policy(budgets={"follow": 0})},
            "account_limit",
            "@Shop has a budget of 0 follows a day: the task waits as long as the limits stay as they are",
        ),
        (
            {"policy": Policy(hours=Hours({"sunday": (Span.parse("15-18"),)}))},
            "working_hours",
            "@Shop works at other times (sunday 15:00-18:00): the task waits until 15:00",
        ),
        (
            {"policy": Policy(gap=timedelta(hours=2)), "histories": {"follow": History(1, AN_HOUR_AGO)}},
            "account_limit",
            "@Shop pauses between its actions, 3600 s more: the task waits until 14:00",
        ),
        ({"histories": {"like": History(used=100)}}, "starting", None),
    ],
)
def test_what_keeps_an_account_is_told(changes: dict[str, Any], code: str, sentence: str | None) -> None:
    found = told(TASK, facts(account=replace(SHOP, **changes)))
    assert found == (code, sentence or found[1])


def test_a_task_that_met_a_limit_says_what_its_run_said_where_no_account_is_named() -> None:
    postponed = replace(TASK, username=None, postponed=True, remark="waits until 18:00: @shop pauses")
    assert told(postponed, facts()) == ("account_limit", "waits until 18:00: @shop pauses")


def test_a_task_that_prefect_did_not_take_says_what_prefect_answered() -> None:
    refused = replace(TASK, submitted=False, remark="Prefect answers 404")
    assert told(refused, facts()) == (
        "not_submitted",
        "Prefect has not taken it yet (Prefect answers 404): it is sent again by itself",
    )
    assert told(replace(TASK, submitted=False), facts())[0] == "not_submitted"


def test_a_full_disk_is_told_as_it_is_said() -> None:
    assert told(TASK, replace(facts(), disk_full="the disk is full"))[0] == "disk_full"


def test_plans_say_the_same_of_a_phone_in_a_sentence_that_goes_on_from_its_name() -> None:
    phone = replace(PHONE, state="absent", enabled=False, quarantine_reason="cracked")
    prefect = PrefectFacts(paused_queues=frozenset({"R58M1"}))
    assert [one.conflict(NOW) for one in obstacles_of(replace(phone, quarantine_reason=None), prefect, NOW)] == [
        "is disabled: its tasks wait until it is enabled",
        "is offline: its tasks wait until it is connected",
        "has to wait until it is resumed there: the queue of front_desk is paused in Prefect",
    ]
    resting = replace(phone, enabled=True, quarantined_until=NOW + timedelta(minutes=30))
    assert [one.conflict(NOW) for one in obstacles_of(resting, PrefectFacts(), NOW)] == [
        "is in quarantine for 30 min (cracked)"
    ]


def test_readiness_says_what_keeps_all_tasks_from_starting() -> None:
    lost = PrefectFacts(workers={"desk": DEAD}, pool_paused=True)
    told = [obstacle.sentence("", NOW, UTC) for obstacle in of_all_phones(lost, NOW)]
    assert told == [
        "the worker on desk has given no sign of life since 11:00: tasks wait until a worker runs",
        "the work pool of all phones is paused in Prefect: tasks wait until it is resumed there",
    ]
    assert [one.code for one in of_all_phones(PrefectFacts(workers={}), NOW)] == ["no_worker"]
    assert not list(of_all_phones(PrefectFacts(), NOW))


def test_a_task_whose_run_was_suspended_in_prefect_waits_until_it_is_resumed_there() -> None:
    assert told(replace(TASK, suspended=True), facts()) == (
        "suspended",
        "it was suspended in Prefect: the task waits until it is resumed there",
    )
