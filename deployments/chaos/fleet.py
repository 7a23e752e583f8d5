"""A fleet of virtual phones for one run: `phonefleet up` as a process with data, ports and an adb server of its own.

It takes nothing from the user's settings, and it refuses to strike where a phone is connected that is not virtual.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from deployments.chaos.host import Disk, WrongClock
from deployments.chaos.plan import Plan
from deployments.launcher.home import Home
from deployments.launcher.phones import phones_of
from deployments.launcher.ports import claim
from deployments.supervision.records import Record, Records
from phonefleet.client import Client
from phonefleet.clock import StopSignal
from phonefleet.errors import Permanent, Transient
from phonefleet.words import tr

START: Final = timedelta(minutes=5)
_POLL: Final = timedelta(milliseconds=100)
_STOP: Final = 60.0
_OURS: Final = ("PHONEFLEET_", "PREFECT_")
_SETTINGS: Final[Mapping[str, str]] = {
    "APP": "sample",
    "TIMEZONE": "UTC",
    "RETRIES": "10",
    "RETRY_WAIT": '["PT0.5S", "PT3S"]',
    "RATE_LIMIT": "0",
    "INTERVAL_UNIT": "minutes",  # no waits between tasks unless a plan asks for them
    "NOTIFY_URL": "",
}
"""What every fleet of a plan has; the plan may say otherwise."""


class RealPhones(Permanent):
    """A phone is connected that is not virtual."""


class NotThere(Transient):
    """What is to be struck is away just now."""


class ChaosFleet:
    """The fleet of a plan, with its data in `home`; implements `kinds.Strikable`. `stop` interrupts its start."""

    def __init__(
        self, home: Path, plan: Plan, stop: StopSignal, disk: Disk | None = None, clock: WrongClock | None = None
    ) -> None:
        self._home = Home(home.absolute())
        self._records = Records(self._home.records)
        self._plan = plan
        self._stop = stop
        self._disk = disk
        self._clock = clock
        self._ports = {name: claim(0, f"--{name}-port") for name in ("api", "prefect", "adb", "world")}
        self._process: subprocess.Popen[bytes] | None = None
        self._paused: dict[str, list[psutil.Process]] = {}
        self._world = httpx.Client(base_url=f"http://127.0.0.1:{self._ports['world']}", timeout=10, trust_env=False)

    # --- its life ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and wait until it is ready.

        Raises:
            Permanent: it could not be started; the message has what it said.
            Interrupted: the stop signal was set.

        """
        self._home.endpoints.unlink(missing_ok=True)
        self._home.log("up").parent.mkdir(parents=True, exist_ok=True)
        with self._home.log("up").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command(), env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._await_endpoints()

    def end(self) -> None:
        """Stop everything; what does not stop is killed."""
        self._world.close()
        for name in list(self._paused):
            self.resume(name)
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self._kill_all()

    @property
    def runs(self) -> bool:
        """Whether the launcher runs."""
        return self._process is not None and self._process.poll() is None

    def client(self, timeout: timedelta = timedelta(seconds=10)) -> Client:
        """Return a client of its API, for one thread."""
        return Client(self.api_url, timeout=timeout)

    @property
    def api_url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self._ports['api']}"

    @property
    def adb_port(self) -> int:
        """The port of its adb server."""
        return self._ports["adb"]

    @property
    def logs(self) -> Path:
        """The folder of its logs."""
        return self._home.log("up").parent

    def serials(self) -> list[str]:
        """Return what its phones are called, in order, and see that there are no others.

        Raises:
            RealPhones: another phone is connected to it.

        """
        known = [str(serial) for serial in json.loads(self._home.endpoints.read_text(encoding="utf-8"))["serials"]]
        with self.client() as client:
            page = client.list_devices(page_size=1)
            others = [device["serial"] for device in client.iter_devices() if device["serial"] not in known]
        others += [str(one) for one in page["unidentified"]]
        if others:
            raise RealPhones(tr("{phone} is no virtual phone: nothing was struck", phone=others[0]))
        return known

    def accounts(self) -> dict[int, str]:
        """Return the account that acts on each phone."""
        phones = phones_of(str(self._world.base_url))
        return {number: phone.accounts[0] for number, phone in enumerate(phones, start=1)}

    def world(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that stands in the world of its phones."""
        return self._world.get("/world", timeout=60).raise_for_status().json()

    def waiting(self) -> list[list[str]]:
        """Return the faults that were ordered and have not struck, of each phone; raises `httpx.HTTPError`."""
        return [phone["faults"] for phone in self._world.get("/phones", timeout=5).raise_for_status().json()]

    def processes(self) -> dict[str, psutil.Process]:
        """Return the supervised processes that run now, by name."""
        return {record.name: process for record in self._records.all() if (process := record.process())}

    # --- what strikes it ---------------------------------------------------------------------------------

    def order(self, phone: int, fault: str, seconds: float | None = None) -> None:
        """Let a fault of virtual phones happen."""
        self._call("POST", phone, {"fault": fault} | ({} if seconds is None else {"seconds": seconds}))

    def make_well(self, phone: int) -> None:
        """End whatever ails a phone."""
        self._call("DELETE", phone, None)

    def kill(self, process: str) -> None:
        """Kill a process with -9."""
        self._found(process).kill()

    def pause(self, process: str) -> None:
        """Stop a process and all that it has started."""
        found = self._found(process)
        self._paused[process] = list(_each(_with_children(found), lambda one: one.suspend()))

    def resume(self, process: str) -> None:
        """Let it go on."""
        for _ in _each(reversed(self._paused.pop(process, [])), lambda one: one.resume()):
            pass

    def cut_power(self) -> None:
        """Kill every process at once."""
        self._kill_all()

    def restore_power(self) -> None:
        """Start everything again."""
        if not self.runs:
            self.start()

    def fill_disk(self) -> None:
        """Leave no byte free on the disk of the data folder."""
        _needed(self._disk).fill()

    def free_disk(self) -> None:
        """Give the room back."""
        _needed(self._disk).free()

    def shift_clock(self, by: timedelta) -> None:
        """Let the clock of all processes be wrong."""
        if self._clock is None:
            raise NotThere
        self._clock.shift(by)

    def lose_host(self, host: int) -> None:
        """Refuse: this fleet is on one host."""
        raise NotThere(tr("host {host} cannot be lost: the fleet is on one host", host=host))

    def regain_host(self, host: int) -> None:
        """Refuse, as above."""
        self.lose_host(host)

    # --- inside ------------------------------------------------------------------------------------------

    def _command(self) -> list[str]:
        fleet = self._plan.fleet
        return [
            sys.executable, "-m", "deployments.cli", "up", "--home", str(self._home.root),
            "--virtual", str(fleet.phones), "--seed", str(self._plan.seed), "--fault-rate", str(fleet.fault_rate),
            "--app-version", ",".join(fleet.app_versions),
            *(part for name, port in self._ports.items() for part in (f"--{name}-port", str(port))),
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        given = {f"PHONEFLEET_{name}": value for name, value in {**_SETTINGS, **self._plan.fleet.settings}.items()}
        return {**own, **given, **(self._clock.environment if self._clock else {})}

    def _await_endpoints(self) -> None:
        for _ in range(int(START / _POLL)):
            if self._home.endpoints.exists():
                return
            if not self.runs:
                break
            self._stop.wait(_POLL)
            self._stop.check()
        said = self._home.log("up").read_text(encoding="utf-8", errors="replace").strip()[-2000:]
        raise Permanent(tr("The fleet did not start: {said}", said=said))

    def _found(self, name: str) -> psutil.Process:
        found = self.processes().get(name)
        if found is None:
            raise NotThere(tr("{process} does not run just now", process=name))
        return found

    def _call(self, method: str, phone: int, body: Mapping[str, object] | None) -> None:
        try:
            serial = self._world.get("/phones").raise_for_status().json()[phone - 1]["serial"]
            self._world.request(method, f"/phones/{serial}/faults", json=body).raise_for_status()
        except httpx.HTTPError as error:
            raise NotThere(tr("The virtual phones do not answer: {error}", error=error)) from error

    def _kill_all(self) -> None:
        """Kill the launcher first, so that it starts nothing again, then all else."""
        records: Sequence[Record] = self._records.all()
        found = [process for record in records if (process := record.process())]
        if self._process is not None:
            with suppress(psutil.Error):
                found = [psutil.Process(self._process.pid), *found]
        for _ in _each([one for process in found for one in _with_children(process)], lambda one: one.kill()):
            pass
        if self._process is not None:
            self._process.wait(_STOP)
        self._paused.clear()


def _needed(disk: Disk | None) -> Disk:
    if disk is None:
        raise NotThere
    return disk


def _with_children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return [process]


def _each(
    processes: Sequence[psutil.Process] | Iterator[psutil.Process], act: Callable[[psutil.Process], None]
) -> Iterator[psutil.Process]:
    """Act on each process that is still there, and yield those."""
    for process in processes:
        with suppress(psutil.Error):
            act(process)
            yield process
