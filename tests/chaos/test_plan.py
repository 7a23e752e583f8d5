"""A plan of faults is a file: what is drawn is read back as it was, and a mistake is told with its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chaos.drawing import ON_PHONES, Wanted, draw
from deployments.chaos.kinds import KINDS, OF_JOINED_HOSTS, PROCESSES
from deployments.chaos.plan import Fault, PlanBroken, plan_text, read_plan

WANTED = st.builds(
    Wanted,
    seed=st.integers(0, 1000),
    phones=st.integers(1, 50),
    tasks=st.integers(1, 2000),
    faults=st.integers(0, 40),
    kills=st.integers(0, 3),
    stops=st.integers(0, 3),
    fault_rate=st.sampled_from([0.0, 0.2]),
    also=st.lists(st.sampled_from(sorted(set(KINDS) - {"host_lost"})), max_size=4).map(tuple),
    over=st.sampled_from([timedelta(0), timedelta(minutes=60)]),
) | st.builds(
    Wanted,
    seed=st.integers(0, 1000),
    phones=st.integers(4, 50),
    hosts=st.integers(2, 4),
    kills=st.integers(0, 3),
    also=st.lists(st.sampled_from(["host_lost", "power_cut"]), max_size=2).map(tuple),
)


@given(WANTED)
def test_what_is_drawn_is_read_back_as_it_was(wanted: Wanted) -> None:
    plan = draw(wanted)
    assert read_plan(plan_text(plan, "a remark\nof two lines"), "plan") == plan


@given(WANTED)
def test_the_same_seed_draws_the_same_plan_with_as_many_faults_as_were_wanted(wanted: Wanted) -> None:
    plan = draw(wanted)
    assert plan == draw(wanted)
    processes = len(PROCESSES) + (wanted.hosts - 1) * len(OF_JOINED_HOSTS)
    assert len(plan.faults) == wanted.faults + processes * (wanted.kills + wanted.stops) + len(wanted.also)
    assert all(fault.after < wanted.tasks for fault in plan.faults)


def test_another_seed_draws_another_plan() -> None:
    assert draw(Wanted(seed=1)) != draw(Wanted(seed=2))


def test_every_kind_of_fault_of_phones_comes_before_one_comes_again() -> None:
    plan = draw(Wanted(phones=9, faults=len(ON_PHONES), kills=0))
    assert {fault.kind for fault in plan.faults} == set(ON_PHONES)


def test_a_fault_has_a_line_that_a_person_can_read() -> None:
    text = """\
version: 1
seed: 7
fleet: {phones: 2, settings: {RETRIES: '3'}}
work: {tasks: 10, scripts: [follow, like], over: 1m, budgets: {follow: 2}}
faults:
- {after: 3, delay: 1.5s, kind: phone_unplugged, phone: 2, lasts: 4s}
- {after: 5, kind: clock_jump, by: -5m}
"""
    plan = read_plan(text, "plan.yaml")
    assert plan_text(plan) == text
    assert [fault.told for fault in plan.faults] == ["phone 2 unplugged", "clock jumped by -5m"]
    assert plan.needs == {"clock"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "p.yaml is no YAML"),
        ("version: 2", "p.yaml: version must be 1"),
        ("colour: red", "p.yaml: colour is not known"),
        ("fleet: {phones: 0}", "p.yaml: fleet.phones must be at least 1"),
        ("work: {scripts: [dance]}", "p.yaml: work dance is no script"),
        ("faults: [{kind: meteor}]", "p.yaml: faults.0 meteor is no kind of fault: choose from phone_unplugged, "),
        ("faults: [{kind: app_crash}]", "p.yaml: faults.0 app_crash needs the number of a phone"),
        ("faults: [{kind: process_killed}]", "p.yaml: faults.0 process_killed needs a process (worker, "),
        ("faults: [{kind: host_lost}]", "p.yaml: faults.0 host_lost needs the number of a host"),
        ("fleet: {hosts: 2}\nfaults: [{kind: host_lost, host: 1}]", "p.yaml: faults.0 host 1 is the main host"),
        ("fleet: {hosts: 2}\nfaults: [{kind: host_lost, host: 3}]", "p.yaml: fault 1 (host 3 lost) strikes what"),
        ("fleet: {hosts: 4}", "p.yaml: fleet 4 hosts need as many phones, and there are 3"),
        ("faults: [{kind: disk_full, host: 2}]", "p.yaml: faults.0 disk_full has no `host`"),
        (
            "fleet: {hosts: 2}\nfaults: [{kind: process_killed, process: api, host: 2}]",
            "p.yaml: faults.0 api runs on the main host only",
        ),
        (
            "faults: [{kind: process_killed, process: adb, host: 2}]",
            "p.yaml: fault 1 (adb of host 2 killed) strikes what",
        ),
        ("faults: [{kind: power_cut, phone: 1}]", "p.yaml: faults.0 power_cut has no `phone`"),
        ("faults: [{kind: power_cut, by: 3m}]", "p.yaml: faults.0 power_cut has no `by`"),
        ("faults: [{kind: clock_jump}]", "p.yaml: faults.0 clock_jump needs `by`"),
        ("faults: [{kind: app_crash, phone: 4}]", "p.yaml: fault 1 (app of phone 4 crashed) strikes what"),
        ("faults: [{kind: app_crash, phone: 1, delay: soon}]", "p.yaml: faults.0.delay 'soon' is no duration"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(PlanBroken) as told:
        read_plan(text, "p.yaml")
    assert str(told.value).startswith(said)


def test_a_lost_host_needs_a_fleet_of_several() -> None:
    plan = read_plan("fleet: {hosts: 2}\nfaults: [{kind: host_lost, host: 2}]", "p.yaml")
    assert plan.needs == {"hosts"}


def test_a_fault_names_its_host_unless_it_is_the_main_one() -> None:
    text = """\
fleet: {phones: 5, hosts: 2}
faults:
- {kind: process_killed, process: worker}
- {kind: process_stopped, process: worker, host: 2}
- {kind: power_cut}
- {kind: power_cut, host: 2}
- {kind: host_lost, host: 2}
"""
    plan = read_plan(text, "plan.yaml")
    told = ["worker killed", "worker of host 2 stopped", "power cut", "power cut of host 2", "host 2 lost"]
    assert [fault.told for fault in plan.faults] == told
    assert plan.fleet.host_of == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2}


def test_a_fault_lasts_as_long_as_its_kind_unless_the_plan_says_otherwise() -> None:
    assert Fault(kind="phone_frozen", phone=1).duration == timedelta(seconds=6)
    assert Fault(kind="phone_frozen", phone=1, lasts=timedelta(seconds=2)).duration == timedelta(seconds=2)
    assert Fault(kind="process_killed", process="api").duration == timedelta(0)
