"""Finds the conflicts of a plan on a phone, each as a sentence that continues the phone's name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from api.plans.known import Known
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.waiting import PhoneFacts, obstacles_of
from phonefleet.words import say, say_many


def conflicts_of(
    listed: ListedDevice, before: int, scripts: Collection[str], known: Known, *, nobody: bool
) -> list[str]:
    """Return the conflicts on a phone.

    `before` is the number of tasks already queued; `nobody` tells that the account that will act is not known.
    """
    return list(_conflicts(listed, before, scripts, known, nobody=nobody))


def _conflicts(
    listed: ListedDevice, before: int, scripts: Collection[str], known: Known, *, nobody: bool
) -> Iterator[str]:
    """Yield first what pending tasks of this phone would say, then what only a plan tells."""
    for obstacle in obstacles_of(_facts(listed), known.prefect.without_absence, known.now):
        yield obstacle.conflict(known.now)
    if before:
        yield say_many(
            "plans.busy", "is busy: {count} task came before", "is busy: {count} tasks came before", count=before
        )
    if nobody:
        yield say(
            "plans.does_not_tell_account_active", "does not tell which account is active on it: limits are not counted"
        )
    for script in (one for one in sorted(scripts, reverse=True) if not (nobody or known.scripts.cost_is_known(one))):
        yield say(
            "plans.runs_decides_way_does_budgets",
            "runs {script}, which decides on its way what it does: budgets are not counted",
            script=script,
        )


def _facts(listed: ListedDevice) -> PhoneFacts:
    phone = listed.device
    return PhoneFacts(
        serial=phone.serial,
        alias=phone.alias,
        host=phone.host,
        state=phone.state,
        seen_at=phone.last_seen,
        enabled=phone.enabled,
        quarantine_reason=phone.quarantine_reason,
        quarantined_until=phone.quarantined_until,
        quarantined_by=phone.quarantined_by,
        advice=listed.advice,
        taken_by=listed.takeover.holder if listed.takeover else None,
        taken_until=listed.takeover.until if listed.takeover else None,
    )
