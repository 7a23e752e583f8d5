"""Tasks in the ledger: created in bulk, found, listed, counted, and kept in step with Prefect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from phonefleet.errors import KeyReused
from phonefleet.ledger import (
    Adoption,
    Counts,
    Idempotency,
    Ledger,
    NewTask,
    Observed,
    Progress,
    StateChange,
    TaskFilter,
)
from phonefleet.runs.states import Status
from tests.listed import counts_of, page_of

Make = Callable[..., NewTask]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_new_tasks_get_increasing_ids_in_the_order_of_the_batch(ledger: Ledger, new_task: Make) -> None:
    serials = [f"phone-{number:04}" for number in range(1500, 0, -1)]
    ids = ledger.tasks.create([new_task(serial=serial) for serial in serials])
    assert ids == sorted(set(ids))
    assert [task.serial for task in map(ledger.tasks.get, ids[:20]) if task] == serials[:20]
    assert ledger.outbox.pending_count() == 1500


def test_a_new_task_has_everything_it_was_given(ledger: Ledger, new_task: Make) -> None:
    given = new_task(username="shop", wait_seconds=2.5, source="campaign", campaign_id=9, targets=3)
    task = ledger.tasks.get(ledger.tasks.create([given])[0])
    assert task is not None
    assert (task.script_name, task.script_config, task.serial) == ("follow", given.script_config.stored(), "phone-1")
    assert (task.username, task.app, task.source, task.campaign_id) == ("shop", "sample", "campaign", 9)
    assert (task.created_at, task.scheduled_for, task.wait_seconds) == (NOW, NOW, 2.5)
    assert (task.status, task.status_text, task.state, task.progress) == (0, "pending", None, Progress(0, 3))


def test_an_unknown_id_finds_no_task(ledger: Ledger) -> None:
    assert ledger.tasks.get(12345) is None
    assert ledger.tasks.by_flow_run(uuid4()) is None


def test_text_in_any_script_survives(ledger: Ledger, new_task: Make) -> None:
    config = {"target_users": ["Zoë", "用户", "🙂", 'a"b\\c\n']}
    task = ledger.tasks.get(ledger.tasks.create([new_task(script_config=config)])[0])
    assert task is not None
    assert task.script_config == config


def test_ids_are_never_used_again(ledger: Ledger, new_task: Make) -> None:
    key = Idempotency("key", "digest")
    first = ledger.tasks.create([new_task()], key)
    assert ledger.tasks.create([new_task()], key) == first
    assert ledger.tasks.create([new_task()])[0] > first[0]


def test_a_repeated_key_answers_the_first_tasks_and_makes_none(ledger: Ledger, new_task: Make) -> None:
    key = Idempotency("key", "digest")
    first = ledger.tasks.create([new_task(), new_task()], key)
    assert ledger.tasks.create([new_task(), new_task()], key) == first
    assert ledger.idempotency.find(key) == first
    assert ledger.tasks.count().total == 2


def test_a_key_is_refused_for_another_request(ledger: Ledger, new_task: Make) -> None:
    ledger.tasks.create([new_task()], Idempotency("key", "digest"))
    with pytest.raises(KeyReused):
        ledger.tasks.create([new_task()], Idempotency("key", "another"))
    assert ledger.tasks.count().total == 1


def test_running_sets_the_start_once_and_ending_sets_the_end(ledger: Ledger, new_task: Make) -> None:
    task_id = ledger.tasks.create([new_task()])[0]
    for second, state in enumerate(["PENDING", "RUNNING", "SCHEDULED", "RUNNING", "COMPLETED"], start=1):
        ledger.tasks.project(task_id, StateChange(state, state.title(), after(second)))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.state, task.start_time, task.end_time) == (2, "Completed", after(2), after(5))


def test_going_back_to_the_queue_clears_the_end(ledger: Ledger, new_task: Make) -> None:
    task_id = ledger.tasks.create([new_task()])[0]
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", after(1), remark="the phone is away"))
    ledger.tasks.project(task_id, StateChange("SCHEDULED", "AwaitingRetry", after(2), retry_count=1))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.end_time, task.remark, task.retry_count) == (0, None, None, 1)


@pytest.mark.parametrize("seen", [("SCHEDULED", "PENDING", "RUNNING"), ("PENDING", "RUNNING"), ("RUNNING",)])
def test_a_failed_run_that_goes_again_is_one_retry_whichever_of_its_states_is_seen_first(
    ledger: Ledger, new_task: Make, seen: tuple[str, ...]
) -> None:
    """The lane takes a run that is retried in Prefect within milliseconds: nobody may have seen it wait."""
    task_id, run_id = ledger.tasks.create([new_task()])[0], uuid4()
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", after(1), flow_run_id=run_id))
    for second, state in enumerate(seen, start=2):
        change = StateChange(state, state.title(), after(second))
        ledger.runs.observe([Observed(run_id, change)])
        ledger.tasks.project(task_id, change)
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", after(9)))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.retry_count) == (Status.FAILED, 1)


def test_a_late_report_of_an_earlier_state_is_ignored(ledger: Ledger, new_task: Make) -> None:
    task_id = ledger.tasks.create([new_task()])[0]
    ledger.tasks.project(task_id, StateChange("COMPLETED", "Completed", after(5), result={"followed": 1}))
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", after(4)))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.result, task.end_time) == (Status.COMPLETED, {"followed": 1}, after(5))


def test_the_same_state_told_again_keeps_its_remark_and_result(ledger: Ledger, new_task: Make) -> None:
    task_id = ledger.tasks.create([new_task()])[0]
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", after(1), remark="why", result={"a": 1}))
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", after(1)))
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.remark, task.result) == ("why", {"a": 1})


def test_a_state_of_an_unknown_task_changes_nothing(ledger: Ledger) -> None:
    ledger.tasks.project(777, StateChange("RUNNING", "Running", NOW))
    assert ledger.tasks.count() == Counts()


def test_progress_and_retries_are_recorded(ledger: Ledger, new_task: Make) -> None:
    task_id = ledger.tasks.create([new_task()])[0]
    ledger.tasks.set_progress(task_id, 2, 5)
    ledger.tasks.set_retries(task_id, 3)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.progress, task.retry_count) == (Progress(2, 5), 3)


def test_a_run_started_in_prefect_is_adopted_once(ledger: Ledger) -> None:
    run = uuid4()
    adoption = Adoption(run, "follow", {"target_users": ["anna"]}, "phone-1", None, NOW)
    task_id = ledger.tasks.adopt(adoption)
    assert ledger.tasks.adopt(adoption) == task_id
    task = ledger.tasks.by_flow_run(run)
    assert task is not None
    assert (task.id, task.source, task.status, task.flow_run_id) == (task_id, "ui", 0, run)
    assert ledger.outbox.pending_count() == 0


def test_unfinished_tasks_are_those_that_prefect_has_and_that_have_not_ended(ledger: Ledger, new_task: Make) -> None:
    ids = ledger.tasks.create([new_task() for _ in range(4)])
    for task_id, state in zip(ids, ["SCHEDULED", "RUNNING", "COMPLETED"], strict=False):
        ledger.outbox.submitted(task_id, uuid4(), StateChange(state, state.title(), NOW))
    assert [task.id for task in ledger.tasks.unfinished()] == ids[:2]
    assert [task.id for task in ledger.tasks.unfinished([Status.RUNNING])] == ids[1:2]
    assert [task.id for task in ledger.tasks.unfinished(after_id=ids[0], limit=1)] == ids[1:2]


def test_lists_are_newest_first_and_paged(ledger: Ledger, new_task: Make) -> None:
    ids = ledger.tasks.create([new_task() for _ in range(5)])
    second = page_of(ledger, TaskFilter(), number=2, size=2)
    assert ([task.id for task in second.items], second.total) == ([ids[2], ids[1]], 5)
    assert page_of(ledger, TaskFilter(), number=9, size=2).items == []


@pytest.mark.parametrize(
    "wanted",
    [
        TaskFilter(status=Status.RUNNING),
        TaskFilter(serial="other"),
        TaskFilter(script_name="unfollow"),
        TaskFilter(source="campaign"),
        TaskFilter(username="shop"),
        TaskFilter(campaign_id=4),
        TaskFilter(created_after=after(1)),
    ],
)
def test_each_filter_finds_its_task_alone(ledger: Ledger, new_task: Make, wanted: TaskFilter) -> None:
    other = {"serial": "other", "script_name": "unfollow", "source": "campaign", "username": "shop", "campaign_id": 4}
    _, task_id = ledger.tasks.create([new_task(), new_task(created_at=after(60), **other)])
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", after(61)))
    page = page_of(ledger, wanted)
    assert ([task.id for task in page.items], page.total) == ([task_id], 1)


def test_created_before_leaves_out_what_came_later(ledger: Ledger, new_task: Make) -> None:
    earlier, _ = ledger.tasks.create([new_task(), new_task(created_at=after(60))])
    assert [task.id for task in page_of(ledger, TaskFilter(created_before=after(1))).items] == [earlier]


def test_counts_add_up_by_status_script_and_device(ledger: Ledger, new_task: Make) -> None:
    ids = ledger.tasks.create([new_task(), new_task(script_name="unfollow"), new_task(serial="other")])
    ledger.tasks.project(ids[0], StateChange("COMPLETED", "Completed", NOW))
    ledger.tasks.project(ids[1], StateChange("RUNNING", "Running", NOW))
    assert ledger.tasks.count() == Counts(pending=1, running=1, completed=1)
    assert ledger.tasks.count().total == 3
    by_script = {"follow": Counts(pending=1, completed=1), "unfollow": Counts(running=1)}
    assert counts_of(ledger, "script_name") == by_script
    assert counts_of(ledger, "serial") == {"other": Counts(pending=1), "phone-1": Counts(running=1, completed=1)}
