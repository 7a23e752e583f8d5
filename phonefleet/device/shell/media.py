"""Android's media index (MediaStore): galleries show a file only after a scan, which is requested in two ways.

Android 11 and later support `content call … scan_file`, Android 8 to 10 the broadcast. Both are harmless on other
versions, and neither reports whether it worked, so the index is queried afterwards.
"""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import Final

from phonefleet.clock import Clock
from phonefleet.device.deadline import tightest
from phonefleet.device.shell.system import System
from phonefleet.errors import AppMissing, ShellFailed
from phonefleet.words import say

_INDEX: Final = "content://media/external/file"
_STORED: Final = "/storage/emulated/0/"
"""The path of `/sdcard/` in the index."""

_SCANNED_WITHIN: Final = timedelta(seconds=10)
_POLL: Final = timedelta(milliseconds=200)
_LAST_LOOK: Final = timedelta(seconds=2)
"""The time reserved for the last query of the index, so that a slow answer does not end as a frozen phone."""
_ROW: Final = re.compile(r"Row: \d+ _id=(\d+), media_type=(\d+)")
_TABLES: Final = {"1": "images", "3": "video"}  # MediaStore.Files.FileColumns.MEDIA_TYPE_…
_SCAN_BROADCAST: Final = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
_UNRESOLVED: Final = ("unable to resolve Intent", "Error: Activity not started")


class Media:
    """The media index of one phone, accessed through its shell."""

    def __init__(self, system: System, clock: Clock) -> None:
        self._system, self._clock = system, clock

    def scan(self, path: str) -> str:
        """Make Android index a file, and return its `content://` URI.

        Raises:
            ShellFailed: the file does not appear in the index.

        """
        patience = tightest(_SCANNED_WITHIN, self._clock)
        self._ask(path)
        while (found := self._address(path)) is None:
            if not patience.allows(_POLL + _LAST_LOOK):
                message = say(
                    "device.androids_media_index_does_not",
                    "Android's media index does not take {path}: it is no picture or video that it knows",
                    path=path,
                )
                raise ShellFailed(message)
            patience.pause(_POLL)
        return found

    def remove(self, folder: str) -> None:
        """Delete a folder with its files, and remove these from the index."""
        quoted = shlex.quote(folder)
        names = self._system.run(["sh", "-c", f"ls {quoted} 2>/dev/null || true"]).split("\n")
        if not names[0].strip():
            return
        self._system.run(["rm", "-rf", folder])
        for name in filter(None, map(str.strip, names)):
            self._ask(f"{folder}/{name}")

    def share(self, uri: str, media_type: str, package: str) -> None:
        """Send a SEND intent to the package. Raises `AppMissing` when it takes none."""
        args = ["am", "start", *self._system.for_user(), "-a", "android.intent.action.SEND", "-t", media_type]
        args += ["--eu", "android.intent.extra.STREAM", uri, "-p", package]
        output, code = self._system.attempt(args)
        if any(words in output for words in _UNRESOLVED):
            message = say(
                "device.takes_no_shared_not_installed",
                "{package} takes no {media_type} that is shared with it, or is not installed",
                package=package,
                media_type=media_type,
            )
            raise AppMissing(message)
        if code:
            message = say(
                "device.sharing_failed_exit_code",
                "sharing with {package} failed with exit code {code}: {output}",
                package=package,
                code=code,
                output=output.strip()[:200],
            )
            raise ShellFailed(message)

    def _ask(self, path: str) -> None:
        stored = path.replace("/sdcard/", _STORED, 1)
        content = ["content", "call", *self._system.for_user(), "--uri", "content://media", "--method", "scan_file"]
        self._system.attempt([*content, "--arg", stored])
        broadcast = ["am", "broadcast", *self._system.for_user(), "-a", _SCAN_BROADCAST, "-d", f"file://{stored}"]
        self._system.attempt(broadcast)

    def _address(self, path: str) -> str | None:
        stored = path.replace("/sdcard/", _STORED, 1).replace("'", "''")
        query = ["content", "query", *self._system.for_user(), "--uri", _INDEX, "--projection", "_id:media_type"]
        query += ["--where", f"_data='{stored}'"]
        row = _ROW.search(self._system.run(query))
        table = _TABLES.get(row[2]) if row else None
        return f"content://media/external/{table}/media/{row[1]}" if row and table else None
