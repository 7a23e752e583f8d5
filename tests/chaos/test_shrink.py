"""A failing plan is made smaller as long as it fails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deployments.chaos.drawing import Wanted, draw
from deployments.chaos.plan import Plan
from deployments.chaos.shrink import minimized, shrink


@given(st.sets(st.integers(0, 30), min_size=1, max_size=4))
def test_only_what_fails_together_is_left(guilty: set[int]) -> None:
    tried: list[int] = []

    def fails(parts: object) -> bool:
        tried.append(1)
        return guilty <= set(parts)  # type: ignore[call-overload]

    assert sorted(minimized(range(31), fails)) == sorted(guilty)
    assert len(tried) < 31 * 10


def test_what_fails_without_any_part_is_left_without_parts() -> None:
    assert list(minimized([1, 2, 3], lambda _: True)) == []


def test_a_plan_loses_the_faults_tasks_and_phones_that_it_does_not_need_to_fail() -> None:
    plan = draw(Wanted(seed=4, phones=8, tasks=200, faults=15, kills=2))

    def fails(tried: Plan) -> bool:
        kinds = {fault.kind for fault in tried.faults}
        return {"reply_lost", "process_killed"} <= kinds and tried.work.tasks >= 20

    smaller = shrink(plan, fails)
    assert sorted(fault.kind for fault in smaller.faults) == ["process_killed", "reply_lost"]
    assert (smaller.work.tasks, smaller.fleet.phones) == (25, 1)
    assert {fault.phone for fault in smaller.faults} == {1, None}
    assert fails(smaller)


def test_a_plan_keeps_its_hosts_only_where_it_needs_them_to_fail() -> None:
    plan = draw(Wanted(seed=4, phones=8, tasks=80, hosts=3, also=("host_lost",)))
    lost = shrink(plan, lambda tried: any(fault.kind == "host_lost" for fault in tried.faults))
    assert [(fault.kind, fault.host) for fault in lost.faults] == [("host_lost", 2)]
    assert (lost.fleet.hosts, lost.fleet.phones) == (2, 2)
    killed = shrink(plan, lambda tried: any(fault.process == "adb" for fault in tried.faults))
    assert [(fault.process, fault.host) for fault in killed.faults] == [("adb", None)]
    assert (killed.fleet.hosts, killed.fleet.phones) == (1, 1)


def test_no_plan_is_run_twice() -> None:
    tried: list[str] = []

    def fails(plan: Plan) -> bool:
        tried.append(plan.model_dump_json())
        return any(fault.kind == "app_crash" for fault in plan.faults)

    shrink(draw(Wanted(seed=2, faults=15)), fails)
    assert len(tried) == len(set(tried))


def test_a_plan_that_fails_by_itself_loses_all_faults() -> None:
    smaller = shrink(draw(Wanted(seed=5)), lambda _: True)
    assert (smaller.faults, smaller.work.tasks, smaller.fleet.phones) == ((), 1, 1)
