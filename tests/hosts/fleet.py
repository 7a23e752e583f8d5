"""Two computers of one fleet: a main host and a joined one, each in a network of its own, with an adb server each.

The phones are virtual ones of this machine, all of one world, which says afterwards what was really done. Each is
plugged into one of the hosts by a `Passage`, and can be carried to the other.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from deployments.launcher.phones import phones_of
from deployments.launcher.ports import claim, free_block
from phonefleet.device.adb import server as adb_server
from tests.hosts.namespaces import Link, Namespace, Passage, namespaces
from tests.integration import made
from tests.integration.stack import PATIENCE, Stack, stack_home, until

MAIN, SECOND = "10.77.0.1", "10.77.0.2"
ADB_PORT = 5037
TOKEN = "token-of-the-tests-0123456789"  # noqa: S105 - made up
PROGRAM = str(Path(sys.executable).with_name("phonefleet"))


class _Inside:
    """An HTTP client whose calls are made in a namespace."""

    def __init__(self, client: httpx.Client, namespace: Namespace) -> None:
        self._client, self._namespace = client, namespace

    def __getattr__(self, name: str) -> Any:
        called: Callable[..., Any] = getattr(self._client, name)

        def call(*args: Any, **more: Any) -> Any:
            return self._namespace.call(lambda: called(*args, **more))

        return call


class Main(Stack):
    """`phonefleet up` in a namespace, open to others over TLS; `world` is the port of the virtual phones' world."""

    def __init__(self, namespace: Namespace, home: Path, world: int, phones: Sequence[int], **environment: str) -> None:
        others = ["--host", MAIN, "--prefect-host", MAIN, "--tls", "--tls-name", MAIN, "--adb-port", str(ADB_PORT)]
        super().__init__(
            home, 0, *others,
            PHONEFLEET_API_TOKEN=TOKEN, PHONEFLEET_WORKER_NAME="main", **_of_phones(phones), **environment,
        )  # fmt: skip
        self._command = namespace.command(*self._command)
        self._http = _Inside(self._http, namespace)  # type: ignore[assignment] - as far as it is used here
        self._world = f"http://127.0.0.1:{world}"

    @property
    def endpoints(self) -> dict[str, Any]:
        return {**super().endpoints, "world": self._world}

    def picture(self, serial: str) -> bytes:
        answer = self._http.get(f"{self.endpoints['api']}/api/v1/devices/{serial}/screenshot")
        assert answer.is_success, answer.text
        return answer.content

    @property
    def serials(self) -> list[str]:
        return [phone["serial"] for phone in self.call("GET", "/devices?page_size=100")["devices"]]


class Joined:
    """`phonefleet join` in a namespace."""

    def __init__(self, namespace: Namespace, home: Path, phones: Sequence[int], **environment: str) -> None:
        self.namespace, self.home = namespace, home
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PHONEFLEET_", "PREFECT_"))
        }
        self._environment |= {**_of_phones(phones), **environment}
        self.process: subprocess.Popen[bytes]

    def start(self, *words: str) -> None:
        command = [PROGRAM, "join", *words, "--home", str(self.home), "--adb-port", str(ADB_PORT)]
        with (self.home / "join.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.namespace.command(*command),
                env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def kill(self) -> None:
        """Let it end without a word, as when the power fails."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self, patience: float = PATIENCE) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience)

    @property
    def said(self) -> str:
        return (self.home / "join.log").read_text(errors="replace")


class Fleet:
    """Two hosts and their phones, the first half of which is plugged into the main host."""

    def __init__(
        self,
        exits: ExitStack,
        phones: int,
        main: Mapping[str, str] | None = None,
        second: Mapping[str, str] | None = None,
    ) -> None:
        self._exits = exits
        self.one, self.two = exits.enter_context(namespaces("main", "second"))
        self.link = exits.enter_context(Link(self.one, MAIN, self.two, SECOND))
        home = exits.enter_context(stack_home("phonefleet-hosts-"))
        self.homes = home / "main", home / "second"
        for each in self.homes:
            each.mkdir(mode=0o755)
        made.copy_to(self.homes[0])
        self._ports, world = self._start_phones(home, phones)
        half = phones // 2
        exits.enter_context(Passage(self.one, world))
        self._cables = [{host: Passage(host, port) for host in (self.one, self.two)} for port in self._ports]
        for number, cables in enumerate(self._cables):
            for cable in cables.values():
                exits.callback(cable.pull)
            cables[self.one if number < half else self.two].plug()
        for host in (self.one, self.two):
            self._start_adb(host, home)
        self.main = Main(self.one, self.homes[0], world, self._ports, **(main or {}))
        self.second = Joined(self.two, self.homes[1], self._ports, **(second or {}))

    def __enter__(self) -> Self:
        self._exits.enter_context(self.main)
        self.join()
        self._exits.callback(self._end_second)
        self.names = [phone.serial for phone in phones_of(self.main.endpoints["world"])]
        until("all phones", lambda: len(self.online()) == len(self._ports))
        self._enter_accounts()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def join(self) -> None:
        """Add the second host, and start the command that is printed for it."""
        told = self.run("host", "add", "second", "--url", f"https://{MAIN}:{self._api_port}", as_json=False)
        line = next(line for line in told.splitlines() if line.lstrip().startswith("phonefleet join"))
        self.second.start(*line.split()[2:])

    @property
    def _api_port(self) -> int:
        return int(self.main.endpoints["tls"]["api"].rpartition(":")[2])

    def run(self, *words: str, as_json: bool = True) -> Any:
        """Run a command of ours on the main host, and return what it prints."""
        command = self.one.command(PROGRAM, *words, *(["--json"] if as_json else []), "--home", str(self.homes[0]))
        environment = {**os.environ, "PHONEFLEET_API_TOKEN": TOKEN}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout) if as_json else done.stdout

    def phones(self) -> dict[str, dict[str, Any]]:
        """Return the phones by their names in the world, as the API shows them now."""
        found = self.main.call("GET", "/devices?page_size=100")["devices"]
        return {phone["serial"]: phone for phone in found}

    def online(self, host: str | None = None) -> list[str]:
        """Return the serials of the phones that are connected, at one of the hosts or anywhere."""
        return [
            serial
            for serial, phone in self.phones().items()
            if phone["state"] in {"online", "busy"} and (host is None or phone["host"] == host)
        ]

    def picture(self, serial: str) -> bytes:
        """Return what a phone shows, as PNG."""
        return self.main.picture(serial)

    def carry(self, serial: str, to: Namespace) -> None:
        """Pull a phone's cable, and plug the phone into the other host."""
        cables = self._cables[self.names.index(serial)]
        for host, cable in cables.items():
            if host is not to:
                cable.pull()
        cables[to].plug()

    def said(self) -> str:
        return f"{self.main.said()}\n--- join.log\n{self.second.said[-5000:]}"

    def _end_second(self) -> None:
        self.link.cut, self.link.delay, self.link.loss = False, 0.0, 0.0  # what ends says so to the main host
        if self.second.process.poll() is None:
            self.second.stop()

    def _enter_accounts(self) -> None:
        for phone in phones_of(self.main.endpoints["world"]):
            for username in phone.accounts:
                self.main.call("POST", "/accounts", {"username": username, "device": phone.serial})

    def _start_phones(self, home: Path, phones: int) -> tuple[list[int], int]:
        base, world = free_block(phones, 24_000), claim(0, "")
        command = [PROGRAM, "virtual", "--count", str(phones), "--base-port", str(base), "--world-port", str(world)]
        self._run_beside(command, home / "virtual.log", os.environ)
        address = f"http://127.0.0.1:{world}/world"
        until("the world", lambda: adb_server.is_listening("127.0.0.1", world) and httpx.get(address).is_success)
        return list(range(base, base + phones)), world

    def _start_adb(self, host: Namespace, home: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ADB_", "ANDROID_"))}
        environment |= {**adb_server.ENVIRONMENT_WITHOUT_USB, "ANDROID_USER_HOME": str(home / "android")}
        self._run_beside(host.command(*adb_server.command(ADB_PORT)), home / "adb.log", environment)
        until("adb", lambda: host.call(lambda: adb_server.is_listening("127.0.0.1", ADB_PORT)))

    def _run_beside(self, command: list[str], log: Path, environment: Mapping[str, str]) -> None:
        with log.open("ab") as written:
            process = subprocess.Popen(command, env=dict(environment), stdout=written, stderr=written)
        self._exits.callback(process.wait, PATIENCE)
        self._exits.callback(process.terminate)


def _of_phones(ports: Sequence[int]) -> dict[str, str]:
    """Return the environment of a host that looks for these phones, and may start the adb server again."""
    connect = ",".join(f"127.0.0.1:{port}" for port in ports)
    return {"PHONEFLEET_ADB_CONNECT": connect, **adb_server.ENVIRONMENT_WITHOUT_USB}


@contextmanager
def running_fleet(phones: int, **more: Any) -> Generator[Fleet]:
    """Run two hosts with so many phones, half of them at each."""
    assert shutil.which("nsenter")
    with ExitStack() as exits, Fleet(exits, phones, **more) as fleet:
        yield fleet
