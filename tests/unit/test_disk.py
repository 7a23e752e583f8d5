"""A disk that is nearly full is told with what is free and what is needed."""

from __future__ import annotations

from pathlib import Path

from phonefleet.disk import free_bytes, why_full


def test_a_disk_with_room_says_nothing_and_a_full_one_how_much_is_needed(tmp_path: Path) -> None:
    free = free_bytes(tmp_path / "not" / "made" / "yet")
    assert free is not None
    assert why_full(tmp_path, 0) is None
    told = why_full(tmp_path, 10**18)
    assert told is not None
    assert told.startswith("only ")
    assert told.endswith("tasks wait until there are 1000000000000 MB again")
