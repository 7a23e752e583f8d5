"""Finds the conflicts of a plan on a phone, each as a sentence that continues the phone's name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.scripts import FLOWS

_STATES = {
    "offline": "is offline: its tasks wait until it is connected",
    "unauthorized": "has not allowed debugging from its host: its tasks wait until it does",
    "no_permissions": "may not be opened by its host's user: its tasks wait until udev rules allow that",
    "recovery": "has started into something else than Android: its tasks wait until it is restarted",
    "ambiguous": "has the same serial as another one on USB, and adb can address neither: its tasks wait",
}


def conflicts_of(
    listed: ListedDevice, before: int, scripts: Collection[str], now: datetime, *, nobody: bool
) -> list[str]:
    """Return the conflicts on a phone.

    `before` is the number of tasks already queued; `nobody` tells that the account that will act is not known.
    """
    return list(_conflicts(listed, before, scripts, now, nobody=nobody))


def _conflicts(
    listed: ListedDevice, before: int, scripts: Collection[str], now: datetime, *, nobody: bool
) -> Iterator[str]:
    phone = listed.device
    if not phone.enabled:
        yield "is disabled: its tasks wait until it is enabled"
    if listed.state == "quarantined":
        until = phone.quarantined_until
        end = (
            "until it is released" if until is None else f"for {max(1, round((until - now).total_seconds() / 60))} min"
        )
        yield f"is in quarantine {end} ({phone.quarantine_reason})"
    elif listed.state in _STATES:
        yield _STATES[listed.state]
    if before:
        yield f"is busy: {before} task{'s' * (before != 1)} came before"
    if nobody:
        yield "does not tell which account is active on it: limits are not counted"
    for script in (one for one in sorted(scripts, reverse=True) if not (nobody or FLOWS[one].config.cost_is_known)):
        yield f"runs {script}, which decides on its way what it does: budgets are not counted"
