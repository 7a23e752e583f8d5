"""A run's share of the targets that the phones of one request share: what ends a target, and what ends the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from prefect.logging import disable_run_logger

from phonefleet.errors import (
    ActionBlocked,
    DeviceOffline,
    DoNotContact,
    ElementMissing,
    Interrupted,
    LimitReached,
    OutcomeUnknown,
    Permanent,
    PhonefleetError,
    TakesNoMessages,
    TargetMissing,
)
from phonefleet.ledger.targets.pools import Prospect, pool_of
from phonefleet.ledger.values import Action, Intent, NewTask, Progress
from phonefleet.limits import Rules
from phonefleet.scripts.script import UnknownConfig
from phonefleet.scripts.super_marketing import SuperMarketingConfig
from tasks import pool as pool_module
from tasks import progress
from tasks.context import RunContext
from tasks.limits import zone
from tasks.pauses import pause_between
from tasks.pool import Visit, prospects, visits

Work = Callable[[Visit], None]


class Killed(BaseException):
    """The process ends here: nobody catches it."""


@pytest.fixture(autouse=True)
def _without_prefect(monkeypatch: pytest.MonkeyPatch, context: RunContext) -> Iterator[None]:
    another_task(context)
    monkeypatch.setattr(pool_module, "pause_between", pause_between.fn)
    monkeypatch.setattr(progress, "begin_progress", nothing_shown)
    with disable_run_logger():
        yield


def nothing_shown(_context: RunContext, _percent: float) -> None:
    """Show no progress in Prefect: there is none here."""


def another_task(context: RunContext, *, of_the_same_request: bool = False) -> None:
    """Let the context be that of a new task."""
    if not of_the_same_request:
        context.request_id = uuid4()
    now = context.clock.now()
    new = NewTask("super_marketing", UnknownConfig(), "serial", "sample", now, now, request_id=context.request_id)
    [context.task_id] = context.ledger.tasks.create([new])
    context.report.outcomes.clear()


def config(targets: int = 3, **more: Any) -> SuperMarketingConfig:
    people = [f"person_{580 + number:04}" for number in range(targets)]
    given = {"targets": people, "features": {"followUsers": True}, "task_interval": [0, 0], **more}
    return SuperMarketingConfig.model_validate(given)


def work_through(given: SuperMarketingConfig, work: Work) -> None:
    for visit in visits(given):
        with visit:
            work(visit)


def outcomes(context: RunContext) -> list[str]:
    return [claim.outcome for claim in context.ledger.pools.shared(context.task_id, context.request_id).items]


def failing(number: int, error: BaseException) -> Work:
    """Do what is asked, but raise at one of the targets."""

    def do(visit: Visit) -> str:
        if visit.claim.position == number:
            raise error
        return "done"

    return lambda visit: visit.step("followUsers", lambda: do(visit))


def touch(context: RunContext, target: str) -> Action:
    """Do as if a follow had been touched."""
    now, here = context.clock.now(), zone(context)
    intent = Intent(context.task_id, "follow", "sample", "shop", target)
    action = context.ledger.actions.intend(intent, now, here)
    assert isinstance(action, Action)
    assert context.ledger.actions.acting(action.id, intent, now, here) is None
    return action


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TargetMissing(), "failed"),
        (ElementMissing(), "failed"),
        (Permanent("it is the account itself"), "failed"),
        (OutcomeUnknown(), "unknown"),
        (DoNotContact(), "skipped"),
        (TakesNoMessages(), "skipped"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_target_that_fails_does_not_end_the_rest(context: RunContext, error: PhonefleetError, outcome: str) -> None:
    work_through(config(), failing(1, error))
    assert outcomes(context) == ["done", outcome, "done"]
    assert [told["outcome"] for told in context.report.outcomes] == ["done", outcome, "done"]
    assert context.report.outcomes[1]["detail"] == error.message


@pytest.mark.parametrize(
    "error",
    [ActionBlocked(), DeviceOffline(), LimitReached("no more today"), Interrupted("stopped")],
    ids=lambda error: type(error).__name__,
)
def test_what_is_wrong_with_phone_or_account_ends_the_run_and_leaves_the_targets_to_others(
    context: RunContext, error: PhonefleetError
) -> None:
    with pytest.raises(type(error)):
        work_through(config(), failing(1, error))
    assert outcomes(context) == ["done", "waiting", "waiting"]
    another_task(context, of_the_same_request=True)
    work_through(config(), failing(-1, error))
    assert outcomes(context) == ["done", "done", "done"]
    assert len(context.report.outcomes) == 2


def test_a_target_that_was_touched_waits_for_its_own_task(context: RunContext) -> None:
    def blocked(visit: Visit) -> None:
        touch(context, visit.claim.target)
        visit.step("followUsers", failing_with(ActionBlocked()))

    with pytest.raises(ActionBlocked):
        work_through(config(2), blocked)
    first = context.task_id
    another_task(context, of_the_same_request=True)
    work_through(config(2), failing(-1, Killed()))
    assert outcomes(context) == ["under way", "done"]
    context.task_id = first
    work_through(config(2), failing(-1, Killed()))
    assert outcomes(context) == ["done", "done"]


def failing_with(error: PhonefleetError) -> Callable[[], str]:
    def fail() -> str:
        raise error

    return fail


def test_after_a_crash_a_run_goes_on_with_the_target_that_it_held(context: RunContext) -> None:
    seen: list[str] = []

    def noted(visit: Visit, crash_at: int) -> None:
        seen.append(visit.claim.target)
        visit.step("followUsers", lambda: failing_with_crash() if visit.claim.position == crash_at else "done")

    with pytest.raises(Killed):
        work_through(config(), lambda visit: noted(visit, 1))
    context.report.outcomes.clear()
    work_through(config(), lambda visit: noted(visit, -1))
    assert seen == [f"person_{number:04}" for number in (580, 581, 581, 582)]
    assert outcomes(context) == ["done", "done", "done"]
    assert len(context.report.outcomes) == 3


def failing_with_crash() -> str:
    raise Killed


def test_target_after_target_failing_ends_the_run(context: RunContext) -> None:
    with pytest.raises(ElementMissing):
        work_through(config(6), lambda visit: visit.step("followUsers", failing_with(ElementMissing())))
    assert outcomes(context) == ["failed", "failed", "failed", "waiting", "waiting", "waiting"]


def test_many_people_who_do_not_exist_do_not_end_the_run(context: RunContext) -> None:
    work_through(config(6), lambda visit: visit.step("followUsers", failing_with(TargetMissing())))
    assert outcomes(context) == ["failed"] * 6


def test_one_step_that_fails_does_not_keep_the_others_back_unless_there_is_nobody(context: RunContext) -> None:
    def work(visit: Visit) -> None:
        error = TargetMissing() if visit.claim.position else ElementMissing()
        visit.step("followUsers", failing_with(error))
        visit.step("sendDM", lambda: "done")

    work_through(config(2), work)
    steps = [claim.steps for claim in context.ledger.pools.taken(context.task_id).items]
    assert [[(step.action, step.outcome) for step in each] for each in steps] == [
        [("followUsers", "failed"), ("sendDM", "done")],
        [("followUsers", "failed")],
    ]


def test_an_account_takes_no_more_than_it_may(context: RunContext) -> None:
    given = config(5, consumption_limit=2)
    for _ in range(2):
        work_through(given, failing(-1, Killed()))
    assert outcomes(context) == ["done", "done", "waiting", "waiting", "waiting"]


def test_runs_wait_between_targets_and_neither_before_the_first_nor_after_the_last(context: RunContext) -> None:
    before = context.clock.now()
    work_through(config(3, task_interval=[10, 10]), failing(-1, Killed()))
    assert timedelta(minutes=20) <= context.clock.now() - before < timedelta(minutes=21)


def test_progress_shows_how_far_the_run_is(context: RunContext) -> None:
    work_through(config(3), failing(0, Permanent("no")))
    task = context.ledger.tasks.get(context.task_id)
    assert task is not None
    assert (task.progress.done, task.progress.total) == (3, 3)


def test_texts_go_on_from_target_to_target(context: RunContext) -> None:
    context.ordinal = 7
    turns: list[int] = []
    work_through(config(3), lambda visit: turns.append(context.ordinal + visit.place()))
    assert turns == [0, 1, 2]


def test_many_accounts_at_one_person_need_to_be_allowed(context: RunContext) -> None:
    given = config(2, strategy="shared_pool")
    with pytest.raises(Permanent, match="the limits do not allow it"):
        work_through(given, failing(-1, Killed()))
    context.ledger.limits.replace(Rules(allow_shared_pool=True), context.clock.now())
    for _ in range(2):
        work_through(given, failing(-1, Killed()))
        assert [claim.outcome for claim in context.ledger.pools.taken(context.task_id).items] == ["done", "done"]
        another_task(context, of_the_same_request=True)


def test_a_run_without_a_request_has_a_pool_of_its_own(context: RunContext) -> None:
    context.request_id = None
    work_through(config(1), failing(-1, Killed()))
    own = pool_of(context.task_id, None, alone=False)
    assert [claim.pool for claim in context.ledger.pools.taken(context.task_id).items] == [own]


POSTS = ["https://app.example/@anna/video/1", "https://app.example/@Anna/video/2", "sample://post/3", "sample://post/4"]


@pytest.mark.parametrize(
    ("merge", "found"),
    [
        (False, [Prospect(url, (url,)) for url in POSTS]),
        (True, [Prospect("@anna", tuple(POSTS[:2])), *(Prospect(url, (url,)) for url in POSTS[2:])]),
    ],
)
def test_posts_of_one_person_are_one_target_when_merged(*, merge: bool, found: list[Prospect]) -> None:
    given = {"targets": POSTS, "data_source_type": "post_links", "merge_same_username_tasks": merge}
    assert prospects(SuperMarketingConfig.model_validate({**given, "features": {"followUsers": True}})) == found


def test_a_person_is_one_target_however_the_name_is_written() -> None:
    given = SuperMarketingConfig.model_validate({"targets": "Anna, anna, bob", "features": {"followUsers": True}})
    assert prospects(given) == [Prospect("Anna"), Prospect("bob")]


def test_a_target_that_another_takes_at_this_moment_is_not_missing_from_what_is_done(
    context: RunContext, postgres_url: str
) -> None:
    given = config()
    pool = pool_of(context.task_id, context.request_id, alone=False)
    context.ledger.pools.fill(pool, prospects(given))
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as other:
        other.execute("SELECT FROM claims WHERE pool = %s AND position = 2 FOR UPDATE", [pool])
        work_through(given, failing(9, Killed()))
    assert outcomes(context) == ["done", "done", "waiting"]
    task = context.ledger.tasks.get(context.task_id)
    assert task is not None
    assert task.progress == Progress(2, 2)
