"""What the ledger must know of virtual phones before work can start: that they exist, their names, their accounts."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from deployments.launcher.programs import Programs
from phonefleet.errors import LedgerUnreachable
from phonefleet.ledger.addresses import AddressSeen
from phonefleet.ledger.device_list import CONNECTED
from phonefleet.ledger.ledger import Ledger
from phonefleet.settings import POOL, Settings
from phonefleet.virtual.hardware import hardware_of

SAMPLE_APP = "sample"
"""The app profile of the virtual phones' app."""


class PhoneBook:
    """The launcher's view of its phones, through the ledger."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._serials, self._addresses = programs.options.serials, programs.options.addresses
        self._ledger = Ledger(programs.databases.ledger, pool_size=1)
        self._since = datetime.now(UTC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ledger.close()

    def prepare(self) -> None:
        """Bring the ledger up to date: nothing is connected yet, and new virtual phones are named device_serial_N."""
        self._ledger.migrate()
        host = Settings().worker_name or socket.gethostname()
        known = {device.serial for device in self._ledger.devices.all()}
        self._ledger.devices.nowhere(host)
        for number, address in enumerate(self._addresses, start=1):
            hardware = hardware_of(address)
            found = self._ledger.devices.at_address(AddressSeen(address, "offline", host, hardware))
            if not known & {found[0].serial, address}:  # else it has the name that people gave it
                self._ledger.devices.set_alias(found[0].serial, f"device_serial_{number}")

    def sign_in(self) -> None:
        """Record which accounts are signed in on the virtual phones, as their world tells."""
        for phone in signed_in(self._programs.world_url):
            self._ledger.accounts.sync(*phone)

    def connected(self) -> bool:
        """Tell whether the worker is at work and sees every virtual phone."""
        try:
            states = {device.serial: device.state for device in self._ledger.devices.all()}
        except LedgerUnreachable:
            return False
        return all(states.get(serial) in CONNECTED for serial in self._serials) and self._worker_reports()

    def _worker_reports(self) -> bool:
        """Tell whether a worker of the pool has reported since the launcher started."""
        url = f"{self._programs.prefect_api_url}/work_pools/{POOL}/workers/filter"
        auth = self._programs.options.prefect_auth
        user, _, password = (auth or "").partition(":")
        known = httpx.BasicAuth(user, password) if auth else None
        try:
            workers = httpx.post(url, json={}, auth=known, timeout=1, trust_env=False).raise_for_status().json()
        except httpx.HTTPError:
            return False
        return any(datetime.fromisoformat(worker["last_heartbeat_time"]) >= self._since for worker in workers)


def signed_in(world_url: str) -> list[tuple[str, str, list[str]]]:
    """Return what each virtual phone is called, its app and its accounts, the active one first."""
    phones = httpx.get(f"{world_url}/phones", timeout=10, trust_env=False).raise_for_status().json()
    return [(phone["serial_number"], SAMPLE_APP, list(phone["accounts"])) for phone in phones]
