"""A second host on this machine: virtual phones, an adb server and a data folder of its own, and its worker."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from phonefleet.device.adb import server as adb_server
from tests.integration.stack import PATIENCE, Stack, stack_home, until

PHONEFLEET = str(Path(sys.executable).with_name("phonefleet"))


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class SecondHost:
    """Phones that another host has, and `phonefleet join` for them. `worker` runs between `join` and `end`.

    With `by_token` it shows Prefect's server its own token, as other computers do, and not the password.
    """

    def __init__(  # noqa: PLR0913 - a host has as many sides
        self,
        main: Stack,
        home: Path,
        phones: int,
        *,
        seed: int = 7,
        plain: bool = True,
        by_token: bool = False,
        **environment: str,
    ) -> None:
        self.home = home
        self.main = main
        self.adb_port = free_port()
        self.world_port = free_port()
        self._seed = seed
        self._plain = plain
        self._phones = phones
        self._children: list[subprocess.Popen[bytes]] = []
        self.worker: subprocess.Popen[bytes] | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PHONEFLEET_", "ADB_"))}
        self.environment = {
            **kept,
            **adb_server.ENVIRONMENT_WITHOUT_USB,
            "ANDROID_USER_HOME": str(home / "android"),
            **({} if by_token else {"PHONEFLEET_PREFECT_AUTH": ":".join(main.prefect_auth)}),
            **environment,
        }

    def __enter__(self) -> Self:
        self._start("adb", *adb_server.command(self.adb_port))
        until("adb", lambda: adb_server.is_listening("127.0.0.1", self.adb_port))
        options = ["--count", str(self._phones), "--base-port", "0", "--world-port", str(self.world_port)]
        alike = ["--plain"] if self._plain else []
        self._start("virtual", PHONEFLEET, "virtual", *options, "--seed", str(self._seed), *alike)
        self.addresses = until("virtual phones", self._addresses)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for child in reversed(self._children):
            child.terminate()
            child.wait(PATIENCE)

    def token(self, name: str = "second") -> str:
        """Add a host on the main one, and return its token."""
        return self.main.call("POST", "/hosts", {"name": name})["token"]

    def join(self, token: str | None = None, url: str | None = None, **environment: str) -> subprocess.Popen[bytes]:
        """Start the worker; with a token it joins for the first time, without it joins again."""
        given = [] if token is None else [url or self.main.endpoints["api"], "--token", token]
        command = [PHONEFLEET, "join", *given, "--home", str(self.home), "--adb-port", str(self.adb_port)]
        with (self.home / "join.log").open("ab") as log:
            self.worker = subprocess.Popen(
                command,
                env={"PHONEFLEET_ADB_CONNECT": ",".join(self.addresses), **self.environment, **environment},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        return self.worker

    def end(self, number: int = signal.SIGTERM) -> int | None:
        """End the worker, and return its exit code."""
        worker, self.worker = self.worker, None
        if worker is None:
            return None
        if worker.poll() is None:
            worker.send_signal(number)
        return worker.wait(PATIENCE)

    def said(self) -> str:
        """Return what the worker has said."""
        log = self.home / "join.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def phones(self, name: str = "second") -> list[dict[str, Any]]:
        """Return the phones that the main host knows on a host, by serial."""
        found = self.main.call("GET", "/devices?page_size=100")["devices"]
        return sorted((one for one in found if one["host"] == name), key=lambda one: one["serial"])

    def online(self, name: str = "second") -> list[str]:
        """Wait until all phones are online on a host, and return their serials."""

        def look() -> list[str]:
            assert self.worker is not None, "no worker"
            assert self.worker.poll() is None, self.said()
            ready = [one["serial"] for one in self.phones(name) if one["state"] in {"online", "busy"}]
            return ready if len(ready) == self._phones else []

        return until(f"{self._phones} phones of {name}", look)

    def follows(self, target: str) -> list[str]:
        """Return who followed a person in the world of these phones, repeats included."""
        world = httpx.get(f"http://127.0.0.1:{self.world_port}/world", trust_env=False).json()
        return [one["follower"] for one in world["follows"] if one["followee"] == target]

    def _start(self, name: str, *command: str) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.home
            )
        self._children.append(child)

    def _addresses(self) -> list[str]:
        found = re.findall(r"adb connect (\S+)", (self.home / "virtual.log").read_text())
        return found if len(found) == self._phones else []


@contextmanager
def second_host(main: Stack, phones: int = 1, **more: Any) -> Generator[SecondHost]:
    """Run a second host beside a stack, in a folder of its own."""
    with ExitStack() as exits:
        home = exits.enter_context(stack_home("phonefleet-second-"))
        yield exits.enter_context(SecondHost(main, home, phones, **more))
