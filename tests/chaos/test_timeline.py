"""When a fault was seen, and when all worked again, computed from what was watched."""

from __future__ import annotations

from deployments.chaos.plan import Fault
from deployments.chaos.timeline import Ended, Sight, Strike, can_meet, course_of

UNPLUGGED = Strike(Fault(kind="phone_unplugged", phone=2), at=10.0, over=16.0)
KILLED = Strike(Fault(kind="process_killed", process="api"), at=10.0, over=10.0)


def sights(subject: str, *changes: tuple[float, bool]) -> list[Sight]:
    return [Sight(at, subject, well) for at, well in changes]


def test_it_is_seen_when_its_subject_is_first_found_ill_and_over_when_it_works_again() -> None:
    seen = sights("phone 2", (0, True), (11.5, False), (17.0, True))
    course = course_of(UNPLUGGED, seen, [Ended(16.5, 1, 2), Ended(18.0, 2, 1), Ended(19.0, 3, 2)])
    assert (course.seen, course.recovered) == (1.5, 9.0)


def test_a_process_works_again_when_a_task_of_any_phone_ends() -> None:
    seen = sights("api", (0, True), (10.5, False), (13.0, True))
    course = course_of(KILLED, seen, [Ended(12.0, 1, 2), Ended(13.5, 2, 1)])
    assert (course.seen, course.recovered) == (0.5, 3.5)


def test_where_no_task_was_left_to_be_well_is_enough() -> None:
    course = course_of(KILLED, sights("api", (0, True), (10.5, False), (13.0, True)), [])
    assert course.recovered == 3.0


def test_what_nobody_has_seen_is_over_when_it_ends() -> None:
    course = course_of(UNPLUGGED, sights("phone 2", (0, True)), [Ended(17.0, 1, 2)])
    assert (course.seen, course.recovered) == (None, 7.0)


def test_what_shows_long_after_its_end_has_another_reason() -> None:
    seen = sights("phone 2", (0, True), (40.0, False), (45.0, True))
    course = course_of(UNPLUGGED, seen, [Ended(17.0, 1, 2)])
    assert (course.seen, course.recovered) == (None, 7.0)


def test_what_stays_ill_never_recovers() -> None:
    course = course_of(KILLED, sights("api", (0, True), (10.5, False)), [Ended(99.0, 1, 1)])
    assert course.recovered is None


def test_others_tell_nothing_of_it() -> None:
    seen = [*sights("phone 1", (0, True), (11.0, False)), *sights("phone 2", (0, True), (12.0, False), (13.0, True))]
    assert course_of(UNPLUGGED, seen, []).seen == 2.0


def test_what_a_phone_meets_at_its_next_touch_is_seen_then() -> None:
    crash = Strike(Fault(kind="app_crash", phone=2), at=10.0, over=14.0, met=14.0)
    course = course_of(crash, sights("phone 2", (0, True)), [Ended(13.0, 1, 2), Ended(15.0, 2, 2)])
    assert (course.seen, course.recovered) == (4.0, 5.0)


def test_what_no_phone_has_met_never_mattered() -> None:
    crash = Strike(Fault(kind="app_crash", phone=2), at=10.0, over=90.0)
    course = course_of(crash, sights("phone 2", (0, True), (50.0, False), (60.0, True)), [])
    assert (course.seen, course.recovered) == (None, 0.0)


def test_a_lost_host_works_again_when_a_task_of_one_of_its_phones_ends() -> None:
    hosts = {1: 1, 2: 2}
    lost = Strike(Fault(kind="host_lost", host=2), at=10.0, over=70.0)
    seen = sights("host 2", (0, True), (41.0, False), (72.0, True))
    course = course_of(lost, seen, [Ended(73.0, 1, 1), Ended(75.0, 2, 2)], hosts)
    assert (course.seen, course.recovered) == (31.0, 65.0)


def test_a_worker_is_that_of_its_host_alone_and_the_api_is_that_of_all() -> None:
    hosts = {1: 1, 2: 2}
    there = Fault(kind="process_killed", process="worker", host=2)
    seen = [
        *sights("worker", (0, True), (9.0, False)),
        *sights("worker of host 2", (0, True), (11.0, False), (12, True)),
    ]
    course = course_of(Strike(there, at=10.0, over=10.0), seen, [Ended(13.0, 1, 1), Ended(15.0, 2, 2)], hosts)
    assert (course.seen, course.recovered) == (1.0, 5.0)
    assert [can_meet(there, phone, hosts) for phone in hosts] == [False, True]
    assert [can_meet(Fault(kind="process_killed", process="adb"), phone, hosts) for phone in hosts] == [True, False]
    assert all(can_meet(Fault(kind="process_killed", process="api"), phone, hosts) for phone in hosts)
    cut = [Fault(kind="power_cut", host=host) for host in (None, 2)]
    assert [[can_meet(fault, phone, hosts) for phone in hosts] for fault in cut] == [[True, True], [False, True]]


def test_it_matters_until_all_works_again_or_to_the_end() -> None:
    well = course_of(UNPLUGGED, sights("phone 2", (0, True)), [Ended(17.0, 1, 2)])
    ill = course_of(KILLED, sights("api", (0, True), (10.5, False)), [])
    assert (well.window(99.0), ill.window(99.0)) == ((10.0, 17.0), (10.0, 99.0))
