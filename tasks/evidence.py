"""Saves what the phone showed when a step failed: a screenshot and the hierarchy, one pair for each failed try."""

from __future__ import annotations

from pathlib import Path

from phonefleet.device.evidence import capture
from phonefleet.errors import Evidence, Interrupted, PhonefleetError
from tasks.context import RunContext


def keep_evidence(context: RunContext, error: PhonefleetError) -> None:
    """Write the error's evidence, or else the current screen, to files, and add these to the report's artifacts."""
    if isinstance(error, Interrupted):
        return
    evidence = error.evidence or capture(context.phone)
    error.evidence = evidence
    number = len(context.report.artifacts) + 1
    for path in _write(evidence, context.evidence_folder, f"task-{context.task_id}-{number}"):
        kind = "screenshot" if path.suffix == ".png" else "hierarchy"
        context.report.artifacts.append({"kind": kind, "path": path.name, "remark": error.message})


def _write(evidence: Evidence, folder: Path, stem: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    if evidence.screenshot is not None:
        written.append(_written(folder / f"{stem}.png", evidence.screenshot))
    if evidence.hierarchy is not None:
        written.append(_written(folder / f"{stem}.xml", evidence.hierarchy.encode("utf-8", "replace")))
    return written


def _written(path: Path, content: bytes) -> Path:
    """Write a file that is there whole or not at all: on a joined host it is sent as soon as it is there."""
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(content)
    beside.replace(path)
    return path
