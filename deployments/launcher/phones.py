"""Enters virtual phones into the ledger before work starts: the phones, their aliases and their accounts."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from deployments.launcher.programs import Programs
from phonefleet.client.transport import Transport, Unreachable, basic_login
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
        self._seen: set[str] = set()
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
        """Tell whether a worker runs and has had every virtual phone online, if not all at the same moment.

        Of phones with loose contacts, which go on with work of before, one is nearly always away.
        """
        try:
            states = {device.serial: device.state for device in self._ledger.devices.all()}
        except LedgerUnreachable:
            return False
        self._seen |= {serial for serial, state in states.items() if state in CONNECTED}
        return self._seen >= set(self.serials) and self._worker_reports()

    def _worker_reports(self) -> bool:
        """Tell whether a worker of the pool has sent a heartbeat to Prefect since the launcher started."""
        auth = self._programs.options.prefect_auth
        headers = basic_login(auth) if auth else {}
        try:
            with closing(Transport(self._programs.prefect_api_url, headers, timedelta(seconds=1))) as http:
                answer = http.request("POST", f"/work_pools/{POOL}/workers/filter", body={})
        except Unreachable:
            return False
        if not answer.is_success:
            return False
        return any(datetime.fromisoformat(worker["last_heartbeat_time"]) >= self._since for worker in answer.json())


def phones_of(world_url: str) -> list[FleetPhone]:
    """Return the virtual phones of a running fleet, in their order, from the HTTP API of its world."""
    with closing(Transport(world_url, {}, timedelta(seconds=10))) as http:
        phones = http.request("GET", "/phones").json()
    return [
        FleetPhone(phone["serial"], Hardware(phone["serial_number"], phone["android_id"]), tuple(phone["accounts"]))
        for phone in phones
    ]
