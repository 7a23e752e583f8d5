"""Copies files of this computer to the phone's gallery while a task needs them, and removes them afterwards."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from phonefleet.apps.steps import persistent
from phonefleet.device.phone import Phone
from phonefleet.errors import PhonefleetError
from phonefleet.media import MediaFile, MediaKind, inspect
from tasks.context import RunContext, current

_log = logging.getLogger(__name__)

FOLDER = "/sdcard/Pictures/phonefleet"
"""Our folder on the phone. A lane owns its phone, so files that are there at the start were left by a crash."""


@dataclass(frozen=True, slots=True)
class OnPhone:
    """A file on the phone: its path there, and the content URI for other apps."""

    file: MediaFile
    path: str
    uri: str


@contextmanager
def on_phone(paths: Sequence[str | Path], kind: MediaKind | None = None) -> Generator[list[OnPhone]]:
    """Put files first in the phone's gallery, in their order, for the duration of the block.

    Only paths inside of the media library and the configured folders are allowed.

        with on_phone(["bread.jpg"], "image") as [picture]:
            ...

    Raises:
        MediaRefused: a file is no picture or video, not of `kind`, too large or not allowed; nothing was pushed.

    """
    context = current()
    folders, largest = context.media, context.settings.media_largest
    files = [inspect(folders.find(str(path)), largest, kind=kind) for path in paths]
    sweep(context.phone)
    try:
        yield _push(context, files)
    finally:
        sweep(context.phone)


def sweep(phone: Phone) -> None:
    """Delete our files from the phone; if it cannot be reached, this is done before its next task."""
    try:
        _remove(phone)
    except PhonefleetError as error:
        _log.warning("%s: files were left in %s: %s", phone.serial, FOLDER, error.message)


def _push(context: RunContext, files: Sequence[MediaFile]) -> list[OnPhone]:
    """Push the last file first, so that the first is the newest, whether a gallery sorts by time added or modified."""
    now = context.clock.now()
    pushed: list[OnPhone] = []
    for place, file in reversed(list(enumerate(files))):
        context.stop.check()
        target = f"{FOLDER}/task-{context.task_id}-{place + 1}{file.suffix}"
        uri = _show(context, file, target, now - timedelta(seconds=place))
        pushed.append(OnPhone(file, target, uri))
    return pushed[::-1]


@persistent
def _show(context: RunContext, file: MediaFile, target: str, modified: datetime) -> str:
    context.phone.push(file.path, target, modified)
    return context.phone.scan_media(target)


@persistent
def _remove(phone: Phone) -> None:
    phone.remove_media(FOLDER)
