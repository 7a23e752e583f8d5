"""The options of a launcher: what to run, and on which ports."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Self

from deployments.launcher.ports import claim, default_base, free_block
from phonefleet.errors import Permanent
from phonefleet.public_url import PublicUrl
from phonefleet.settings import HISTORY_KEPT, OPEN_TO_ALL, PREFECT_PATH
from phonefleet.tls.files import TlsFiles
from phonefleet.words import say

USUAL_ADB_PORT = 5037
"""The port of the user's own adb server; virtual phones are never connected to it."""


class OpenWithoutToken(Permanent):
    """The API would be open to the network without a token."""


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What to run. Port 0 means any free port; `virtual` is the number of virtual phones, 0 for real ones only.

    `prefect_auth` is user:password of Prefect's API; `public_url` is where others reach the API through a reverse
    proxy; `extra` is added to the environment of API and worker; `tls` serves others with a certificate of our own for
    `tls_names`, `tls_files` with the user's, whose authority `tls_ca` is if computers do not know it; what runs on this
    computer then calls API and Prefect without TLS at the two local ports; `prefect_processes` serve Prefect's API,
    more than one behind a Redis;
    `fault_rate` is from 0 to 1; `history_kept` is how long Prefect keeps ended runs, None for ever.
    """

    home: Path
    host: str = "127.0.0.1"
    api_port: int = 50809
    prefect_port: int = 4200
    prefect_host: str = "127.0.0.1"
    prefect_auth: str | None = field(default=None, repr=False)
    adb_port: int | None = None
    world_port: int = 0
    virtual: int = 0
    base_port: int = 0
    database_url: str | None = None
    prefect_database_url: str | None = None
    redis_url: str | None = field(default=None, repr=False)
    prefect_processes: int = 1
    has_token: bool = False
    public_url: PublicUrl | None = None
    tls: bool = False
    tls_files: TlsFiles | None = None
    tls_names: tuple[str, ...] = ()
    tls_ca: Path | None = None
    api_local_port: int = 0
    prefect_local_port: int = 0
    seed: int | None = None
    fault_rate: float = 0.0
    app_version: str = "2.0.1,1.4.2"
    log_level: str = "info"
    history_kept: timedelta | None = HISTORY_KEPT
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def encrypted(self) -> bool:
        """Whether API and Prefect's server serve others over TLS."""
        return self.tls or self.tls_files is not None

    @property
    def prefect_address(self) -> str:
        """The address at which this computer reaches Prefect's server."""
        return "127.0.0.1" if self.prefect_host in {"0.0.0.0", "::"} else self.prefect_host  # noqa: S104 - compared

    @property
    def public_prefect(self) -> PublicUrl | None:
        """The address at which others open the Prefect UI; None without a reverse proxy."""
        return None if self.public_url is None else self.public_url.below(PREFECT_PATH)

    def resolved(self) -> Self:
        """Return the options with all ports chosen and checked.

        Raises:
            PortInUse: a port is taken.
            OpenWithoutToken: the API would be open to the network without a token.

        """
        if not self.has_token and not is_loopback(self.host):
            message = say(
                "launcher.host_others_can_reach_api",
                "With --host {host} others can reach the API: give it a token first, in PHONEFLEET_API_TOKEN.",
                host=self.host,
            )
            raise OpenWithoutToken(message)
        if self.public_url is not None and not self.has_token:
            raise OpenWithoutToken(OPEN_TO_ALL)
        return replace(
            self,
            api_port=claim(self.api_port, "--api-port", self.host),
            prefect_port=claim(self.prefect_port, "--prefect-port", self.prefect_host),
            api_local_port=claim(self.api_local_port, "--api-port") if self.encrypted else 0,
            prefect_local_port=claim(self.prefect_local_port, "--prefect-port") if self.encrypted else 0,
            adb_port=self._adb_port(),
            world_port=claim(self.world_port, "--world-port") if self.virtual else 0,
            base_port=self.base_port or free_block(self.virtual, default_base(self.home)) if self.virtual else 0,
        )

    @property
    def addresses(self) -> list[str]:
        """The addresses at which adb connects to the virtual phones, `host:port`."""
        return [f"127.0.0.1:{self.base_port + index}" for index in range(self.virtual)]

    def _adb_port(self) -> int:
        """Return the port of our own adb server for virtual phones, or of the user's for real ones."""
        if not self.virtual:
            return USUAL_ADB_PORT if self.adb_port is None else self.adb_port
        if self.adb_port == USUAL_ADB_PORT:
            message = say(
                "launcher.virtual_phones_need_adb_server",
                "Virtual phones need an adb server of their own: choose another --adb-port (0 picks a free one).",
            )
            raise Permanent(message)
        return claim(self.adb_port or 0, "--adb-port")


def is_loopback(host: str) -> bool:
    """Tell whether a host is a loopback address, so that only this computer can reach it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
