"""A fleet of virtual phones for one run: `phonefleet up` as a process with data, ports and an adb server of its own.

Where a plan has several hosts, the others join it: each with a data folder, an adb server and phones of its own, over a
link that can be cut. The phones are then processes of none of the hosts.

It takes nothing from the user's settings, and it refuses to strike where a phone is connected that is not virtual.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psutil

from deployments.chaos.beside import Beside, own_environment
from deployments.chaos.host import Disk, WrongClock
from deployments.chaos.joined import JoinedHost, name_of
from deployments.chaos.keeping import NotThere, Pauses, kill_all, named, running
from deployments.chaos.kinds import MAIN_HOST, OF_JOINED_HOSTS, PROCESSES
from deployments.chaos.phones import Phones
from deployments.chaos.plan import Plan, process_of
from deployments.launcher.home import Home
from deployments.launcher.ports import claim
from deployments.supervision.records import Records
from phonefleet.client import Client
from phonefleet.clock import StopSignal
from phonefleet.errors import Permanent
from phonefleet.words import tr

START: Final = timedelta(minutes=5)
_POLL: Final = timedelta(milliseconds=100)
_STOP: Final = 60.0
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
_WORKING: Final = ("online", "busy")


class RealPhones(Permanent):
    """A phone is connected that is not virtual."""


class ChaosFleet:
    """The fleet of a plan, with its data in `home`; implements `kinds.Strikable`. `stop` interrupts its start.

    `beside` is the folder of everything that is not the main host's, where the plan has several hosts.
    """

    def __init__(  # noqa: PLR0913 - a computer has as many parts
        self, home: Path, plan: Plan, stop: StopSignal, disk: Disk | None = None, clock: WrongClock | None = None,
        *, beside: Path | None = None,
    ) -> None:  # fmt: skip
        self._home = Home(home.absolute())
        self._records = Records(self._home.records)
        self._plan = plan
        self._stop = stop
        self._disk = disk
        self._clock = clock
        self._ports = {name: claim(0, f"--{name}-port") for name in ("api", "prefect", "adb", "world")}
        self._process: subprocess.Popen[bytes] | None = None
        self._pauses = Pauses()
        self._phones = Phones(self._ports["world"])
        self._beside = None if beside is None else Beside(beside.absolute(), plan, stop, self._ports, self._phones)
        self._joined: dict[int, JoinedHost] = {}

    # --- its life ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and wait until it is ready.

        Raises:
            Permanent: it could not be started; the message has what it said.
            Interrupted: the stop signal was set.

        """
        if self._beside is not None:
            self._beside.start()
        self._start_main()
        if self._beside is not None:
            self._join(self._beside)

    def end(self) -> None:
        """Stop everything; what does not stop is killed."""
        with ExitStack() as exits:
            exits.callback(self._phones.close)
            if self._beside is not None:
                exits.callback(self._beside.end)
            exits.callback(self._end_main)
            for host in self._joined.values():
                exits.callback(host.end)
            self._pauses.resume_all()

    @property
    def runs(self) -> bool:
        """Whether the main host's launcher runs."""
        return self._process is not None and self._process.poll() is None

    def client(self, timeout: timedelta = timedelta(seconds=10)) -> Client:
        """Return a client of its API, for one thread."""
        return Client(self.api_url, timeout=timeout)

    @property
    def api_url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self._ports['api']}"

    @property
    def adb_ports(self) -> dict[str, int]:
        """The port of each adb server, by the name of its process."""
        others = {process_of("adb", number): host.adb_port for number, host in self._joined.items()}
        return {"adb": self._ports["adb"], **others}

    @property
    def joined(self) -> Mapping[str, int]:
        """The number of each joined host, by the name that the main host knows."""
        return {host.name: number for number, host in self._joined.items()}

    @property
    def watched(self) -> Sequence[str]:
        """The names of the processes that are struck, of all hosts."""
        return [*PROCESSES, *(process_of(each, number) for number in self._joined for each in OF_JOINED_HOSTS)]

    @property
    def logs(self) -> Mapping[str, Path]:
        """The folders of its logs, by the names of the hosts; `phones` is that of the phones."""
        others = {host.name: host.logs for host in self._joined.values()}
        beside = {} if self._beside is None else {"phones": self._beside.logs}
        return {"main": self._home.log("up").parent, **others, **beside}

    def serials(self) -> list[str]:
        """Return what its phones are called, in order, and see that there are no others.

        Raises:
            RealPhones: another phone is connected to it.

        """
        known = self._known()
        with self.client() as client:
            page = client.list_devices(page_size=1)
            others = [device["serial"] for device in client.iter_devices() if device["serial"] not in known]
        others += [str(one) for one in page["unidentified"]]
        if others:
            raise RealPhones(tr("{phone} is no virtual phone: nothing was struck", phone=others[0]))
        return known

    def accounts(self) -> dict[int, str]:
        """Return the account that acts on each phone."""
        return {number: phone.accounts[0] for number, phone in enumerate(self._phones.all(), start=1)}

    def world(self) -> dict[str, list[dict[str, Any]]]:
        """Return all that stands in the world of its phones."""
        return self._phones.world()

    def waiting(self) -> list[list[str]]:
        """Return the faults that were ordered and have not struck, of each phone; raises `httpx.HTTPError`."""
        return self._phones.waiting()

    def processes(self) -> dict[str, psutil.Process]:
        """Return the processes that run now, by name; those of joined hosts are called after them, too."""
        found = running(self._records)
        if self._beside is not None:
            found |= self._beside.processes
        for number, host in self._joined.items():
            found |= {process_of(name, number): process for name, process in host.processes.items()}
        return found

    def has_power(self, host: int) -> bool:
        """Tell whether a host is switched on."""
        return self.runs if host == MAIN_HOST else self._host(host).on

    # --- what strikes it ---------------------------------------------------------------------------------

    def order(self, phone: int, fault: str, seconds: float | None = None) -> None:
        """Let a fault of virtual phones happen."""
        self._phones.order(phone, fault, seconds)

    def make_well(self, phone: int) -> None:
        """End whatever ails a phone."""
        self._phones.make_well(phone)

    def kill(self, process: str, host: int = MAIN_HOST) -> None:
        """Kill a process with -9."""
        if host == MAIN_HOST:
            named(self.processes(), process).kill()
        else:
            self._host(host).kill(process)

    def pause(self, process: str, host: int = MAIN_HOST) -> None:
        """Stop a process and all that it has started."""
        if host == MAIN_HOST:
            self._pauses.pause(process, named(self.processes(), process))
        else:
            self._host(host).pause(process)

    def resume(self, process: str, host: int = MAIN_HOST) -> None:
        """Let it go on."""
        (self._pauses if host == MAIN_HOST else self._host(host)).resume(process)

    def cut_power(self, host: int = MAIN_HOST) -> None:
        """Kill every process of a host at once."""
        if host != MAIN_HOST:
            self._host(host).cut_power()
            return
        self._kill_main()
        if self._beside is not None:
            self._beside.cut_power()

    def restore_power(self, host: int = MAIN_HOST) -> None:
        """Start everything again."""
        if host != MAIN_HOST:
            self._host(host).restore_power()
        elif not self.runs:
            if self._beside is not None:
                self._beside.restore_power()
            self._start_main()

    def fill_disk(self) -> None:
        """Leave no byte free on the disk of the main host's data folder."""
        _needed(self._disk).fill()

    def free_disk(self) -> None:
        """Give the room back."""
        _needed(self._disk).free()

    def shift_clock(self, by: timedelta) -> None:
        """Let the clock of the main host's processes be wrong."""
        if self._clock is None:
            raise NotThere
        self._clock.shift(by)

    def lose_host(self, host: int) -> None:
        """Cut the link of a joined host."""
        self._host(host).lose()

    def regain_host(self, host: int) -> None:
        """Mend it."""
        self._host(host).regain()

    # --- inside ------------------------------------------------------------------------------------------

    def _start_main(self) -> None:
        self._home.endpoints.unlink(missing_ok=True)
        self._home.log("up").parent.mkdir(parents=True, exist_ok=True)
        with self._home.log("up").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command(), env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._await_endpoints()

    def _end_main(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self._kill_main()

    def _command(self) -> list[str]:
        fleet = self._plan.fleet
        ports = {name: port for name, port in self._ports.items() if name != "world" or self._beside is None}
        virtual = [
            "--virtual", str(fleet.phones), "--fault-rate", str(fleet.fault_rate),
            "--app-version", ",".join(fleet.app_versions),
        ]  # fmt: skip
        return [
            sys.executable, "-m", "deployments.cli", "up", "--home", str(self._home.root),
            "--seed", str(self._plan.seed), *(virtual if self._beside is None else []),
            *(part for name, port in ports.items() for part in (f"--{name}-port", str(port))),
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        given = {f"PHONEFLEET_{name}": value for name, value in {**_SETTINGS, **self._plan.fleet.settings}.items()}
        beside = {} if self._beside is None else self._beside.environment
        return {**own_environment(), **beside, **given, **(self._clock.environment if self._clock else {})}

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

    def _join(self, beside: Beside) -> None:
        """Let the other hosts join, await all phones, and enter their accounts."""
        with self.client() as client:
            for number in range(MAIN_HOST + 1, self._plan.fleet.hosts + 1):
                self._joined[number] = beside.host(number, client.add_host(name_of(number))["token"])
                self._joined[number].start()
            phones = self._phones.all()
            self._await_phones(client, {phone.serial for phone in phones})
            for phone in phones:
                for username in phone.accounts:
                    client.create_account(username, phone.serial)

    def _await_phones(self, client: Client, missing: set[str]) -> None:
        """Wait until each phone has been connected, if not all at the same moment."""
        for _ in range(int(START / _POLL)):
            missing -= {one["serial"] for one in client.iter_devices() if one["state"] in _WORKING}
            if not missing:
                return
            self._stop.wait(_POLL)
            self._stop.check()
        raise Permanent(tr("These phones were never connected: {phones}", phones=", ".join(sorted(missing))))

    def _known(self) -> list[str]:
        if self._beside is not None:
            return [phone.serial for phone in self._phones.all()]
        return [str(serial) for serial in json.loads(self._home.endpoints.read_text(encoding="utf-8"))["serials"]]

    def _host(self, number: int) -> JoinedHost:
        if number not in self._joined:
            raise NotThere(tr("host {host} is no joined host of this fleet", host=number))
        return self._joined[number]

    def _kill_main(self) -> None:
        """Kill the launcher first, so that it starts nothing again, then all else."""
        found = list(running(self._records).values())
        if self._process is not None:
            with suppress(psutil.Error):
                found = [psutil.Process(self._process.pid), *found]
        kill_all(found)
        if self._process is not None:
            self._process.wait(_STOP)
        self._pauses = Pauses()


def _needed(disk: Disk | None) -> Disk:
    if disk is None:
        raise NotThere
    return disk
