"""What is beside the main host of a fleet of several: the phones, which belong to no host, and its adb server.

It gives each host its share of the phones.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from deployments.chaos.joined import JoinedHost, adb_environment, adb_service, name_of
from deployments.chaos.keeping import Kept
from deployments.chaos.kinds import MAIN_HOST
from deployments.chaos.phones import Phones, phones_program
from deployments.chaos.plan import Plan
from deployments.launcher.adb import AdbServer
from deployments.launcher.home import Home
from deployments.supervision.service import Child
from phonefleet.clock import StopSignal

_OURS: Final = ("PHONEFLEET_", "PREFECT_")


class Beside:
    """Phones and adb server, below the folder `root`; `ports` are those of the main host, by name."""

    def __init__(self, root: Path, plan: Plan, stop: StopSignal, ports: Mapping[str, int], phones: Phones) -> None:
        self._root = root
        self._plan = plan
        self._stop = stop
        self._ports = ports
        self._phones = phones
        self._of_phones, self._main = Home(root / "phones"), Home(root / "main")
        self._virtual = Kept(self._of_phones, self._make_phones, stop)
        self._adb = Kept(self._main, self._make_adb, stop)

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self._virtual.start()
        self._adb.start()

    def end(self) -> None:
        """Stop it."""
        self._adb.end()
        self._virtual.end()

    def cut_power(self) -> None:
        """Kill what is the main host's."""
        self._adb.cut_power()

    def restore_power(self) -> None:
        """Start it again."""
        self._adb.restore_power()

    @property
    def processes(self) -> dict[str, psutil.Process]:
        """What runs, by name."""
        return {**self._virtual.processes, **self._adb.processes}

    @property
    def logs(self) -> Path:
        """The folder of the phones' logs."""
        return self._of_phones.log("virtual").parent

    @property
    def environment(self) -> dict[str, str]:
        """What the main host must know of its phones, and how its adb server is started again."""
        return {"PHONEFLEET_ADB_CONNECT": ",".join(self._addresses(MAIN_HOST)), **adb_environment(self._main)}

    def host(self, number: int, token: str) -> JoinedHost:
        """Return another host, which has joined with this token when it is started."""
        main = [self._ports[name] for name in ("api", "prefect")]
        folder = self._root / name_of(number)
        return JoinedHost(
            number, folder, own_environment(), main=main, phones=self._addresses(number), token=token, stop=self._stop
        )

    def _addresses(self, host: int) -> list[str]:
        shares = self._plan.fleet.host_of
        return [phone.address for number, phone in enumerate(self._phones.all(), start=1) if shares[number] == host]

    def _make_phones(self) -> list[Child]:
        port = self._ports["world"]
        return [Child(phones_program(self._plan, self._of_phones, port, own_environment(), self._phones))]

    def _make_adb(self) -> list[AdbServer]:
        return [adb_service(self._main, self._ports["adb"], own_environment())]


def own_environment() -> dict[str, str]:
    """Return the environment of this process without the user's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
