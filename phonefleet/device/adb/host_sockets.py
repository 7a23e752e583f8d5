"""Where the adb servers of joined hosts are reached on the main host: a Unix socket for each, made by the API.

Only the user whose data folder it is may enter the folder of the sockets. This module opens no socket.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phonefleet.words import say

LONGEST_PATH: Final = 100
"""In bytes: `sun_path` has 108 on Linux and 104 on macOS, and a name is made beside it first (unix(7))."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")

Refusal = str
AWAY: Final[Refusal] = "phonefleet: the host is away"
BUSY: Final[Refusal] = "phonefleet: all connections to the host are in use"
NO_ADB: Final[Refusal] = "phonefleet: no adb server runs on the host"
KEPT: Final[Refusal] = "phonefleet: the adb server of another host is not ended from here"
REFUSALS: Final = frozenset({AWAY, BUSY, NO_ADB})
"""What is answered in place of a host's adb server, as adb itself refuses: FAIL, the length, and one of these."""


def refusal(text: Refusal) -> bytes:
    """Return an answer in adb's own form (`SERVICES.TXT` of Android's packages/modules/adb).

    Example:
        >>> refusal("no")
        b'FAIL0002no'

    """
    said = text.encode()
    return b"FAIL%04x%b" % (len(said), said)


@dataclass(frozen=True, slots=True)
class HostSockets:
    """The folder of the sockets of one data folder.

    HostSockets.of(Path("/var/lib/phonefleet")).path("berlin")
    """

    folder: Path

    @classmethod
    def of(cls, home: Path) -> HostSockets:
        """Return the sockets of a data folder: in it, or among temporary files where its path is too long."""
        usual = home.absolute() / "hosts"
        longest = len(os.fsencode(usual)) + 1 + 32 + len(".sock")
        return cls(usual if longest <= LONGEST_PATH else _elsewhere(usual))

    def path(self, host: str) -> Path:
        """Return the socket of a host; a name that is long or odd is replaced by its hash."""
        name = host if _PLAIN.fullmatch(host) else hashlib.sha256(host.encode()).hexdigest()[:32]
        return self.folder / f"{name}.sock"

    def have(self, host: str) -> bool:
        """Tell whether a host has joined, and the folder is ours."""
        return self.path(host).exists() and _is_ours(self.folder)

    def make_folder(self) -> None:
        """Make the folder, which nobody else may enter. Raises `PermissionError` where it is somebody else's."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(self.folder):
            message = say("device.folder_of_somebody_else", "{folder} belongs to somebody else", folder=self.folder)
            raise PermissionError(message)
        self.folder.chmod(0o700)


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is this user's own, and no link to another one."""
    return folder.lstat().st_uid == os.geteuid() and not folder.is_symlink()


def _elsewhere(usual: Path) -> Path:
    named = hashlib.sha256(os.fsencode(usual)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"phonefleet-{named}"
