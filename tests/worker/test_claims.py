"""Which of the offered runs start: one a free lane, the earliest due first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from prefect.client.schemas.objects import FlowRun

from deployments.worker.runs.claims import MOST_NAMES, next_due, queues_to_ask, startable

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def run(serial: str, minutes: float) -> FlowRun:
    due = (NOW + timedelta(minutes=minutes)).isoformat()
    fields = {"flow_id": uuid4(), "parameters": {"serial": serial}, "next_scheduled_start_time": due}
    return FlowRun.model_validate(fields)


def test_a_free_lane_gets_its_earliest_run_and_no_second_one() -> None:
    early, late = run("a", -2), run("a", -1)
    assert list(startable([late, early], {"a"}, NOW)) == [early]


def test_runs_of_busy_or_unknown_phones_stay_in_their_queues() -> None:
    assert list(startable([run("b", -1)], {"a"}, NOW)) == []


def test_a_run_that_is_due_later_sets_the_alarm_and_does_not_start() -> None:
    later = run("a", 5)
    assert list(startable([later], {"a"}, NOW)) == []
    assert next_due([later, run("a", -1)], NOW) == NOW + timedelta(minutes=5)


def test_nothing_due_later_sets_no_alarm() -> None:
    assert next_due([run("a", -1)], NOW) is None


def test_a_few_free_phones_are_asked_for_by_name_and_many_as_the_whole_pool() -> None:
    assert queues_to_ask(["b", "a"]) == ["default", "a", "b"]
    assert queues_to_ask(str(number) for number in range(MOST_NAMES)) is None
