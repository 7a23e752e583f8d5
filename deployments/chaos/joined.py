"""A joined host of a fleet: a data folder, an adb server and a worker of its own, and a link to the main host.

It joins as any other does, by the token that the main host gives, and starts again as a service does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil

from deployments.chaos.keeping import Kept, Pauses, named
from deployments.chaos.link import Link
from deployments.launcher.adb import AdbServer
from deployments.launcher.home import Home
from deployments.launcher.ports import claim
from deployments.launcher.programs import PHONEFLEET
from deployments.supervision.service import Child, Program, Service
from deployments.worker.joined.kept import kept_in
from phonefleet.clock import StopSignal
from phonefleet.device.adb import server as adb_server

_ADB: Final = ("ADB_", "ANDROID_")
TOKEN: Final = "PHONEFLEET_HOST_TOKEN"  # noqa: S105 - the variable's name


class JoinedHost:
    """A joined host, switched on by `start` and off by `end`.

    `environment` is what its programs inherit, `main` are the ports of the main host's API and Prefect, `phones` the
    addresses of its phones, `token` is what the main host gave for it.
    """

    def __init__(  # noqa: PLR0913 - a computer has as many parts
        self, number: int, root: Path, environment: Mapping[str, str], *, main: Sequence[int], phones: Sequence[str],
        token: str, stop: StopSignal,
    ) -> None:  # fmt: skip
        self.number = number
        self.name = name_of(number)
        self.adb_port = claim(0, "--adb-port")
        self._home = Home(root)
        self._environment = environment
        self._phones = phones
        self._token = token
        self._link = Link(main)
        self._kept = Kept(self._home, self._services, stop)
        self._pauses = Pauses()

    def start(self) -> None:
        """Switch it on: its worker joins the main host.

        Raises:
            Permanent: a program could not be started.
            Interrupted: the stop signal was set.

        """
        self._kept.start()

    def end(self) -> None:
        """Switch it off."""
        self._pauses.resume_all()
        self._kept.end()
        self._link.close()

    @property
    def on(self) -> bool:
        """Whether it has power."""
        return self._kept.on

    @property
    def logs(self) -> Path:
        """The folder of its logs."""
        return self._home.log("worker").parent

    @property
    def processes(self) -> dict[str, psutil.Process]:
        """What runs on it, by name."""
        return self._kept.processes

    def kill(self, process: str) -> None:
        """Kill a process with -9."""
        named(self.processes, process).kill()

    def pause(self, process: str) -> None:
        """Stop a process and all that it has started."""
        self._pauses.pause(process, named(self.processes, process))

    def resume(self, process: str) -> None:
        """Let it go on."""
        self._pauses.resume(process)

    def cut_power(self) -> None:
        """Kill everything at once."""
        self._kept.cut_power()

    def restore_power(self) -> None:
        """Start everything again."""
        self._kept.restore_power()

    def lose(self) -> None:
        """Cut its link."""
        self._link.cut()

    def regain(self) -> None:
        """Mend its link."""
        self._link.mend()

    def _services(self) -> Sequence[Service]:
        return [adb_service(self._home, self.adb_port, self._environment), _Worker(self._worker(), self._first)]

    def _worker(self) -> Program:
        """Return the program that joins the host again."""
        environment = {
            **self._environment,
            **adb_environment(self._home),
            "PHONEFLEET_ADB_CONNECT": ",".join(self._phones),
            "PHONEFLEET_PREFECT_API_URL": f"http://127.0.0.1:{self._link.ports[1]}/api",
        }
        command = [*PHONEFLEET, "join", "--home", str(self._home.root), "--adb-port", str(self.adb_port)]
        return Program("worker", command, environment, self._home.log("worker"), folder=self._home.root)

    def _first(self, program: Program) -> Program:
        """Return the program that joins it for the first time; the same once it has joined."""
        if kept_in(self._home.root) is not None:
            return program
        command = [*program.command, f"http://127.0.0.1:{self._link.ports[0]}"]
        return replace(program, command=command, environment={**program.environment, TOKEN: self._token})


def name_of(number: int) -> str:
    """Return the name of a joined host."""
    return f"host{number}"


class _Worker(Child):
    """The worker of a joined host, which joins in another way as long as it has never joined."""

    def __init__(self, program: Program, prepared: Callable[[Program], Program]) -> None:
        super().__init__(program)
        self._again = program
        self._prepared = prepared

    def start(self) -> int:
        """Start it."""
        self._program = self._prepared(self._again)
        return super().start()


def adb_service(home: Home, port: int, environment: Mapping[str, str]) -> AdbServer:
    """Return an adb server for phones in the network only."""
    own = {name: value for name, value in environment.items() if not name.startswith(_ADB)} | adb_environment(home)
    command = adb_server.command(port)
    ready = lambda: adb_server.is_listening("127.0.0.1", port)  # noqa: E731 - no function of its own
    return AdbServer(Program("adb", command, own, home.log("adb"), ready, folder=home.root), port)


def adb_environment(home: Home) -> dict[str, str]:
    """Return the variables of an adb server, and of whoever may start it again."""
    return {**adb_server.ENVIRONMENT_WITHOUT_USB, "ANDROID_USER_HOME": str(home.root / "android")}
