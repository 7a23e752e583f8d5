"""What a failed run says about its phone or account: a phone that does not answer rests, a blocked account is held.

A resting phone gets no runs; it is looked at now and then, and goes on when it is well. A phone that a person has
quarantined or disabled rests until a person ends that; the ledger tells. A held account stays held until a person
releases it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from deployments.worker.resources import Resources
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
)
from phonefleet.ledger.values import Task

_log = logging.getLogger(__name__)

_OF_THE_PHONE = (DeviceFrozen, AutomationDown, BatteryLow, DeviceLocked, DeviceNotReady, DeviceUnauthorized)
_OF_THE_ACCOUNT = (Challenge, ActionBlocked)


class Quarantine:
    """The phones that rest, as the ledger has them; thread-safe."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._lock = threading.Lock()  # held while the ledger is asked: what is read there is never older than a write
        self._resting: Mapping[str, str] = {}  # with the reasons
        self._ailing: frozenset[str] = frozenset()
        self.refresh()

    @property
    def serials(self) -> frozenset[str]:
        """The phones that get no runs at the moment."""
        return frozenset(self._resting)

    @property
    def ailing(self) -> frozenset[str]:
        """Those of them that are to be looked at, because they go on when they are well."""
        return self._ailing

    def refresh(self) -> bool:
        """Read from the ledger which phones rest; tell whether one that did may go on."""
        with self._lock:
            before = self._resting
            barred = self._resources.ledger.devices.barred(self._resources.host)
            now = {device.serial: device.quarantine_reason or "it is disabled" for device in barred}
            self._resting = now
            self._ailing = frozenset(
                device.serial for device in barred if device.enabled and device.quarantined_by == "worker"
            )
            _tell_changes(before, now)  # what is told holds already
        return bool(before.keys() - now.keys())

    def judge(self, task: Task, error: PhonefleetError | None) -> None:
        """Draw the consequences of how a run ended."""
        if isinstance(error, _OF_THE_PHONE):
            self._rest(task.serial, error.message)
        elif isinstance(error, _OF_THE_ACCOUNT) and task.username:
            now = self._resources.clock.now()
            app = task.app or self._resources.settings.app
            username = self._resources.ledger.renames.current_username(task.username, app)
            self._resources.ledger.accounts.hold(username, app, error.message, now)
            _log.warning("account %s is held: %s", username, error.message)

    def probe(self, serial: str) -> None:
        """Look whether the phone is well again; call it in the phone's lane."""
        try:
            phone = self._resources.sessions.get(serial)
            health = phone.health()
            self._resources.ledger.devices.set_battery(serial, health.battery)
            phone.hierarchy()
        except PhonefleetError as error:
            _log.info("phone %s still rests: %s", serial, error.message)
            return
        if not health.low(self._resources.settings.minimum_battery) and not health.locked:
            self._release(serial)

    def _rest(self, serial: str, reason: str) -> None:
        with self._lock:
            self._resting = {**self._resting, serial: reason}
            self._resources.ledger.devices.quarantine(serial, reason)
            self._ailing |= {serial}
        _log.warning("phone %s rests: %s", serial, reason)

    def _release(self, serial: str) -> None:
        self._resources.ledger.devices.release(serial, by="worker")
        self.refresh()
        _log.info("phone %s is well again", serial)


def _tell_changes(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    for serial, reason in now.items():
        if reason != before.get(serial):
            _log.info("phone %s gets no work: %s", serial, reason)
    for serial in before.keys() - now.keys():
        _log.info("phone %s gets work again", serial)
