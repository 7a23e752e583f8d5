"""Circuit breaker for phones and accounts: after certain errors a phone is quarantined, or an account held.

A quarantined phone gets no runs. If the worker began the quarantine, it checks the phone every few seconds and ends the
quarantine when the phone is well; a quarantine that a person began, and a held account, wait for a person to release
them. All of it is stored in the ledger.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from deployments.worker.resources import Resources
from phonefleet.apps.screens.screen import Screen
from phonefleet.apps.shown_dialogs import system_dialog_on
from phonefleet.errors import (
    ActionBlocked,
    AutomationDown,
    BatteryLow,
    Challenge,
    DeviceFrozen,
    DeviceLocked,
    DeviceNotReady,
    DeviceUnauthorized,
    PhonefleetError,
    SystemDialog,
)
from phonefleet.ledger.values import Task
from phonefleet.text import by_alias
from phonefleet.words import Message, say

_log = logging.getLogger(__name__)

_PHONE_ERRORS = (
    DeviceFrozen, AutomationDown, BatteryLow, DeviceLocked, DeviceNotReady, DeviceUnauthorized, SystemDialog
)  # fmt: skip
_ACCOUNT_ERRORS = (Challenge, ActionBlocked)


class Quarantine:
    """The phones that get no runs, as the ledger has them: quarantined or disabled. Thread-safe."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._lock = threading.Lock()  # held during calls to the ledger, so that no read overtakes a write
        self._reasons: Mapping[str, str] = {}  # by serial
        self._to_probe: frozenset[str] = frozenset()
        self.refresh()

    @property
    def serials(self) -> frozenset[str]:
        """The phones that get no runs at the moment."""
        return frozenset(self._reasons)

    @property
    def to_probe(self) -> frozenset[str]:
        """Those of them that the worker quarantined, and whose health it therefore checks."""
        return self._to_probe

    def refresh(self) -> bool:
        """Read from the ledger which phones get no runs; True when one of before may work again."""
        with self._lock:
            before = self._reasons
            barred = self._resources.ledger.devices.barred(self._resources.host)
            now = {
                device.serial: device.quarantine_reason or say("worker.disabled", "it is disabled") for device in barred
            }
            self._reasons = now
            self._to_probe = frozenset(
                device.serial for device in barred if device.enabled and device.quarantined_by == "worker"
            )
            _log_changes(before, now)  # last, so that what is logged already holds
        return bool(before.keys() - now.keys())

    def record_outcome(self, task: Task, error: PhonefleetError | None, account: str | None = None) -> None:
        """Quarantine the phone or hold the account if the error of a finished run is one that calls for it.

        `account` is who acted where the task names nobody: the account that was active on the phone. Where a stop was
        there before anybody could read that, it is of the only account that the phone has; of several accounts any
        may be meant, and so the phone rests until a person has looked and releases it.
        """
        if isinstance(error, _PHONE_ERRORS):
            self._quarantine_phone(task.serial, by_alias(error.message, task.serial, task.alias))
        elif isinstance(error, _ACCOUNT_ERRORS):
            app = task.app or self._resources.settings.app
            if acted := task.username or account or self._only_account(task.serial, app):
                self._hold(task.serial, app, acted, error.message)
            else:
                self._call_to_phone(task.serial, _of_somebody(error.message))

    def _only_account(self, serial: str, app: str) -> str | None:
        known = self._resources.ledger.accounts.on_devices([serial], app)
        # Until a phone's accounts were compared with its app, none of them counts as signed in.
        found = [account for account in known if account.signed_in] or known
        return found[0].username if len(found) == 1 else None

    def _hold(self, serial: str, app: str, acted: str, reason: str) -> None:
        ledger = self._resources.ledger
        username = ledger.renames.current_username(acted, app)
        ledger.accounts.add(serial, app, username)  # one that nobody has matched could not be held
        ledger.accounts.hold(username, app, reason, self._resources.clock.now())
        _log.warning("account %s is held: %s", username, reason)

    def probe(self, serial: str) -> None:
        """Check the phone's health and end its quarantine if it is well. Call it in the phone's lane."""
        try:
            phone = self._resources.sessions.get(serial)
            health = phone.health()
            self._resources.ledger.devices.set_battery(serial, health.battery)
            dialog = system_dialog_on(Screen.parse(phone.hierarchy()))
        except PhonefleetError as error:
            _log.info("phone %s still rests: %s", serial, error.message)
            return
        if dialog is not None and dialog.is_for_a_person:
            _log.info("phone %s still rests, because it shows a dialog: %s", serial, dialog.describe())
        elif not health.low(self._resources.settings.minimum_battery) and not health.locked:
            self._release_phone(serial)

    def _quarantine_phone(self, serial: str, reason: str) -> None:
        with self._lock:
            self._reasons = {**self._reasons, serial: reason}
            self._resources.ledger.devices.quarantine(serial, reason)
            self._to_probe |= {serial}
        _log.warning("phone %s rests: %s", serial, reason)

    def _call_to_phone(self, serial: str, reason: str) -> None:
        """Let a phone rest until a person releases it."""
        with self._lock:
            self._reasons = {**self._reasons, serial: reason}
            self._to_probe -= {serial}
            self._resources.ledger.devices.quarantine(serial, reason, by="person")
        _log.warning("phone %s rests until a person releases it: %s", serial, reason)

    def _release_phone(self, serial: str) -> None:
        self._resources.ledger.devices.release(serial, by="worker")
        self.refresh()
        _log.info("phone %s is well again", serial)


def _of_somebody(stop: str) -> Message:
    return say(
        "stops.of_somebody",
        "{stop} (Nobody could read which of the phone's accounts it is: release the phone, too.)",
        stop=stop,
    )


def _log_changes(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    for serial, reason in now.items():
        if reason != before.get(serial):
            _log.info("phone %s gets no work: %s", serial, reason)
    for serial in before.keys() - now.keys():
        _log.info("phone %s gets work again", serial)
