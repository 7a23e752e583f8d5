"""Files of this computer on the phone for as long as a task needs them, and never longer than until its next one."""

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
from phonefleet.media import MediaFile, MediaFolders, MediaKind, inspect
from tasks.context import RunContext, current

_log = logging.getLogger(__name__)

FOLDER = "/sdcard/Pictures/phonefleet"
"""Ours alone on the phone: a lane owns its phone, so whatever stands here at a start was left by a crash."""


@dataclass(frozen=True, slots=True)
class OnPhone:
    """A file on the phone: `uri` is what other apps are given, `path` where it lies there."""

    file: MediaFile
    path: str
    uri: str


@contextmanager
def on_phone(paths: Sequence[str | Path], kind: MediaKind | None = None) -> Generator[list[OnPhone]]:
    """Have files stand first in the phone's gallery, in their order, inside of the block; remove them afterwards.

    A path is one that a request has named: it counts only inside of the library and the configured folders.

    Raises:
        MediaRefused: one is no picture or video, of another kind, too large, or not ours to read; nothing was pushed.

    """
    context = current()
    folders, largest = MediaFolders.of(context.settings), context.settings.media_largest
    files = [inspect(folders.find(str(path)), largest, kind=kind) for path in paths]
    sweep(context.phone)
    try:
        yield _push(context, files)
    finally:
        sweep(context.phone)


def sweep(phone: Phone) -> None:
    """Remove what we have put onto the phone; a phone that cannot be reached is swept at the next start."""
    try:
        _remove(phone)
    except PhonefleetError as error:
        _log.warning("%s: files were left in %s: %s", phone.serial, FOLDER, error.message)


def _push(context: RunContext, files: Sequence[MediaFile]) -> list[OnPhone]:
    """Push the last file first, so that the first one is the newest however a gallery sorts."""
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
