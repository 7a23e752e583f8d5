"""Applying changes of phones: the latest state wins, and no phone's trouble is another's."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable

import httpx
import pytest
from prefect.client.schemas.actions import WorkQueueCreate
from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError

from deployments.worker.phones.coalescing_queue import CoalescingQueue, backoff, is_retryable
from phonefleet.errors import AliasTaken, DeviceUnauthorized, LedgerUnreachable

AWAY = LedgerUnreachable()
REFUSED = AliasTaken()


def answered(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "http://127.0.0.1/api/work_pools/phonefleet/queues/")
    return httpx.HTTPStatusError(f"status {status}", request=request, response=httpx.Response(status, request=request))


class Target:
    """What changes are applied to: it notes them, and fails as it was told to, once for each error."""

    def __init__(self) -> None:
        self.applied: list[tuple[str, str]] = []
        self.tries: Counter[str] = Counter()
        self.errors: defaultdict[str, deque[Exception]] = defaultdict(deque)
        self.closed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.shut: set[str] = set()

    async def __call__(self, key: str, item: str) -> None:
        self.tries[key] += 1
        if key in self.shut:
            await self.closed[key].wait()
        if self.errors[key]:
            raise self.errors[key].popleft()
        self.applied.append((key, item))


Work = Callable[[Target, "CoalescingQueue[str]"], Awaitable[None]]


def run(work: Work, *, at_once: int = 8, wait: float = 0.0) -> Target:
    """Let changes be applied while `work` goes on."""
    target = Target()

    async def main() -> None:
        changes = CoalescingQueue("phone", target, at_once=at_once, backoff=lambda _: wait)
        running = asyncio.create_task(changes.run())
        try:
            await asyncio.wait_for(work(target, changes), 90)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())
    return target


async def until(condition: Callable[[], bool]) -> None:
    """Let others work until the condition is true."""
    while not condition():  # noqa: ASYNC110 - what is waited for is one turn of the loop away
        await asyncio.sleep(0)


def put(changes: CoalescingQueue[str], *items: tuple[str, str]) -> None:
    for key, item in items:
        changes.put(key, item)


def test_a_phone_whose_change_cannot_be_applied_keeps_no_other_waiting() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["odd"].append(REFUSED)
        put(changes, ("odd", "device"), ("good", "device"))
        await until(lambda: ("good", "device") in target.applied and bool(changes.problems))
        assert changes.problems == {"odd": REFUSED.message}
        assert changes.has_given_up("odd", "device")
        assert not changes.has_given_up("odd", "absent")
        assert not changes.has_given_up("good", "device")

    assert run(work).tries == {"odd": 1, "good": 1}


def test_a_phone_whose_change_never_ends_keeps_no_other_waiting() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.shut.add("stuck")
        put(changes, ("stuck", "device"))
        await until(lambda: target.tries["stuck"] == 1)
        put(changes, ("good", "device"), ("good", "offline"))
        await until(lambda: ("good", "offline") in target.applied)

    run(work)


def test_what_passes_is_tried_until_it_succeeds_and_keeps_no_other_waiting() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["far"].extend([AWAY, answered(503), httpx.ConnectError("refused")])
        put(changes, ("far", "device"), ("good", "device"))
        await until(lambda: ("far", "device") in target.applied)
        assert not changes.problems

    done = run(work)
    assert done.applied == [("good", "device"), ("far", "device")]
    assert done.tries["far"] == 4


def test_a_phone_waits_for_its_next_try_without_a_place_among_those_at_work() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["far"].append(AWAY)
        put(changes, ("far", "device"))
        await until(lambda: target.tries["far"] == 1)
        put(changes, ("good", "device"))
        await until(lambda: ("good", "device") in target.applied)

    assert run(work, at_once=1, wait=3600).tries["far"] == 1


def test_a_later_state_replaces_the_one_that_waits_and_is_tried_at_once() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["far"].append(AWAY)
        put(changes, ("far", "device"))
        await until(lambda: target.tries["far"] == 1)
        put(changes, ("far", "offline"), ("far", "absent"))
        await until(lambda: bool(target.applied))

    assert run(work, wait=3600).applied == [("far", "absent")]


def test_a_state_that_comes_while_another_is_applied_follows_it() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.shut.add("phone")
        put(changes, ("phone", "device"))
        await until(lambda: target.tries["phone"] == 1)
        put(changes, ("phone", "offline"), ("phone", "absent"))
        target.closed["phone"].set()
        await until(lambda: len(target.applied) == 2)

    assert run(work).applied == [("phone", "device"), ("phone", "absent")]


def test_what_failed_for_good_is_forgotten_when_the_phone_changes_to_what_succeeds() -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["odd"].append(REFUSED)
        put(changes, ("odd", "device"))
        await until(lambda: bool(changes.problems))
        put(changes, ("odd", "absent"))
        await until(lambda: ("odd", "absent") in target.applied)
        await until(lambda: not changes.problems)

    run(work)


def test_what_fails_for_good_in_the_same_way_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        for number in range(1, 4):
            target.errors["odd"].append(REFUSED)
            put(changes, ("odd", f"state {number}"))
            await until(lambda number=number: changes.has_given_up("odd", f"state {number}"))

    with caplog.at_level(logging.INFO):
        run(work)
    assert [record.getMessage().count(REFUSED.message) for record in caplog.records if "odd" in record.message] == [1]


def test_an_outage_is_logged_more_and_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    async def work(target: Target, changes: CoalescingQueue[str]) -> None:
        target.errors["far"].extend([AWAY] * 100)
        put(changes, ("far", "device"))
        await until(lambda: bool(target.applied))

    with caplog.at_level(logging.INFO):
        run(work)
    assert len([record for record in caplog.records if "far" in record.message]) == 7


def test_waits_grow_to_a_limit() -> None:
    waits = [backoff(failures) for failures in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] < waits[1] < waits[-1] == waits[-2]


def refusals() -> Iterable[Exception]:
    with pytest.raises(ValidationError) as refused:
        WorkQueueCreate.model_validate({"name": "phone", "concurrency_limit": -1})
    yield refused.value
    yield from (answered(status) for status in (400, 401, 403, 409, 413, 422))
    yield from (REFUSED, DeviceUnauthorized(), KeyError("a mistake"), ValueError(), RuntimeError())


def test_what_would_fail_in_the_same_way_again_does_not_pass_by_itself() -> None:
    assert [error for error in refusals() if is_retryable(error)] == []


@pytest.mark.parametrize(
    "error",
    [
        AWAY, httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), ConnectionResetError(), TimeoutError(),
        ObjectNotFound(answered(404)), *(answered(status) for status in (408, 425, 429, 500, 502, 503, 504)),
    ],
)  # fmt: skip
def test_what_is_away_for_a_while_passes_by_itself(error: Exception) -> None:
    assert is_retryable(error)
