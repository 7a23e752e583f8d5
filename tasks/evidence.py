"""Saves what the phone showed when a step failed: a screenshot and the hierarchy, one pair for each failed try."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from phonefleet.device.evidence import capture
from phonefleet.errors import Evidence, Interrupted, PhonefleetError
from phonefleet.words import say
from tasks.context import RunContext

_log = logging.getLogger(__name__)


def keep_evidence(context: RunContext, error: PhonefleetError) -> None:
    """Write the error's evidence, or else the current screen, to files, and add these to the report's artifacts."""
    if isinstance(error, Interrupted):
        return
    evidence = error.evidence or capture(context.phone)
    error.evidence = evidence
    number = len(context.report.artifacts) + 1
    try:
        for path in _write(evidence, context.evidence_folder, f"task-{context.task_id}-{number}"):
            kind = "screenshot" if path.suffix == ".png" else "hierarchy"
            context.report.artifacts.append({"kind": kind, "path": path.name, "remark": error.message})
    except OSError as failure:  # a full disk, mostly: the work goes on without the picture
        _log.warning("what the phone showed could not be kept: %s", failure)
        why = failure.strerror or str(failure)
        context.report.note(
            say("runs.evidence_not_kept", "what the phone showed when a step failed could not be kept: {why}", why=why)
        )


def _write(evidence: Evidence, folder: Path, stem: str) -> Iterator[Path]:
    """Write the files one by one. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    if evidence.screenshot is not None:
        yield _written(folder / f"{stem}.png", evidence.screenshot)
    if evidence.hierarchy is not None:
        yield _written(folder / f"{stem}.xml", evidence.hierarchy.encode("utf-8", "replace"))


def _written(path: Path, content: bytes) -> Path:
    """Write a file that is there whole or not at all: on a joined host it is sent as soon as it is there."""
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return path
