"""Irreversible actions happen once: intent, look, act, verify, record.

The intent is written before anything is touched. A retry, a crash between any two steps or a lost reply comes back
here, finds the intent and looks at the screen again; it never acts without having looked. What can no longer be seen
ends as `unknown` and is not repeated. What an earlier try has seen done is not looked at again.

The limits of the account are asked twice: with the intent, which takes a place in its budget, and right before the
touch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from phonefleet.errors import (
    ActionBlocked,
    Interrupted,
    NeedsPerson,
    NotVerified,
    OutcomeUnknown,
    Permanent,
    PhonefleetError,
    Rejected,
    Transient,
)
from phonefleet.ledger.values import Action, Intent, Refusal
from phonefleet.limits import Kind
from tasks.context import RunContext, current
from tasks.limits import await_end_of, zone
from tasks.retries import is_last_try
from tasks.verified import require_verified

Outcome = Literal["done", "already"]

VERIFY_WITHIN = timedelta(seconds=8)
"""How long the screen may take to show that an action was done."""

_LOOK_EVERY = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Deed:
    """An irreversible action: `show` brings its screen up, `is_done` reads it, `act` does it (one touch).

    `prepare` does what leads to that touch and can be taken back, such as typing. `person` is whom it concerns, such as
    a post's author, where the target does not name anybody.
    """

    kind: Kind
    target: str
    show: Callable[[], None]
    is_done: Callable[[], bool]
    act: Callable[[], None]
    person: str | None = None
    prepare: Callable[[], None] = lambda: None


def perform(deed: Deed) -> Outcome:
    """Do it unless it is done already, and see that it was done.

    Raises:
        UnverifiedProfile: nobody has seen the app profile work on this phone; nothing was touched.
        DoNotContact: nobody may contact the person that it concerns; nothing was touched.
        LimitReached: the account may not do it now, and the task is to fail then; nothing was touched.
        Postponed: the account may do it later, and the task is to wait for that; nothing was touched.
        OutcomeUnknown: it may have happened, and after the last try the screen still cannot tell.

    """
    context = current()
    require_verified(deed.kind)
    intent = _intent(context, deed)
    action = _intended(context, intent)
    if action.state in {"done", "already"}:
        return cast("Outcome", action.state)
    try:
        outcome = _look_then_act(context, deed, intent, action)
    except Transient as error:
        if is_last_try():
            _give_up(context, deed, action.id, error)
        raise
    except (Permanent, NeedsPerson) as error:
        _give_up(context, deed, action.id, error)
        raise
    except Interrupted:
        context.ledger.actions.release(action.id)
        raise
    context.ledger.actions.end(action.id, outcome, context.clock.now())
    return outcome


def _intent(context: RunContext, deed: Deed) -> Intent:
    if context.account is None:
        message = f"{deed.kind} {deed.target}: nobody knows which account would do that"
        raise Permanent(message)
    return Intent(context.task_id, deed.kind, context.app, context.account, deed.target, deed.person)


def _intended(context: RunContext, intent: Intent) -> Action:
    """Return the action as the ledger has it, once the limits of the account allow it."""
    while isinstance(answer := context.ledger.actions.intend(intent, context.clock.now(), zone(context)), Refusal):
        await_end_of(answer)
    return answer


def _look_then_act(context: RunContext, deed: Deed, intent: Intent, action: Action) -> Outcome:
    while True:
        waits = context.patience.waits
        deed.show()
        if deed.is_done():
            return "already" if action.state == "intended" else "done"
        deed.prepare()
        context.stop.check()
        refused = context.ledger.actions.acting(action.id, intent, context.clock.now(), zone(context))
        if refused is not None:
            await_end_of(refused)
        elif waits == context.patience.waits:  # else the screen is as old as the outage was long
            break
    deed.act()
    _verify(context, deed)
    return "done"


def _verify(context: RunContext, deed: Deed) -> None:
    deadline = context.clock.monotonic() + VERIFY_WITHIN.total_seconds()
    while not deed.is_done():
        if context.clock.monotonic() > deadline:
            message = f"the screen does not show that {deed.kind} {deed.target} was done"
            raise NotVerified(message)
        context.clock.sleep(_LOOK_EVERY)  # not interruptible: what was touched is always looked at


def _give_up(context: RunContext, deed: Deed, action_id: int, error: PhonefleetError) -> None:
    """Record that it was not done, or, when it had been touched and not been refused, that nobody knows."""
    action = next(a for a in context.ledger.actions.of_task(context.task_id) if a.id == action_id)
    unknown = action.state == "acting" and not isinstance(error, (ActionBlocked, Rejected))
    context.ledger.actions.end(action_id, "unknown" if unknown else "failed", context.clock.now(), error.message)
    if unknown and isinstance(error, Transient):
        message = f"{deed.kind} {deed.target} may have happened ({error.message}): look at the account before a retry"
        raise OutcomeUnknown(message) from error
