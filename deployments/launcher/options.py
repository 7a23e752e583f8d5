"""What a launcher is asked to run, and where."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from deployments.launcher.ports import claim, free_block, usual_base
from phonefleet.errors import Permanent

USUAL_ADB_PORT = 5037
"""Where a user's own adb server is; virtual phones never go there."""


class OpenWithoutToken(Permanent):
    """The API would be open to the network without a token."""


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What to run. A port of 0 picks a free one; `virtual` is the number of virtual phones, 0 for real ones only.

    `prefect_auth` is user:password of Prefect's API. `extra` is added to the environment of the API and the worker.
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
    has_token: bool = False
    seed: int | None = None
    fault_rate: float = 0.0
    app_version: str = "2.0.1,1.4.2"
    log_level: str = "info"
    extra: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def prefect_address(self) -> str:
        """The address at which this computer reaches Prefect's server."""
        return "127.0.0.1" if self.prefect_host in {"0.0.0.0", "::"} else self.prefect_host  # noqa: S104 - compared

    def checked(self) -> Self:
        """Return the options with every port chosen.

        Raises:
            PortInUse: a port is taken.
            OpenWithoutToken: the API would be open to the network without a token.

        """
        if not self.has_token and not is_loopback(self.host):
            message = (
                f"With --host {self.host} others can reach the API: give it a token first, in PHONEFLEET_API_TOKEN."
            )
            raise OpenWithoutToken(message)
        return replace(
            self,
            api_port=claim(self.api_port, "--api-port", self.host),
            prefect_port=claim(self.prefect_port, "--prefect-port", self.prefect_host),
            adb_port=self._adb_port(),
            world_port=claim(self.world_port, "--world-port") if self.virtual else 0,
            base_port=self.base_port or free_block(self.virtual, usual_base(self.home)) if self.virtual else 0,
        )

    @property
    def addresses(self) -> list[str]:
        """Where adb finds the virtual phones at the start."""
        return [f"127.0.0.1:{self.base_port + index}" for index in range(self.virtual)]

    def _adb_port(self) -> int:
        """Return the port of our own adb server for virtual phones, of the user's for real ones."""
        if not self.virtual:
            return USUAL_ADB_PORT if self.adb_port is None else self.adb_port
        if self.adb_port == USUAL_ADB_PORT:
            message = "Virtual phones need an adb server of their own: choose another --adb-port (0 picks a free one)."
            raise Permanent(message)
        return claim(self.adb_port or 0, "--adb-port")


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches what is bound to a host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
