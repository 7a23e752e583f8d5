"""The outbox: what Prefect must still be told, in a fair order, until it has been told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from phonefleet.ledger import Ledger, NewTask, StateChange, Task
from phonefleet.runs.keys import retry_in

Make = Callable[..., NewTask]
PAST = datetime(2026, 3, 1, 12, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
_SCHEDULED = StateChange("SCHEDULED", "Scheduled", PAST)


def test_each_phone_has_its_turn(ledger: Ledger, new_task: Make) -> None:
    ids = ledger.tasks.create([new_task(serial=serial) for serial in ("a", "a", "a", "b", "b", "c")])
    turns = [0, 3, 5, 1, 4, 2]
    assert [row.task_id for row in ledger.outbox.due(10)] == [ids[turn] for turn in turns]
    assert len(ledger.outbox.due(2)) == 2


def test_what_may_start_now_goes_before_what_starts_later(ledger: Ledger, new_task: Make) -> None:
    later = [new_task(serial="a", scheduled_for=FUTURE + timedelta(hours=hour)) for hour in (2, 1)]
    ids = ledger.tasks.create([*later, new_task(serial="b"), new_task(serial="b")])
    assert [row.task_id for row in ledger.outbox.due(10)] == [ids[2], ids[3], ids[1], ids[0]]


def test_a_row_has_all_that_a_flow_run_needs(ledger: Ledger, new_task: Make) -> None:
    given = new_task(username="shop", wait_seconds=1.5, source="campaign", campaign_id=4)
    (task_id,) = ledger.tasks.create([given])
    (row,) = ledger.outbox.due(1)
    assert (row.task_id, row.script_name, row.script_config) == (task_id, "follow", given.script_config.stored())
    assert (row.serial, row.username, row.app, row.wait_seconds) == ("phone-1", "shop", "sample", 1.5)
    assert (row.scheduled_for, row.source, row.campaign_id, row.attempts) == (PAST, "campaign", 4, 0)
    assert row.alias is None
    ledger.devices.seen("phone-1", "online", "host")
    ledger.devices.set_alias("phone-1", "Pixel-07")
    assert [row.alias for row in ledger.outbox.due(1)] == ["Pixel-07"]


def test_a_submitted_task_leaves_the_outbox_with_its_flow_run(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    run = uuid4()
    ledger.outbox.submitted(task_id, run, StateChange("SCHEDULED", "Late", PAST))
    task = ledger.tasks.by_flow_run(run)
    assert task is not None
    assert (task.id, task.state, task.status) == (task_id, "Late", 0)
    assert ledger.outbox.pending_count() == 0


def test_a_failed_submission_waits_with_a_remark(ledger: Ledger, new_task: Make) -> None:
    first, second = ledger.tasks.create([new_task(), new_task()])
    ledger.outbox.failed(first, "Prefect cannot be reached", FUTURE)
    assert [row.task_id for row in ledger.outbox.due(10)] == [second]
    task = ledger.tasks.get(first)
    assert task is not None
    assert (task.status, task.remark) == (0, "Prefect cannot be reached")
    ledger.outbox.failed(first, "Prefect cannot be reached", PAST)
    assert [row.attempts for row in ledger.outbox.due(10)] == [2, 0]


def test_a_refused_task_has_failed(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    ledger.outbox.refused(task_id, "no such parameter", PAST)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.remark, ledger.outbox.pending_count()) == (3, "no such parameter", 0)


def test_a_stop_holds_whatever_the_submitter_says_later(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    assert ledger.outbox.withdraw(task_id, "stopped", PAST)
    ledger.outbox.failed(task_id, "Prefect cannot be reached", FUTURE)
    ledger.outbox.refused(task_id, "no such parameter", FUTURE)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.remark) == (3, "stopped")


def test_the_run_that_a_withdrawn_task_may_have_is_recalled(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    (row,) = ledger.outbox.due(1)
    ledger.outbox.withdraw(task_id, "stopped", PAST)
    [recall] = ledger.recalls.due(PAST, 10)
    assert (recall.run_key, recall.flow_run_id, recall.remark) == (row.run_key, None, "stopped")
    assert ledger.outbox.requeue(found(ledger, task_id), PAST)
    assert ledger.outbox.due(1)[0].run_key != row.run_key


def test_a_run_that_comes_after_the_stop_of_its_task_is_none_of_the_tasks(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    (row,) = ledger.outbox.due(1)
    ledger.outbox.withdraw(task_id, "stopped", PAST)
    assert not ledger.outbox.submitted(task_id, uuid4(), _SCHEDULED, key=row.run_key)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.flow_run_id) == (3, None)  # a retry gets a run of its own, not one that is about to end


def test_what_comes_late_of_an_earlier_sending_does_not_touch_the_retry(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    (first,) = ledger.outbox.due(1)
    ledger.outbox.withdraw(task_id, "stopped", PAST)
    assert ledger.outbox.requeue(found(ledger, task_id), PAST)
    (second,) = ledger.outbox.due(1)
    assert not ledger.outbox.submitted(task_id, uuid4(), _SCHEDULED, key=first.run_key)
    ledger.outbox.refused(task_id, "no such parameter", PAST, key=first.run_key)
    ledger.outbox.failed(task_id, "Prefect cannot be reached", FUTURE, key=first.run_key)
    assert ledger.outbox.due(1) == [second]
    run = uuid4()
    for _ in ("first", "once more"):
        assert ledger.outbox.submitted(task_id, run, _SCHEDULED, key=second.run_key)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.retry_count, task.flow_run_id) == (0, 1, run)


def test_a_run_that_a_lane_took_before_it_was_recorded_is_stopped_by_its_id(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    run = uuid4()
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", PAST, flow_run_id=run))
    assert not ledger.outbox.withdraw(task_id, "stopped", PAST)
    assert ledger.outbox.submitted(task_id, run, _SCHEDULED)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.flow_run_id, ledger.outbox.pending_count()) == (run, 0)


def test_a_lane_that_has_the_run_says_more_than_a_submission_that_fails(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    ledger.tasks.project(task_id, StateChange("RUNNING", "Running", PAST, "rests", flow_run_id=uuid4()))
    ledger.outbox.failed(task_id, "Prefect cannot be reached", FUTURE)
    assert ledger.outbox.due(1) == []  # it is tried again, later
    ledger.outbox.refused(task_id, "no such parameter", FUTURE)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.remark) == (1, "rests")


def test_what_a_lane_reports_of_an_earlier_run_does_not_touch_the_retry(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    run = uuid4()
    ledger.outbox.submitted(task_id, run, _SCHEDULED)
    late = StateChange("CANCELLED", "Cancelled", PAST + timedelta(seconds=1), "stopped", flow_run_id=uuid4())
    ledger.tasks.project(task_id, late)
    task = ledger.tasks.get(task_id)
    assert task is not None
    assert (task.status, task.flow_run_id, task.remark) == (0, run, None)


def test_of_two_retries_at_once_one_sends_the_task_again(ledger: Ledger, new_task: Make) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    ledger.outbox.withdraw(task_id, "stopped", PAST)
    stopped = found(ledger, task_id)  # as both have read it
    assert ledger.outbox.requeue(stopped, PAST)
    (row,) = ledger.outbox.due(1)
    run = uuid4()
    assert ledger.outbox.submitted(task_id, run, _SCHEDULED, key=row.run_key)
    assert not ledger.outbox.requeue(stopped, PAST)
    task = found(ledger, task_id)
    assert (task.status, task.retry_count, task.flow_run_id, ledger.outbox.pending_count()) == (0, 1, run, 0)


def test_the_end_of_a_run_of_before_a_retry_does_not_touch_a_task_that_has_no_run_yet(
    ledger: Ledger, new_task: Make
) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    (first,) = ledger.outbox.due(1)
    ledger.outbox.withdraw(task_id, "stopped", PAST)
    ledger.outbox.requeue(found(ledger, task_id), PAST)
    earlier, retry = uuid4(), retry_in(first.run_key)
    for state in ("RUNNING", "CANCELLED"):
        late = StateChange(state, state.title(), FUTURE, flow_run_id=earlier, made_at_retry=retry)
        ledger.tasks.project(task_id, late)
    task = found(ledger, task_id)
    assert (task.status, task.flow_run_id, task.retry_count) == (0, None, 1)
    (second,) = ledger.outbox.due(1)
    run = uuid4()
    begun = StateChange("RUNNING", "Running", FUTURE, flow_run_id=run, made_at_retry=retry_in(second.run_key))
    ledger.tasks.project(task_id, begun)
    task = found(ledger, task_id)
    assert (task.status, task.flow_run_id, task.retry_count) == (1, run, 1)


def test_a_task_that_was_retried_in_its_run_before_the_run_was_recorded_gets_no_second_one(
    ledger: Ledger, new_task: Make
) -> None:
    (task_id,) = ledger.tasks.create([new_task()])
    (row,) = ledger.outbox.due(1)
    run = uuid4()
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", PAST, flow_run_id=run))
    ledger.tasks.project(task_id, StateChange("SCHEDULED", "AwaitingRetry", FUTURE, flow_run_id=run))
    (again,) = ledger.outbox.due(1)
    assert again.run_key != row.run_key
    assert not ledger.outbox.submitted(task_id, uuid4(), _SCHEDULED, key=again.run_key)
    assert (found(ledger, task_id).flow_run_id, ledger.outbox.pending_count()) == (run, 0)


def found(ledger: Ledger, task_id: int) -> Task:
    task = ledger.tasks.get(task_id)
    assert task is not None
    return task
