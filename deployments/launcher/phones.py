"""Enters virtual phones into the ledger before work starts: the phones, their aliases and their accounts."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from deployments.launcher.programs import Programs
from phonefleet.errors import LedgerUnreachable
from phonefleet.hardware import Hardware
from phonefleet.ledger.fleet.addresses import AddressSeen
from phonefleet.ledger.fleet.device_list import CONNECTED
from phonefleet.ledger.ledger import Ledger
from phonefleet.settings import POOL, Settings

SAMPLE_APP = "sample"
"""The app profile of the virtual phones' app."""


@dataclass(frozen=True, slots=True)
class FleetPhone:
    """A virtual phone as its fleet tells of it: where it is, what it is, and its accounts, the active one first."""

    address: str
    hardware: Hardware
    accounts: tuple[str, ...]

    @property
    def serial(self) -> str:
        """What the phone is called: the serial number that it bears."""
        return self.hardware.serial_number


class PhoneBook:
    """The launcher's access to its phones in the ledger; use it as a context manager."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._host = Settings().worker_name or socket.gethostname()
        self._phones: list[FleetPhone] = []
        self._ledger = Ledger(programs.databases.ledger, pool_size=1)
        self._since = datetime.now(UTC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ledger.close()

    @property
    def serials(self) -> list[str]:
        """What the virtual phones are called, once they have been met."""
        return [phone.serial for phone in self._phones]

    def prepare(self) -> None:
        """Bring the ledger up to date: nothing is connected yet."""
        self._ledger.migrate()
        self._ledger.devices.mark_all_absent(self._host)

    def meet(self) -> None:
        """Record the virtual phones and their accounts, as their running fleet tells; new ones are device_serial_N."""
        known = {device.serial for device in self._ledger.devices.all()}
        self._phones = phones_of(self._programs.world_url)
        for number, phone in enumerate(self._phones, start=1):
            seen = AddressSeen(phone.address, "offline", self._host, phone.hardware)
            found = self._ledger.devices.record_address(seen)
            if not known & {found[0].serial, phone.address}:  # else it has the name that people gave it
                self._ledger.devices.set_alias(found[0].serial, f"device_serial_{number}")
            self._ledger.accounts.sync(phone.serial, SAMPLE_APP, list(phone.accounts))

    def connected(self) -> bool:
        """Tell whether a worker runs and every virtual phone is online."""
        try:
            states = {device.serial: device.state for device in self._ledger.devices.all()}
        except LedgerUnreachable:
            return False
        return all(states.get(serial) in CONNECTED for serial in self.serials) and self._worker_reports()

    def _worker_reports(self) -> bool:
        """Tell whether a worker of the pool has sent a heartbeat to Prefect since the launcher started."""
        url = f"{self._programs.prefect_api_url}/work_pools/{POOL}/workers/filter"
        auth = self._programs.options.prefect_auth
        user, _, password = (auth or "").partition(":")
        known = httpx.BasicAuth(user, password) if auth else None
        try:
            workers = httpx.post(url, json={}, auth=known, timeout=1, trust_env=False).raise_for_status().json()
        except httpx.HTTPError:
            return False
        return any(datetime.fromisoformat(worker["last_heartbeat_time"]) >= self._since for worker in workers)


def phones_of(world_url: str) -> list[FleetPhone]:
    """Return the virtual phones of a running fleet, in their order, from the HTTP API of its world."""
    phones = httpx.get(f"{world_url}/phones", timeout=10, trust_env=False).raise_for_status().json()
    return [
        FleetPhone(phone["serial"], Hardware(phone["serial_number"], phone["android_id"]), tuple(phone["accounts"]))
        for phone in phones
    ]
