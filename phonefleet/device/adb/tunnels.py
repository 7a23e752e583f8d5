"""The address of an adb server that is on another host, and what its tunnel answers where that cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phonefleet.device.adb.host_sockets import BUSY, NO_ADB, REFUSALS
from phonefleet.errors import DeviceOffline
from phonefleet.words import say


@dataclass(frozen=True, slots=True)
class AdbTunnel:
    """A Unix socket of the API behind which is the adb server of a host that has joined."""

    host: str
    socket: Path

    def refused(self, text: str) -> DeviceOffline | None:
        """Return what a refusal of the tunnel means; None for one of adb itself."""
        if text not in REFUSALS:
            return None
        if text == BUSY:
            return self.error(
                say("device.host_busy", "All connections to the host {host} are in use: try again.", host=self.host)
            )
        if text == NO_ADB:
            return self.error(
                say(
                    "device.host_without_adb",
                    "No adb server runs on the host {host}: its worker starts one again.",
                    host=self.host,
                )
            )
        return self.error(
            say(
                "device.host_away",
                "The host {host} is away: check that its worker (phonefleet join) runs and reaches this computer.",
                host=self.host,
            )
        )

    def closed(self) -> DeviceOffline:
        """Return the error for a socket that nobody serves."""
        return self.error(
            say(
                "device.host_without_api",
                "The host {host} is reached through the API of this data folder, which does not run.",
                host=self.host,
            )
        )

    @staticmethod
    def error(message: str) -> DeviceOffline:
        """Return the error with a message."""
        return DeviceOffline(message)


ServerAddress = int | AdbTunnel
"""Where an adb server is: a port of this computer, or a tunnel to another host."""
