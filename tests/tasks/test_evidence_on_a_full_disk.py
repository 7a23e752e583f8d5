"""A picture that cannot be kept, as on a full disk, does not end the work whose step it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonefleet.errors import Evidence, LinkLost
from tasks.context import RunContext
from tasks.evidence import keep_evidence


def failed_step() -> LinkLost:
    error = LinkLost()
    error.evidence = Evidence(b"\x89PNG", "<hierarchy/>")
    return error


def test_a_step_whose_picture_cannot_be_kept_fails_as_it_would_with_one(context: RunContext, tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    context.evidence_folder = no_folder / "evidence"
    keep_evidence(context, failed_step())
    assert context.report.artifacts == []
    assert context.report.notes == ["what the phone showed when a step failed could not be kept: Not a directory"]


def test_nothing_is_left_of_a_file_that_was_begun(
    context: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as begun:
            begun.write(content[:2])
        raise OSError(28, "No space left on device")

    context.evidence_folder = tmp_path / "evidence"
    monkeypatch.setattr(Path, "write_bytes", full)
    keep_evidence(context, failed_step())
    assert list(context.evidence_folder.iterdir()) == []
    assert context.report.notes == [
        "what the phone showed when a step failed could not be kept: No space left on device"
    ]


def test_what_can_be_kept_is_told_with_the_error(context: RunContext, tmp_path: Path) -> None:
    context.evidence_folder = tmp_path / "evidence"
    keep_evidence(context, failed_step())
    assert [artifact["kind"] for artifact in context.report.artifacts] == ["screenshot", "hierarchy"]
    assert {path.name for path in context.evidence_folder.iterdir()} == {
        artifact["path"] for artifact in context.report.artifacts
    }
    assert context.report.notes == []
