"""The media provider from the shell: scanning files and asking what is indexed."""

from __future__ import annotations

import re

from virtual_phones.phone import VirtualPhone
from virtual_phones.shell.command import Call, Reply
from virtual_phones.system.media_store import MediaItem

SCAN_BROADCAST = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"

_BY_PATH = re.compile(r"_data\s*=\s*'((?:[^']|'')*)'")
_NOTHING = "No result found.\n"


def receive(phone: VirtualPhone, action: str | None, data: str | None) -> None:
    """Act on a broadcast that asks for a scan."""
    if action == SCAN_BROADCAST and data:
        phone.media.scan(data.removeprefix("file://"))


def call(call: Call) -> Reply:
    """Answer `content call --uri content://media --method scan_file --arg PATH`."""
    if call.option("--method") != "scan_file":
        return Reply("Result: null\n")
    found = call.phone.media.scan(call.option("--arg") or "")
    return Reply(f"Result: Bundle[{{uri={found.uri}}}]\n" if found else "Result: Bundle[{uri=null}]\n")


def query(call: Call) -> Reply:
    """Answer `content query --uri content://media/external/…`, all rows or the one of a path."""
    uri = call.option("--uri") or ""
    wanted = _BY_PATH.fullmatch(call.option("--where") or "")
    items = call.phone.media.items()
    if wanted is not None:
        found = call.phone.media.at("file://" + wanted[1].replace("''", "'"))
        items = [found] if found else []
    rows = [item for item in items if _is_in(uri, item)]
    columns = (call.option("--projection") or "_id:_data").split(":")
    lines = (f"Row: {index} {_row(item, columns)}\n" for index, item in enumerate(rows))
    return Reply("".join(lines) or _NOTHING)


def _is_in(uri: str, item: MediaItem) -> bool:
    return uri == "content://media/external/file" or item.uri.startswith(uri.rstrip("/") + "/")


def _row(item: MediaItem, columns: list[str]) -> str:
    stored = item.path.replace("/sdcard/", "/storage/emulated/0/", 1)
    values = {
        "_id": str(item.id),
        "_data": stored,
        "_display_name": item.name,
        "date_added": str(item.added),
        "media_type": "1" if item.kind == "image" else "3",
    }
    return ", ".join(f"{column}={values.get(column, 'NULL')}" for column in columns)
