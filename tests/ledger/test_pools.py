"""Targets that tasks share: each is claimed once, whoever asks at the same time, and by the same task after a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from phonefleet.ledger import Ledger, NewTask, StateChange
from phonefleet.ledger.targets.pools import Claim, Prospect, Step, pool_of
from tests.ledger.conftest import NOW

Request = Callable[..., tuple[UUID, list[int]]]


@pytest.fixture
def request_of(ledger: Ledger, new_task: Callable[..., NewTask]) -> Request:
    """Create the tasks of one request and fill their pool."""

    def create(tasks: int, targets: int) -> tuple[UUID, list[int]]:
        pool = uuid4()
        new = [new_task(script_name="super_marketing", serial=f"phone-{n}", request_id=pool) for n in range(tasks)]
        task_ids = ledger.tasks.create(new)
        ledger.pools.fill(pool, [Prospect(f"person-{n}") for n in range(targets)])
        return pool, task_ids

    return create


def taken(ledger: Ledger, pool: UUID, task_id: int, most: int = 0) -> Claim:
    claim = ledger.pools.take(pool, task_id, "shop", NOW, most)
    assert claim is not None
    return claim


def finish(ledger: Ledger, task_id: int) -> None:
    ledger.tasks.project(task_id, StateChange("FAILED", "Failed", NOW))


def outcomes(ledger: Ledger, task_id: int, pool: UUID) -> list[str]:
    return [claim.outcome for claim in ledger.pools.shared(task_id, pool).items]


def test_targets_are_claimed_in_order_and_a_claim_is_kept_until_it_ends(ledger: Ledger, request_of: Request) -> None:
    pool, [first, second] = request_of(2, 3)
    assert [taken(ledger, pool, task).target for task in (first, second, first)] == ["person-0", "person-1", "person-0"]
    ledger.pools.end(taken(ledger, pool, first), "done", [Step("followUsers", "done")], NOW)
    assert taken(ledger, pool, first).target == "person-2"


def test_simultaneous_tasks_share_without_overlap(ledger: Ledger, request_of: Request) -> None:
    pool, task_ids = request_of(8, 100)

    def work(task_id: int) -> list[str]:
        found: list[str] = []
        while claim := ledger.pools.take(pool, task_id, None, NOW):
            found.append(claim.target)
            ledger.pools.end(claim, "done", [], NOW)
        return found

    with ThreadPoolExecutor(8) as threads:
        shares = list(threads.map(work, task_ids))
    assert Counter(target for share in shares for target in share) == Counter(f"person-{n}" for n in range(100))


def test_filling_twice_or_at_once_is_filling_once(ledger: Ledger, request_of: Request) -> None:
    pool, [task_id] = request_of(1, 1)
    other = uuid4()
    with ThreadPoolExecutor(4) as threads:
        for filled in [threads.submit(ledger.pools.fill, other, [Prospect("a"), Prospect("b")]) for _ in range(8)]:
            filled.result()
    ledger.pools.fill(pool, [Prospect("another")])
    assert ledger.pools.shared(task_id, pool).total == 1
    assert ledger.pools.progress(other, task_id).total == 2


def test_a_released_target_goes_to_the_next_and_no_longer_to_be_ended_by_the_first(
    ledger: Ledger, request_of: Request
) -> None:
    pool, [first, second] = request_of(2, 1)
    claim = taken(ledger, pool, first)
    ledger.pools.release(claim)
    assert taken(ledger, pool, second).target == claim.target
    ledger.pools.end(claim, "done", [], NOW)
    assert outcomes(ledger, first, pool) == ["under way"]


def test_an_account_takes_no_more_than_its_most(ledger: Ledger, request_of: Request) -> None:
    pool, [task_id] = request_of(1, 5)
    for _ in range(2):
        ledger.pools.end(taken(ledger, pool, task_id, most=2), "done", [], NOW)
    assert ledger.pools.take(pool, task_id, "shop", NOW, most=2) is None
    progress = ledger.pools.progress(pool, task_id, most=2)
    assert (progress.done, progress.total) == (2, 2)


def test_progress_counts_what_the_task_has_or_can_still_have(ledger: Ledger, request_of: Request) -> None:
    pool, [first, second] = request_of(2, 5)
    ledger.pools.end(taken(ledger, pool, first), "failed", [], NOW)
    taken(ledger, pool, second)
    progress = ledger.pools.progress(pool, first)
    assert (progress.done, progress.total) == (1, 4)


def test_every_target_has_an_outcome_at_any_time(ledger: Ledger, request_of: Request) -> None:
    pool, [first, second] = request_of(2, 4)
    ledger.pools.end(taken(ledger, pool, first), "skipped", [Step("sendDM", "skipped", "takes no messages")], NOW)
    taken(ledger, pool, first)
    taken(ledger, pool, second)
    assert outcomes(ledger, first, pool) == ["skipped", "under way", "under way", "waiting"]
    finish(ledger, second)
    assert outcomes(ledger, first, pool) == ["skipped", "under way", "unfinished", "waiting"]
    finish(ledger, first)
    assert outcomes(ledger, first, pool) == ["skipped", "unfinished", "unfinished", "not taken"]


def test_a_pool_of_ones_own_waits_for_that_task_alone(ledger: Ledger, request_of: Request) -> None:
    request, [first, second] = request_of(2, 1)
    own = pool_of(first, request, alone=True)
    ledger.pools.fill(own, [Prospect("anna")], only_task_id=first)
    assert outcomes(ledger, first, request) == ["waiting", "waiting"]
    finish(ledger, first)
    assert sorted(outcomes(ledger, first, request)) == ["not taken", "waiting"]
    assert outcomes(ledger, second, request) == ["waiting"]
    assert pool_of(second, None, alone=False) == pool_of(second, None, alone=True) != own


def test_what_a_task_took_is_told_with_its_steps_page_by_page(ledger: Ledger, request_of: Request) -> None:
    pool, [task_id, _] = request_of(2, 3)
    steps = [Step("followUsers", "done"), Step("sendDM", "failed", "the app closed")]
    for minute in range(3):
        claim = taken(ledger, pool, task_id)
        ledger.pools.end(claim, "failed", steps, NOW + timedelta(minutes=minute))
    page = ledger.pools.taken(task_id, number=2, size=2)
    [last] = page.items
    assert (page.total, last.target, last.account, last.outcome) == (3, "person-2", "shop", "failed")
    assert (last.steps, last.claimed_at, last.ended_at) == (steps, NOW, NOW + timedelta(minutes=2))
