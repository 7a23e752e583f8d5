"""The verdict of a run: each way in which a fleet can fail its user is found, and named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deployments.chaos.plan import Fault
from deployments.chaos.timeline import Course
from deployments.chaos.verdict import FAILED, Losses, judge, losses_of
from tests.chaos.made import course, follow, followed, found, told

ANN, BOB = ("shop_001", "person_0001"), ("shop_002", "person_0002")
DONE = [told(1, follow(1, ANN[1])), told(2, follow(2, BOB[1]))]
LOCKED = Fault(kind="phone_locked", phone=1)
CRASHED = Fault(kind="app_crash", phone=1)
KILLED = Fault(kind="process_killed", process="worker")


def test_what_was_asked_and_stands_in_the_world_once_is_well() -> None:
    verdict = judge(found(DONE, followed(ANN, BOB), [course(KILLED)]))
    assert verdict.ok
    assert losses_of(course(KILLED), found(DONE, followed(ANN, BOB)), verdict) == Losses()


def test_what_completed_and_is_not_there_is_lost() -> None:
    verdict = judge(found(DONE, followed(ANN)))
    assert verdict.kinds == {"lost"}
    assert verdict.problems[0].told == "task 2 (follow) completed, but 1 of its deeds are not there"


def test_what_the_ledger_calls_unknown_or_was_so_already_is_not_lost() -> None:
    for state in ("unknown", "already"):
        assert judge(found([told(1, follow(1, ANN[1]), state=state)], followed())).ok


def test_what_stands_there_twice_is_doubled() -> None:
    assert judge(found(DONE, followed(ANN, ANN, BOB))).kinds == {"doubled"}


def test_what_nobody_asked_for_is_done_to_a_stranger() -> None:
    verdict = judge(found(DONE, followed(ANN, BOB, ("shop_001", "person_0009"))))
    assert verdict.kinds == {"stranger", "doubled"}


def test_what_stands_there_although_the_ledger_does_not_know_of_it_is_told() -> None:
    tasks = [told(1, follow(1, ANN[1]), FAILED, state=None, remark="lost its phone")]
    assert "doubled" in judge(found(tasks, followed(ANN), [course(LOCKED)])).kinds


def test_a_task_that_has_not_ended_is_told_with_what_it_waits_for() -> None:
    waiting = replace(DONE[0], status=0, actions=(), ended=None, waits_for="the phone is offline")
    verdict = judge(found([waiting], followed()))
    assert [problem.told for problem in verdict.problems] == ["task 1 (follow) has not ended: the phone is offline"]


@pytest.mark.parametrize(
    ("struck", "well"),
    [
        (course(LOCKED), True),
        (course(LOCKED, at=50), False),  # after the task
        (course(Fault(kind="phone_locked", phone=2)), False),  # another phone
        (course(CRASHED), False),  # nobody is needed after a crash
        (course(KILLED), False),
    ],
)
def test_a_task_may_fail_only_while_a_fault_of_its_phone_needs_a_person(struck: Course, well: bool) -> None:  # noqa: FBT001 - a parameter
    tasks = [told(1, follow(1, ANN[1]), FAILED, state=None, remark="unlock the phone")]
    verdict = judge(found(tasks, followed(), [struck]))  # type: ignore[list-item]
    assert verdict.ok is well
    assert verdict.losses[1].failed == 1


def test_a_task_may_fail_at_a_budget_that_is_used_up() -> None:
    tasks = [
        told(1, follow(1, ANN[1])),
        told(2, follow(1, "person_0005"), FAILED, state=None, remark="used its 1 follows"),
    ]
    assert judge(found(tasks, followed(ANN), budgets={"follow": 1})).ok
    assert judge(found(tasks, followed(ANN), budgets={"follow": 2})).kinds == {"failed"}


def test_more_than_a_budget_of_one_day_is_told() -> None:
    tasks = [told(number, follow(1, f"person_{number:04}")) for number in (1, 2)]
    world = followed(ANN, ("shop_001", "person_0002"))
    assert judge(found(tasks, world, budgets={"follow": 1})).kinds == {"over_budget"}
    world["follows"][1]["at"] = "2026-12-01T00:00:01+00:00"
    assert judge(found(tasks, world, budgets={"follow": 1})).ok


def test_a_lane_that_does_nothing_at_the_end_is_stuck() -> None:
    assert judge(found(DONE, followed(ANN, BOB), stuck={2: "pending"})).kinds == {"stuck"}


def test_a_call_for_a_person_needs_a_fault_that_only_a_person_ends() -> None:
    call = [(1, 3.0, "the phone is locked")]
    assert judge(found(DONE, followed(ANN, BOB), [course(LOCKED)], called=call)).ok
    assert judge(found(DONE, followed(ANN, BOB), [course(CRASHED)], called=call)).kinds == {"called"}
    assert judge(found(DONE, followed(ANN, BOB), [course(LOCKED, at=9)], called=call)).kinds == {"called"}
    late = [(1, 60.0, "the phone is locked")]
    assert judge(found(DONE, followed(ANN, BOB), [course(LOCKED)], called=late)).kinds == {"called"}


def test_tasks_that_nobody_sent_and_faults_that_nothing_recovers_from_are_told() -> None:
    courses = [course(KILLED, recovered=None)]
    assert judge(found(DONE, followed(ANN, BOB), courses, created=1)).kinds == {"created", "not_recovered"}


def test_a_fault_is_charged_with_what_was_at_work_on_its_phone_while_it_mattered() -> None:
    tasks = [told(1, follow(1, ANN[1]), times=(8.0, 12.0)), told(2, follow(2, BOB[1]), times=(8.0, 12.0))]
    run = found(tasks, followed())
    verdict = judge(run)
    assert losses_of(course(CRASHED, at=10), run, verdict) == Losses(lost=1)
    assert losses_of(course(KILLED, at=10), run, verdict) == Losses(lost=2)
    assert losses_of(course(KILLED, at=20), run, verdict) == Losses()
