"""Irreversible actions happen once: intent, look, act, verify, record.

The intent is written before anything is touched. A retry, a crash between any two steps or a lost reply comes back
here, finds the intent and looks at the screen again; it never acts without having looked. What an earlier try has seen
done is not looked at again.

**The rule that every page is held to.** After a touch the screen has three answers, and only one of them allows another
touch: `Seen.ABSENT`, which a page may say only where the screen shows *positively* that nothing came of it. "Something
new of ours stands there and reads differently" and "I cannot find it" are `Seen.UNCLEAR`: that ends as `unknown`, and a
person looks. What stood there before the first touch is kept in the ledger where that is needed to tell, so that a
process that was started again, and remembers nothing, is held to the same rule. What each page takes for positive is
listed in docs/decisions/0017-texts-as-phones-write-them.md.

The limits of the account are asked twice: with the intent, which takes a place in its budget, and right before the
touch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
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


class Seen(Enum):
    """What the screen says of an action."""

    DONE = "done"
    ABSENT = "absent"
    """It shows that the action was not done: before a touch anything that is not done, after one only positively."""

    UNCLEAR = "unclear"
    """It cannot tell: something new stands there that reads differently, or what should be there is not found."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An irreversible action: `show` brings its screen up, `is_done` reads it, `act` does it (one touch).

    `is_done` gives one of three answers; where a screen is always sure, as a button that is lit or not, a bool does.
    `prepare` does what leads to that touch and can be taken back, such as typing. `person` is whom it concerns, such as
    a post's author, where the target does not name anybody. `why` says what is unclear, where `is_done` has said so.
    """

    kind: Kind
    target: str
    show: Callable[[], None]
    is_done: Callable[[], Seen | bool]
    act: Callable[[], None]
    person: str | None = None
    prepare: Callable[[], None] = lambda: None
    why: Callable[[], str] = lambda: "the screen cannot tell"

    def look(self) -> Seen:
        """Return what the screen says of it."""
        seen = self.is_done()
        return seen if isinstance(seen, Seen) else Seen.DONE if seen else Seen.ABSENT


def was_touched(kind: Kind, target: str) -> bool:
    """Tell whether an earlier try of this task, or this one, may have done an action."""
    context = current()
    actions = context.ledger.actions.of_task(context.task_id)
    return any((each.kind, each.target) == (kind, target) and each.acting_at is not None for each in actions)


def perform(deed: Deed) -> Outcome:
    """Do it unless it is done already, and see that it was done.

    Raises:
        UnverifiedProfile: nobody has seen the app profile work on this phone; nothing was touched.
        DoNotContact: nobody may contact the person that it concerns; nothing was touched.
        LimitReached: the account may not do it now, and the task is to fail then; nothing was touched.
        Postponed: the account may do it later, and the task is to wait for that; nothing was touched.
        OutcomeUnknown: it may have happened, and the screen cannot tell, or could not until the last try.

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
        seen = deed.look()
        if seen is Seen.DONE:
            return "already" if action.state == "intended" else "done"
        if seen is Seen.UNCLEAR:
            raise _unclear(deed, action)
        deed.prepare()
        context.stop.check()
        context.confirm()
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
    while deed.look() is not Seen.DONE:
        if context.clock.monotonic() > deadline:
            message = f"the screen does not show that {deed.kind} {deed.target} was done"
            raise NotVerified(message)
        context.clock.sleep(_LOOK_EVERY)  # not interruptible: what was touched is always looked at


def _unclear(deed: Deed, action: Action) -> OutcomeUnknown:
    may_be = "may have happened" if action.acting_at is not None else "may be done already, and was not touched"
    return OutcomeUnknown(f"{deed.kind} {deed.target} {may_be}: {deed.why()}; look at the account before a retry")


def _give_up(context: RunContext, deed: Deed, action_id: int, error: PhonefleetError) -> None:
    """Record that it was not done, or, when it had been touched and not been refused, that nobody knows."""
    action = next(a for a in context.ledger.actions.of_task(context.task_id) if a.id == action_id)
    touched = action.acting_at is not None and (action.state != "failed" or isinstance(error, OutcomeUnknown))
    unknown = touched and not isinstance(error, (ActionBlocked, Rejected))
    context.ledger.actions.end(action_id, "unknown" if unknown else "failed", context.clock.now(), error.message)
    if unknown and isinstance(error, Transient):
        message = f"{deed.kind} {deed.target} may have happened ({error.message}): look at the account before a retry"
        raise OutcomeUnknown(message) from error
