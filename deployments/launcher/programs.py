"""The programs that a launcher runs: command, environment and readiness check of each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from deployments import prefect_server
from deployments.launcher.database import Databases
from deployments.launcher.encryption import Encryption
from deployments.launcher.environments import Part, environment_for, without_secrets_of_others
from deployments.launcher.home import Home
from deployments.launcher.options import LaunchOptions
from deployments.launcher.prefect_auth import login
from deployments.supervision.service import Program
from phonefleet.client.transport import Transport, Unreachable
from phonefleet.errors import Permanent
from phonefleet.tls.files import certificates, fingerprint
from phonefleet.words import say

_OF_TLS = {f"PHONEFLEET_{name}" for name in ("TLS", "TLS_CERT", "TLS_KEY", "API_LOCAL_PORT")}
_ANSWER_TIMEOUT = timedelta(seconds=1)
PHONEFLEET = (sys.executable, "-m", "deployments.cli")


@dataclass(frozen=True, slots=True)
class Programs:
    """Builds the programs of one home from the options and the databases."""

    home: Home
    options: LaunchOptions
    databases: Databases
    encryption: Encryption | None = None

    @property
    def api_url(self) -> str:
        """The API's address for programs of this computer, without TLS."""
        if self.encryption is not None:
            return url_of("127.0.0.1", self.options.api_local_port)
        host = self.options.host
        if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            host = "127.0.0.1"
        return url_of(host, self.options.api_port)

    @property
    def world_url(self) -> str:
        """The address of the virtual phones' world."""
        return f"http://127.0.0.1:{self.options.world_port}"

    @property
    def prefect_url(self) -> str:
        """The address of the Prefect UI for programs of this computer, without TLS."""
        return prefect_server.ui_url(*self._prefect_here)

    @property
    def _prefect_here(self) -> tuple[int, str]:
        """The port and the address at which programs of this computer reach Prefect's server."""
        if self.encryption is not None:
            return self.options.prefect_local_port, prefect_server.LOOPBACK
        return self.options.prefect_port, self.options.prefect_address

    @property
    def shown_api_url(self) -> str:
        """The API's address for people and programs elsewhere."""
        return str(self.options.public_url or self._encrypted(self.options.api_port) or self.api_url)

    @property
    def shown_prefect_url(self) -> str:
        """The address of the Prefect UI for people elsewhere."""
        return str(self.options.public_prefect or self._encrypted(self.options.prefect_port) or self.prefect_url)

    @property
    def encrypted_addresses(self) -> dict[str, str | None] | None:
        """The addresses over TLS and the file of the authority to trust, for programs; None without TLS."""
        if self.encryption is None:
            return None
        authority = self.encryption.authority
        return {
            "api": self._encrypted(self.options.api_port),
            "prefect": self._encrypted(self.options.prefect_port),
            "authority": None if authority is None else str(authority),
        }

    @property
    def own_fingerprint(self) -> str | None:
        """The digest by which people compare the authority that others have to trust; None for one that is known."""
        authority = None if self.encryption is None else self.encryption.authority
        return None if authority is None else fingerprint(certificates(authority)[0])

    def _encrypted(self, port: int) -> str | None:
        return None if self.encryption is None else url_of(self.encryption.shown_host, port, "https")

    @property
    def prefect_login(self) -> str:
        """A hint for people how to log in to the Prefect UI, which asks for user:password in one field."""
        return login(self.options.prefect_auth, self.home)

    @property
    def prefect_api_url(self) -> str:
        """The address of Prefect's API for programs of this computer."""
        return prefect_server.api_url(*self._prefect_here)

    def prefect(self) -> Program:
        """Return the Prefect server."""
        port, address = self._prefect_here
        environment = prefect_server.server_environment(
            self.home.root, self.databases.prefect, port, environment_for("prefect", os.environ), address,
            self.options.prefect_auth, self.options.prefect_host, self.options.history_kept,
            self.options.public_prefect,
        )  # fmt: skip
        if self.options.database_url is None:
            environment[prefect_server.AWAITS_DATABASE] = "yes"
        environment[prefect_server.KNOWS_HOSTS] = self.api_url
        if self.options.redis_url is not None:
            environment |= prefect_server.behind_redis(self.options.redis_url)
            environment[prefect_server.PROCESSES] = str(self.options.prefect_processes)
        environment["PREFECT_UI_URL"] = self.shown_prefect_url
        files = None if self.encryption is None else self.encryption.files
        listens = self.options.prefect_port, self.options.prefect_host
        command = prefect_server.server_command(*listens, files, self.options.prefect_local_port)
        return self._program("prefect", command, environment, lambda: prefect_server.is_ready(port, address))

    def automations(self) -> Program:
        """Return the program that makes or updates the automations in Prefect, and ends."""
        command = [sys.executable, "-m", "deployments.notifying"]
        return self._program("automations", command, self._own_environment("automations"))

    def api(self) -> Program:
        """Return the task API."""
        environment = self._own_environment("api")
        return self._program("api", [*PHONEFLEET, "api"], environment, lambda: _http_answers(f"{self.api_url}/healthz"))

    def worker(self, ready: Callable[[], bool]) -> Program:
        """Return the worker, which first registers pools and deployments in Prefect and waits for the phones' entry."""
        command = [*PHONEFLEET, "worker", "--register", "--after", str(self.home.phones_known)]
        return self._program("worker", command, self._own_environment("worker"), ready)

    def virtual(self) -> Program:
        """Return the virtual phones and their world."""
        options = self.options
        command = [
            *PHONEFLEET, "virtual", "--count", str(options.virtual), "--base-port", str(options.base_port),
            "--world-port", str(options.world_port), "--fault-rate", str(options.fault_rate),
            "--app-version", options.app_version,
            "--journal", str(self.home.world), *([] if options.seed is None else ["--seed", str(options.seed)]),
        ]  # fmt: skip
        return self._program(
            "virtual", command, environment_for("virtual", os.environ), lambda: _http_answers(f"{self.world_url}/world")
        )

    def adb(self) -> Program:
        """Return an adb server of our own, which finds no phones on USB or in the network by itself."""
        from phonefleet.device.adb import server as adb_server  # noqa: PLC0415 - slow to import: others start meanwhile

        port = self.options.adb_port or 0
        environment = {
            **{
                key: value
                for key, value in environment_for("adb", os.environ).items()
                if not key.startswith(("ADB_", "ANDROID_"))
            },
            **adb_server.ENVIRONMENT_WITHOUT_USB,
            "ANDROID_USER_HOME": str(self.home.root / "android"),
        }
        command = _adb_server(port)
        return self._program("adb", command, environment, lambda: adb_server.is_listening("127.0.0.1", port))

    def _program(
        self, name: str, command: list[str], environment: Mapping[str, str], ready: Callable[[], bool] = lambda: True
    ) -> Program:
        return Program(name, command, environment, self.home.log(name), ready, folder=self.home.root)

    def _own_environment(self, part: Part) -> dict[str, str]:
        """Return the environment of one of our own programs: its settings, and how to reach Prefect."""
        from phonefleet.device.adb import server as adb_server  # noqa: PLC0415 - as above

        options = self.options
        settings = {
            "HOME": str(self.home.root),
            "DATABASE_URL": self.databases.ledger,
            "HOST": options.host,
            "API_PORT": str(options.api_port),
            "PREFECT_API_URL": self.prefect_api_url,
            "PREFECT_UI_URL": self.shown_prefect_url,
            "ADB_PORT": str(options.adb_port),
            "LOG_LEVEL": options.log_level,
        }
        if self.encryption is not None:
            settings |= self.encryption.settings | {"API_LOCAL_PORT": str(options.api_local_port)}
        if options.prefect_auth:
            settings["PREFECT_AUTH"] = options.prefect_auth
        if options.virtual:
            settings["ADB_CONNECT"] = ",".join(options.addresses)
        if options.seed is not None:
            settings["SEED"] = str(options.seed)
        given = {
            **prefect_server.client_environment(
                self.home.root,
                self._prefect_here[0],
                environment_for(part, os.environ),
                self._prefect_here[1],
                options.prefect_auth,
                options.public_prefect,
            ),
            "PREFECT_UI_URL": self.shown_prefect_url,
            **{f"PHONEFLEET_{name}": value for name, value in settings.items()},
            **(adb_server.ENVIRONMENT_WITHOUT_USB if options.virtual else {}),  # they may restart the adb server
            **options.extra,
        }
        if options.public_url is None:
            given.pop("PHONEFLEET_PUBLIC_URL", None)
        if self.encryption is None:
            given = {name: value for name, value in given.items() if name not in _OF_TLS}
        return without_secrets_of_others(part, given)


def url_of(host: str, port: int, scheme: str = "http") -> str:
    """Return the address of a server; an IPv6 address gets its brackets."""
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _http_answers(url: str) -> bool:
    """Tell whether anything that speaks HTTP answers."""
    try:
        with closing(Transport(url, {}, _ANSWER_TIMEOUT)) as http:
            http.request("GET", "")
    except Unreachable:
        return False
    return True


def _adb_server(port: int) -> list[str]:
    from adbutils import AdbError  # noqa: PLC0415 - as above

    from phonefleet.device.adb import server as adb_server  # noqa: PLC0415 - as above

    try:
        return adb_server.command(port)
    except AdbError as error:
        message = say(
            "launcher.no_adb_program_install_androids",
            "There is no adb program: install Android's platform tools, or set ADBUTILS_ADB_PATH to it.",
        )
        raise Permanent(message) from error
