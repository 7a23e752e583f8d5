"""Work sharing: takes targets from the pool that the tasks of one request share, one after the other.

A failed target does not end the run; an error of the phone, the account or the app does. The current target then goes
back into the pool if nothing was touched yet; otherwise it stays claimed until this task is retried.

    for visit in visits(config):
        with visit:
            visit.step("followUsers", lambda: follow_user(visit.claim.target, "direct"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

from prefect import get_run_logger

from phonefleet.apps.pages.post_ref import post_at
from phonefleet.errors import (
    AppCrashed,
    AppMissing,
    DeviceUnknown,
    DoNotContact,
    ElementMissing,
    LimitReached,
    NeedsPerson,
    NotVerified,
    OutcomeUnknown,
    Permanent,
    PhonefleetError,
    TakesNoMessages,
    TargetMissing,
    UnsupportedApp,
    UnverifiedProfile,
)
from phonefleet.ledger.targets.pools import Claim, End, Prospect, Step, pool_of
from phonefleet.media import MediaRefused
from phonefleet.pacing import draw
from phonefleet.scripts.super_marketing import SuperMarketingConfig
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.pauses import pause_between
from tasks.progress import report_progress

T = TypeVar("T")

_IN_A_ROW = 3
"""After this many failed targets in a row the run fails, because the cause is unlikely to be in the targets."""

_SHOWN = 200
"""How many outcomes the task's result shows; the ledger has all of them."""

_ENDS_THE_RUN = (NeedsPerson, LimitReached, UnverifiedProfile, UnsupportedApp, AppMissing, DeviceUnknown, MediaRefused)
_OF_THE_SCREEN = (ElementMissing, NotVerified, AppCrashed)
_ABOUT_THE_TARGET = (TargetMissing, TakesNoMessages, DoNotContact)
_WORST_FIRST: tuple[End, ...] = ("unknown", "failed", "done", "already")


@dataclass(slots=True)
class Visit:
    """The work of a run on one target, as a context manager that records its steps and outcome at the end."""

    context: RunContext
    claim: Claim
    steps: list[Step] = field(default_factory=list[Step])
    failure: PhonefleetError | None = None
    over: bool = False
    _reported: int = 0

    def step(self, action: str, do: Callable[[], str | None]) -> None:
        """Do one step and record its outcome; None from `do` is recorded as skipped."""
        before = len(self.context.report.outcomes)

        def noted() -> None:
            outcome = do() or "skipped"
            said = [told["detail"] for told in self.context.report.outcomes[before:] if told.get("detail")]
            self.note(action, outcome, said[-1] if said else None)

        self.look(action, noted)

    def look(self, action: str, do: Callable[[], T]) -> T | None:
        """Call `do` and return its result, which is not recorded; record a failure and return None."""
        if self.over:
            return None
        try:
            return do()
        except PhonefleetError as error:
            if _ends_the_run(error):
                raise
            self._failed(action, error)
            return None

    def place(self, number: int = 0, of: int = 1) -> int:
        """Return the `place` that makes sequential texts continue from target to target of the whole pool.

        `number` is the index among the `of` texts that each target may need.
        """
        return self.claim.position * of + number - self.context.ordinal

    def skip(self, why: str) -> None:
        """Skip the rest of the target's steps."""
        if not self.over:
            self.note("visit", "skipped", why)
            self.over = True

    def note(self, action: str, outcome: str, detail: str | None = None) -> None:
        """Record the outcome of a step."""
        self.steps.append(Step(action, outcome, detail))

    def __enter__(self) -> Self:
        self._reported = len(self.context.report.outcomes)
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self._end()
        elif isinstance(error, PhonefleetError) and not _was_touched(self.context, self.claim):
            self.context.ledger.pools.release(self.claim)

    def _end(self) -> None:
        outcome = _outcome(self.steps)
        self.context.ledger.pools.end(self.claim, outcome, self.steps, self.context.clock.now())
        del self.context.report.outcomes[self._reported :]  # added by the steps' tasks, and part of the steps
        self.context.report.outcomes.append(_shown(self.claim.target, outcome, self.steps))
        if len(self.context.report.outcomes) > _SHOWN:
            del self.context.report.outcomes[:-_SHOWN]
            self.context.report.note(
                say(
                    "runs.these_last_outcomes_task_outcomes",
                    "these are the last {shown} outcomes; /task/{task_id}/outcomes has all",
                    shown=_SHOWN,
                    task_id=self.context.task_id,
                )
            )

    def _failed(self, action: str, error: PhonefleetError) -> None:
        missing = isinstance(error, (TakesNoMessages, DoNotContact))
        outcome = "unknown" if isinstance(error, OutcomeUnknown) else "skipped" if missing else "failed"
        self.note(action, outcome, error.message)
        others = isinstance(error, TargetMissing) and len(self.claim.posts) > 1
        self.over = self.over or (isinstance(error, (TargetMissing, DoNotContact)) and not others)
        if not isinstance(error, _ABOUT_THE_TARGET):
            self.failure = error
        get_run_logger().warning("%s %s: %s", action, self.claim.target, error.message)


def visits(config: SuperMarketingConfig) -> Iterator[Visit]:
    """Claim and yield targets until the pool is empty, with pauses in between and progress after each.

    Raises:
        Permanent: strategy shared_pool is not allowed by the limits.
        PhonefleetError: `_IN_A_ROW` targets have failed one after the other.

    """
    context = current()
    pool = _opened(context, config)
    failures = 0
    while claim := _taken(context, pool, config.consumption_limit):
        visit = Visit(context, claim)
        yield visit
        failures = failures + 1 if visit.failure else 0
        if visit.failure and failures == _IN_A_ROW:
            raise visit.failure
        if _report_progress(context, pool, config.consumption_limit):
            _pause(context, config)
    done = context.ledger.pools.progress(pool, context.task_id).done
    report_progress(done, done)  # targets that still look free are just being claimed by other tasks


def prospects(config: SuperMarketingConfig) -> list[Prospect]:
    """Return the distinct targets of a configuration; with `merge_same_username_tasks`, a person's posts are one."""
    if config.data_source_type == "usernames":
        names = {name.casefold(): name for name in reversed(config.targets)}
        return [Prospect(names[key]) for key in dict.fromkeys(name.casefold() for name in config.targets)]
    if not config.merge_same_username_tasks:
        return [Prospect(url, (url,)) for url in config.targets]
    merged: dict[str, list[str]] = {}
    for url in config.targets:
        merged.setdefault(post_at(url).author.casefold() or url, []).append(url)
    return [Prospect(_name(posts), tuple(posts)) for posts in merged.values()]


def _name(posts: list[str]) -> str:
    return posts[0] if len(posts) == 1 else f"@{post_at(posts[0]).author}"


def _opened(context: RunContext, config: SuperMarketingConfig) -> UUID:
    """Fill the run's pool and return its id; start the report with the outcomes of earlier tries."""
    alone = config.strategy == "shared_pool"
    if alone and not context.ledger.limits.current().rules.allow_shared_pool:
        message = say(
            "runs.strategy_shared_pool_points_many",
            "strategy shared_pool points many accounts at the same people: the limits do not allow it",
        )
        raise Permanent(message)
    pool = pool_of(context.task_id, context.request_id, alone=alone)
    only = context.task_id if alone or context.request_id is None else None
    context.ledger.pools.fill(pool, prospects(config), only)
    earlier = context.ledger.pools.taken(context.task_id, size=_SHOWN).items
    context.report.outcomes = [_shown(one.target, one.outcome, one.steps) for one in earlier if one.ended_at]
    _report_progress(context, pool, config.consumption_limit)
    return pool


def _taken(context: RunContext, pool: UUID, most: int) -> Claim | None:
    context.stop.check()
    return context.ledger.pools.take(pool, context.task_id, context.account, context.clock.now(), most)


def _report_progress(context: RunContext, pool: UUID, most: int) -> bool:
    """Report progress; tell whether there are targets left."""
    progress = context.ledger.pools.progress(pool, context.task_id, most)
    report_progress(progress.done, progress.total)
    return progress.done < progress.total


def _pause(context: RunContext, config: SuperMarketingConfig) -> None:
    shortest, longest = (timedelta(minutes=minutes) for minutes in config.task_interval)
    wait = draw(shortest, longest, context.rng)
    if wait:
        pause_between(wait.total_seconds())


def _ends_the_run(error: PhonefleetError) -> bool:
    """Tell whether an error is of the phone, the account or the app, so that the next target would fail too."""
    return isinstance(error, _ENDS_THE_RUN) or not isinstance(error, (Permanent, *_OF_THE_SCREEN))


def _was_touched(context: RunContext, claim: Claim) -> bool:
    """Tell whether an irreversible action may have been done with the target."""
    actions = context.ledger.actions.of_task(context.task_id)
    return any(each.acting_at and claim.claimed_at and each.acting_at >= claim.claimed_at for each in actions)


def _outcome(steps: list[Step]) -> End:
    """Return the outcome of a target: the first of `_WORST_FIRST` among its steps, otherwise "skipped"."""
    outcomes = {step.outcome for step in steps}
    found: list[End] = [worst for worst in _WORST_FIRST if worst in outcomes]
    return found[0] if found else "skipped"


def _shown(target: str, outcome: str, steps: list[Step]) -> dict[str, str]:
    """Return an outcome in the form of the task's result."""
    why = next((step.detail for step in steps if step.detail and step.outcome == outcome), None)
    return {"target": target, "outcome": outcome} | ({"detail": why} if why else {})
