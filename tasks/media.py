"""Files of this computer on the phone for as long as a task needs them, and never longer than until its next one."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from phonefleet.errors import PhonefleetError
from phonefleet.media import MediaFile, inspect
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
def on_phone(paths: Sequence[Path]) -> Generator[list[OnPhone]]:
    """Have files stand first in the phone's gallery, in their order, inside of the block; remove them afterwards.

    Raises:
        MediaRefused: one is no picture or video, or too large; nothing was pushed.

    """
    context = current()
    files = [inspect(path, context.settings.media_largest) for path in paths]
    sweep(context)
    try:
        yield _push(context, files)
    finally:
        sweep(context)


def sweep(context: RunContext) -> None:
    """Remove what we have put onto the phone; a phone that cannot be reached is swept at the next start."""
    try:
        context.phone.remove_media(FOLDER)
    except PhonefleetError as error:
        _log.warning("%s: files were left in %s: %s", context.serial, FOLDER, error.message)


def _push(context: RunContext, files: Sequence[MediaFile]) -> list[OnPhone]:
    """Push the last file first, so that the first one is the newest however a gallery sorts."""
    now = context.clock.now()
    pushed: list[OnPhone] = []
    for place, file in reversed(list(enumerate(files))):
        context.stop.check()
        target = f"{FOLDER}/task-{context.task_id}-{place + 1}{file.suffix}"
        context.phone.push(file.path, target, now - timedelta(seconds=place))
        pushed.append(OnPhone(file, target, context.phone.scan_media(target)))
    return pushed[::-1]
