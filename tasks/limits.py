"""What a task does when its account has met a limit: a short wait passes here, a long one in the queue, or it fails."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from phonefleet.errors import LimitReached, Postponed
from phonefleet.ledger.values import Intent, Refusal
from phonefleet.limits import Kind
from phonefleet.pacing import zone_named
from phonefleet.words import say
from tasks.context import RunContext, current

_BEGUN = ("intended", "acting", "unknown")
_SOON = timedelta(minutes=10)
_WORTH_A_WORD = timedelta(seconds=2)


def zone(context: RunContext) -> tzinfo:
    """Return the time zone that this host is set to."""
    return zone_named(context.settings.timezone)


def await_turn(kind: Kind | None) -> None:
    """Wait until the account works and has something left for its script, before the phone is touched at all.

    `kind` is the one kind of action that the script does; others may still find something to do, and wait for the hours
    alone.
    A run that has begun something goes on: it has to look at what became of it. Raises as `await_end_of` does.
    """
    context = current()
    begun = any(action.state in _BEGUN for action in context.ledger.actions.of_task(context.task_id))
    intent = Intent(context.task_id, kind or "post", context.app, context.account or "", target="")
    while not begun and (refusal := _forecast(context, intent, hours_only=kind is None)):
        await_end_of(refusal)


def _forecast(context: RunContext, intent: Intent, *, hours_only: bool) -> Refusal | None:
    return context.ledger.actions.forecast(intent, context.clock.now(), zone(context), hours_only=hours_only)


def await_end_of(refusal: Refusal) -> None:
    """Wait until a limit no longer stands in the way; a pause between actions always waits if it is short.

    Raises:
        Postponed: it takes long: the run goes back to its queue until then.
        LimitReached: it never ends, or tasks are to fail when they meet it.
        Interrupted: a stop came first.

    """
    context = current()
    who = say("runs.account_refused", "@{account} {why}", account=context.account, why=refusal.why)
    if refusal.until is None:
        raise LimitReached(who)
    wait = refusal.until - context.clock.now()
    is_short = wait <= context.settings.wait_in_place
    if refusal.when_met == "fail" and not (is_short and refusal.limit == "gap"):
        message = say("runs.goes_on_at", "{who}; it may go on at {at}", who=who, at=_until(context, refusal.until))
        raise LimitReached(message)
    message = say("runs.waits_until", "waits until {at}: {who}", at=_until(context, refusal.until, wait), who=who)
    if not is_short:
        raise Postponed(message, refusal.until)
    _wait(context, wait, message)


def _wait(context: RunContext, wait: timedelta, message: str) -> None:
    """Wait in the lane, and say so meanwhile."""
    if wait > _WORTH_A_WORD:
        context.report_running(message)
    context.clock.sleep(wait, context.stop)
    if wait > _WORTH_A_WORD:
        context.report_running()


def _until(context: RunContext, at: datetime, wait: timedelta = _SOON) -> str:
    """Return an instant in the host's zone, which is that of all times that people read; of a short wait without date.

    >>> _until(context, at, timedelta(seconds=50))
    '09:00:50'
    """
    return f"{at.astimezone(zone(context)):{'%H:%M:%S' if wait < _SOON else '%Y-%m-%d %H:%M'}}"
