"""From a parsed request and its phones to its tasks: pure, so that a plan and a request for tasks see the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from api.tasks.fan_out import ParsedRequest, Seat, fan_out
from api.tasks.schemas import TaskRequest
from phonefleet.scripts import SCRIPTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONES = [Seat("phone-1", "shop"), Seat("phone-2", "bakery")]


def parsed(min_interval: float = 0, max_interval: float = 0) -> ParsedRequest:
    script = SCRIPTS["follow"]
    request = TaskRequest(
        script_name="follow",
        serials=["any"],
        interval_unit="seconds",
        min_interval=min_interval,
        max_interval=max_interval,
    )
    configs = script.fan_out(script.parse({"target_users": "anna, bob"}))
    waits = request.intervals("minutes")
    return ParsedRequest(request, script, configs, "sample", NOW, NOW + timedelta(hours=1), waits)


def test_each_phone_gets_each_target_in_order() -> None:
    tasks = fan_out(parsed(), PHONES, Random(1))
    assert [(task.serial, task.username, *task.script_config.all_targets, task.ordinal) for task in tasks] == [
        ("phone-1", "shop", "anna", 0),
        ("phone-1", "shop", "bob", 1),
        ("phone-2", "bakery", "anna", 2),
        ("phone-2", "bakery", "bob", 3),
    ]


def test_the_tasks_of_a_phone_start_a_microsecond_apart() -> None:
    start = NOW + timedelta(hours=1)
    later = [(task.scheduled_for - start) / timedelta(microseconds=1) for task in fan_out(parsed(), PHONES, Random(1))]
    assert later == [0, 1, 0, 1]


def test_the_same_request_and_the_same_generator_make_the_same_tasks() -> None:
    asked = parsed(min_interval=1, max_interval=60)
    assert fan_out(asked, PHONES, Random(1)) == fan_out(asked, PHONES, Random(1))
    assert fan_out(asked, PHONES, Random(1)) != fan_out(asked, PHONES, Random(2))


def test_the_tasks_of_a_request_have_an_id_in_common_and_those_of_two_requests_have_not() -> None:
    first, second = (
        {task.request_id for task in fan_out(parsed(), PHONES, Random(1))},
        {task.request_id for task in fan_out(parsed(), PHONES, Random(1))},
    )
    assert len(first) == len(second) == 1
    assert first != second
