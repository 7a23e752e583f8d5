"""At-most-once execution of irreversible actions: record the intent, look, act, verify, record the outcome.

    perform(Deed(kind="follow", target="ann", show=page.open, is_done=page.is_followed, act=page.follow))

The intent is written to the ledger before anything is touched. After a retry, a crash between any two steps or a lost
reply, `perform` finds the intent and looks at the screen again; it never acts without having looked. An action that an
earlier try has verified is not repeated or looked at again.

**The rule for every page.** After a touch there are three answers, and only `Seen.ABSENT` allows another touch. A page
may give it only if the screen shows *positively* that nothing was done. "There is something new of ours that reads
differently" and "I cannot find it" are `Seen.UNCLEAR`: the action ends as `unknown`, and a person has to look. Where
the state before the first touch is needed for the decision, it is stored in the ledger, so that the rule also holds for
a restarted process. What counts as positive on each page is listed in
docs/decisions/0017-texts-as-phones-write-them.md.

The account's limits are checked twice: with the intent, which reserves a place in the budget, and right before the
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
from phonefleet.words import say
from tasks.context import RunContext, current
from tasks.limits import await_end_of, zone
from tasks.retries import is_last_try
from tasks.verified import require_verified

Outcome = Literal["done", "already"]

VERIFY_WITHIN = timedelta(seconds=8)
"""The timeout for the screen to show that an action was done."""

_LOOK_EVERY = timedelta(milliseconds=200)


class Seen(Enum):
    """What the screen shows about an action."""

    DONE = "done"
    ABSENT = "absent"
    """It was not done. After a touch, this needs positive proof; before one, anything that is not DONE is ABSENT."""

    UNCLEAR = "unclear"
    """The screen cannot tell: something new reads differently, or what should be there is not found."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An irreversible action.

    `show` opens its screen, `is_done` reads from it whether the action was done, `act` does it with a single touch.
    `is_done` may return a bool where the screen is never unclear, such as for a button that is lit or not. `prepare`
    does the reversible steps before the touch, such as typing. `person` is the person concerned if the target does not
    name one, such as a post's author. `why` explains an UNCLEAR answer.
    """

    kind: Kind
    target: str
    show: Callable[[], None]
    is_done: Callable[[], Seen | bool]
    act: Callable[[], None]
    person: str | None = None
    prepare: Callable[[], None] = lambda: None
    why: Callable[[], str] = lambda: say("runs.screen_cannot_tell", "the screen cannot tell")

    def look(self) -> Seen:
        """Call `is_done` and convert a bool to `Seen`."""
        seen = self.is_done()
        return seen if isinstance(seen, Seen) else Seen.DONE if seen else Seen.ABSENT


def was_touched(kind: Kind, target: str) -> bool:
    """Tell whether any try of this task, the current one included, may have done an action."""
    context = current()
    actions = context.ledger.actions.of_task(context.task_id)
    return any((each.kind, each.target) == (kind, target) and each.acting_at is not None for each in actions)


def perform(deed: Deed) -> Outcome:
    """Do an action unless it is done already, and verify it. Return "already" if it was done before this task.

    Raises:
        UnverifiedProfile: the app profile is not verified on this phone; nothing was touched.
        DoNotContact: the person is on the do-not-contact list; nothing was touched.
        LimitReached: a limit forbids it, and the task is to fail then; nothing was touched.
        Postponed: a limit forbids it until later, and the task is to wait in its queue; nothing was touched.
        OutcomeUnknown: it may have been done, and the screen does not show whether it was.

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
        message = say(
            "runs.nobody_knows_account_would_do",
            "{kind} {target}: nobody knows which account would do that",
            kind=deed.kind,
            target=deed.target,
        )
        raise Permanent(message)
    return Intent(
        context.task_id, deed.kind, context.app, context.account, deed.target, deed.person, context.host
    )  # fmt: skip


def _intended(context: RunContext, intent: Intent) -> Action:
    """Record the intent in the ledger, waiting for the account's limits; return the recorded action."""
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
        elif waits == context.patience.waits:  # otherwise an outage was waited for: read the screen again
            break
    deed.act()
    _verify(context, deed)
    return "done"


def _verify(context: RunContext, deed: Deed) -> None:
    deadline = context.clock.monotonic() + VERIFY_WITHIN.total_seconds()
    while deed.look() is not Seen.DONE:
        if context.clock.monotonic() > deadline:
            message = say(
                "runs.screen_does_not_show_done",
                "the screen does not show that {kind} {target} was done",
                kind=deed.kind,
                target=deed.target,
            )
            raise NotVerified(message)
        context.clock.sleep(_LOOK_EVERY)  # not interruptible: after a touch the screen is always checked


def _unclear(deed: Deed, action: Action) -> OutcomeUnknown:
    message = say(
        "runs.may_happened_look_account_before",
        "{kind} {target} may have happened: {why}; look at the account before a retry",
        kind=deed.kind,
        target=deed.target,
        why=deed.why(),
    )
    if action.acting_at is None:
        message = say(
            "runs.may_done_already_not_touched",
            "{kind} {target} may be done already, and was not touched: {why}",
            kind=deed.kind,
            target=deed.target,
            why=deed.why(),
        )
    return OutcomeUnknown(message)


def _give_up(context: RunContext, deed: Deed, action_id: int, error: PhonefleetError) -> None:
    """Record the action as failed, or as unknown if it was touched and not refused by the app."""
    action = next(a for a in context.ledger.actions.of_task(context.task_id) if a.id == action_id)
    touched = action.acting_at is not None and (action.state != "failed" or isinstance(error, OutcomeUnknown))
    unknown = touched and not isinstance(error, (ActionBlocked, Rejected))
    context.ledger.actions.end(action_id, "unknown" if unknown else "failed", context.clock.now(), error.message)
    if unknown and isinstance(error, Transient):
        message = say(
            "runs.may_happened_look_account_before_2",
            "{kind} {target} may have happened ({error}): look at the account before a retry",
            kind=deed.kind,
            target=deed.target,
            error=error.message,
        )
        raise OutcomeUnknown(message) from error
